"""codeAction/resolve."""

from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import code_actions
from azureml_dockerfile_ls.lsp.requests.code_action import to_edit
from azureml_dockerfile_ls.lsp.requests.replace_everywhere import EVERYWHERE, edit_everywhere
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.text import Span


async def handle(session: Session, action: types.CodeAction) -> types.CodeAction:
    """The action with its edit; an action that is not ours comes back as it is.

    Raises ContentModified if the document was edited since the action was offered.
    """
    match action.data:
        case [str(uri), int(version), int(start), int(end)]:
            view = session.any_view(uri)
        case [str(kind), str(uri), str(image)] if kind == EVERYWHERE:
            action.edit = await edit_everywhere(session, uri, image)
            return action
        case _:
            return action
    if view is None or view.document.version != version:
        raise JsonRpcException("The document was edited meanwhile", types.LSPErrorCodes.ContentModified)
    kinds = [kind for kind in ActionKind if kind.value == action.kind]
    for found in code_actions(view.snapshot, Span(start, end), kinds):
        if found.title == action.title:
            action.edit = to_edit(found, view)
            break
    return action
