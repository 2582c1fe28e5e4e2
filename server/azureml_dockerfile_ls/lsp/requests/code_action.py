"""textDocument/codeAction."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import Action, code_actions, edits_of
from azureml_dockerfile_ls.lsp.capabilities import APPLY_EDIT
from azureml_dockerfile_ls.lsp.session.diagnostics import to_diagnostic
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import View
from azureml_dockerfile_ls.rules.engine import PlacedFinding


def handle(session: Session, params: types.CodeActionParams) -> list[types.CodeAction | types.Command] | None:
    """The actions for a range, of the kinds that the client asks for."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    kinds = [kind for kind in ActionKind if _is_requested(kind, params.context.only)]
    found = code_actions(view.snapshot, view.span(params.range), kinds)
    if not view.client.supports_code_action_literals:
        return [_command(action, view) for action in found]
    findings = {id(action.finding): action.finding for action in found if action.finding is not None}
    diagnostics = {key: _diagnostic(finding, view) for key, finding in findings.items()}
    return [_action(action, diagnostics.get(id(action.finding)), view) for action in found]


def _is_requested(kind: ActionKind, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether the client asks for a kind: for all kinds, for this one, or for one that it belongs to."""
    wanted = [str(getattr(entry, "value", entry)) for entry in only or ("",)]
    return any(entry == "" or kind.value == entry or kind.value.startswith(f"{entry}.") for entry in wanted)


def _diagnostic(finding: PlacedFinding, view: View) -> types.Diagnostic:
    return to_diagnostic(finding, view.snapshot, view.document, view.client)


def _action(action: Action, diagnostic: types.Diagnostic | None, view: View) -> types.CodeAction:
    is_deferred = action.edits is None and view.client.resolves_action_edits
    return types.CodeAction(
        title=action.title,
        kind=types.CodeActionKind(action.kind.value),
        diagnostics=[diagnostic] if diagnostic is not None else None,
        is_preferred=(action.is_preferred and view.client.supports_preferred_actions) or None,
        edit=None if is_deferred else _edit(action, view),
        data={"uri": view.document.uri} if is_deferred else None,
    )


def _command(action: Action, view: View) -> types.Command:
    arguments = [action.title, view.document.uri, view.document.version, _edit(action, view)]
    return types.Command(action.title, APPLY_EDIT, arguments=arguments)


def _edit(action: Action, view: View) -> types.WorkspaceEdit:
    edits = edits_of(action.kind, view.snapshot) if action.edits is None else action.edits
    return view.workspace_edit(edits, action.snippet)
