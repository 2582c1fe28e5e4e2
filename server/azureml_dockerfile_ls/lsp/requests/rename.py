"""textDocument/rename."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from azureml_dockerfile_ls.features.rename import Refusal, rename
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.RenameParams) -> types.WorkspaceEdit | None:
    """The edits that change a name. Raises an error of the protocol that says why it cannot be changed."""
    view = session.view(params.text_document.uri)
    found = rename(view.snapshot, view.offset(params.position), params.new_name) if view is not None else None
    if view is None or found is None:
        return None
    if isinstance(found, Refusal):
        raise refused(found)
    return view.workspace_edit(found)


def refused(refusal: Refusal) -> JsonRpcException:
    """The error that an editor shows to its user."""
    return JsonRpcException(refusal.reason, types.LSPErrorCodes.RequestFailed)
