"""Text for people, in a format that the client shows."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from azureml_dockerfile_ls.render.markdown import plain


def markup(markdown: str, formats: Sequence[types.MarkupKind]) -> types.MarkupContent:
    """Markdown, or plain text for a client whose `formats` do not hold Markdown."""
    if types.MarkupKind.Markdown in formats:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown)
    return types.MarkupContent(types.MarkupKind.PlainText, plain(markdown))
