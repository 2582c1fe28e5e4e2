"""textDocument/references."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.navigation import references
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.ReferenceParams) -> list[types.Location] | None:
    """All places of the name at a position."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    offset = view.offset(params.position)
    spans = references(view.snapshot, offset, include_definitions=params.context.include_declaration)
    return [types.Location(view.document.uri, view.range(span)) for span in spans]
