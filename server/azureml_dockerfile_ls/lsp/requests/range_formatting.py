"""textDocument/rangeFormatting."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.formatting import format_range
from azureml_dockerfile_ls.lsp.formatting_options import style_of
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
    """The edits that format the lines of a range."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    return view.text_edits(format_range(view.snapshot, view.span(params.range), style_of(params.options)))
