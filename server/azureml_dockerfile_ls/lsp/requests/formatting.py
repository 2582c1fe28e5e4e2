"""textDocument/formatting."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.formatting import format_document
from azureml_dockerfile_ls.lsp.formatting_options import style_of
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """The edits that format a document."""
    view = session.view(params.text_document.uri)
    return None if view is None else view.text_edits(format_document(view.snapshot, style_of(params.options)))
