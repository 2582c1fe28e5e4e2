"""textDocument/documentHighlight."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.navigation import highlights
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    """All places of the name at a position: write where it is defined or assigned, else read."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    found = highlights(view.snapshot, view.offset(params.position))
    return [types.DocumentHighlight(view.range(each.span), kinds[each.is_written]) for each in found]
