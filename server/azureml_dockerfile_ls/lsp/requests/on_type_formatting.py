"""textDocument/onTypeFormatting."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.formatting.typing import format_on_type
from azureml_dockerfile_ls.lsp.formatting_options import style_of
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit] | None:
    """The edits after a newline or an escape character was typed."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    offset = view.offset(params.position)
    return view.text_edits(format_on_type(view.snapshot, offset, params.ch, style_of(params.options)))
