"""codeAction/resolve."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import edits_of
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, action: types.CodeAction) -> types.CodeAction:
    """The action with its edit, for the current version of the document.

    An action that already has an edit, or that is not ours, comes back as it is.
    """
    uri = action.data.get("uri") if isinstance(action.data, dict) else None
    view = session.view(uri) if isinstance(uri, str) and action.edit is None else None
    kind = next((kind for kind in ActionKind if kind.value == action.kind), None)
    if view is not None and kind is not None:
        action.edit = view.workspace_edit(edits_of(kind, view.snapshot))
    return action
