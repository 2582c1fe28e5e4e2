"""Text for people, in a format that the client shows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types


def markup(markdown: str, formats: Sequence[types.MarkupKind]) -> types.MarkupContent:
    """Markdown, or plain text for a client whose `formats` do not hold Markdown."""
    if types.MarkupKind.Markdown in formats:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown)
    return types.MarkupContent(types.MarkupKind.PlainText, _plain(markdown))


def _plain(markdown: str) -> str:
    """Markdown rendered as plain text."""
    text = re.sub(r"^```.*\n?", "", markdown, flags=re.MULTILINE)
    text = re.sub(r"^(#+ |---$)", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text.replace("**", "").replace("`", "")).strip()
