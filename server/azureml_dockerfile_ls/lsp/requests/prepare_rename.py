"""textDocument/prepareRename."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.rename import Refusal, prepare_rename
from azureml_dockerfile_ls.lsp.requests.rename import refused
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """The name at a position that can be changed. Raises an error of the protocol that says why it cannot."""
    view = session.view(params.text_document.uri)
    found = prepare_rename(view.snapshot, view.offset(params.position)) if view is not None else None
    if view is None or found is None:
        return None
    if isinstance(found, Refusal):
        raise refused(found)
    return types.PrepareRenamePlaceholder(view.range(found.span), found.name)
