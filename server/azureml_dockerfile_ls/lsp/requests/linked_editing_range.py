"""textDocument/linkedEditingRange."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.linked_editing import HEREDOC_NAME, linked_spans
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.LinkedEditingRangeParams) -> types.LinkedEditingRanges | None:
    """The places that change together with the one at a position."""
    view = session.view(params.text_document.uri)
    spans = linked_spans(view.snapshot, view.offset(params.position)) if view is not None else []
    if view is None or not spans:
        return None
    return types.LinkedEditingRanges([view.range(span) for span in spans], HEREDOC_NAME)
