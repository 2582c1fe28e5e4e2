"""textDocument/codeAction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions import Action, code_actions
from azureml_dockerfile_ls.features.code_actions.fixes import findings_at, findings_of_rule
from azureml_dockerfile_ls.lsp.capabilities import APPLY_EDIT
from azureml_dockerfile_ls.lsp.requests.replace_everywhere import offers_everywhere
from azureml_dockerfile_ls.lsp.session.diagnostics import to_diagnostic
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import AnyView
from azureml_dockerfile_ls.rules.engine import PlacedFinding


def handle(session: Session, params: types.CodeActionParams) -> list[types.CodeAction | types.Command] | None:
    """The actions for a range, of the kinds that the client asks for."""
    view = session.any_view(params.text_document.uri)
    if view is None:
        return None
    kinds = [kind for kind in ActionKind if _is_requested(kind, params.context.only)]
    span = view.span(params.range)
    named = [finding for diagnostic in params.context.diagnostics for finding in _findings(diagnostic, view)]
    if not named and not any(findings_at(view.snapshot, span)):
        named = _on_line(params, view)
    is_by_itself = params.context.trigger_kind == types.CodeActionTriggerKind.Automatic
    found = code_actions(view.snapshot, span, kinds, named, is_by_itself=is_by_itself)
    if not view.client.supports_code_action_literals:
        return [_command(action, view) for action in found]
    findings = {id(finding): finding for action in found for finding in action.findings}
    diagnostics = {key: _diagnostic(finding, view) for key, finding in findings.items()}
    data = [view.document.uri, view.document.version, *span]
    actions = [
        _action(action, [diagnostics[id(finding)] for finding in action.findings], data, view) for action in found
    ]
    if ActionKind.QUICKFIX in kinds:
        actions += offers_everywhere(session, view, [*findings_at(view.snapshot, span), *named])
    return [*actions]


def _findings(diagnostic: types.Diagnostic, view: AnyView) -> Iterator[PlacedFinding]:
    """The findings of this version that an editor shows as a diagnostic; it may have moved or be outdated."""
    return findings_of_rule(view.snapshot, diagnostic.code, view.span(diagnostic.range))


def _on_line(params: types.CodeActionParams, view: AnyView) -> list[PlacedFinding]:
    """What begins on the line, where the user asks without a selection. Neovim names only what is at the cursor."""
    is_asked = params.context.trigger_kind == types.CodeActionTriggerKind.Invoked
    if not is_asked or params.range.start != params.range.end:
        return []
    line = view.document.index.line_span(params.range.start.line)
    return [finding for finding in findings_at(view.snapshot, line) if line.start <= finding.span.start]


def _is_requested(kind: ActionKind, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether the client asks for a kind: for all kinds, for this one, or for one that it belongs to."""
    wanted = [str(getattr(entry, "value", entry)) for entry in only or ("",)]
    return any(entry == "" or kind.value == entry or kind.value.startswith(f"{entry}.") for entry in wanted)


def _diagnostic(finding: PlacedFinding, view: AnyView) -> types.Diagnostic:
    return to_diagnostic(finding, view.snapshot, view.document, view.client)


def _action(action: Action, diagnostics: list[types.Diagnostic], data: object, view: AnyView) -> types.CodeAction:
    """`data` is for an action that the client resolves when the user chooses it."""
    is_deferred = action.is_deferred and view.client.resolves_action_edits
    return types.CodeAction(
        title=action.title,
        kind=types.CodeActionKind(action.kind.value),
        diagnostics=diagnostics or None,
        is_preferred=(action.is_preferred and view.client.supports_preferred_actions) or None,
        edit=None if is_deferred else to_edit(action, view),
        data=data if is_deferred else None,
    )


def _command(action: Action, view: AnyView) -> types.Command:
    arguments = [action.title, view.document.uri, view.document.version, to_edit(action, view)]
    return types.Command(action.title, APPLY_EDIT, arguments=arguments)


def to_edit(action: Action, view: AnyView) -> types.WorkspaceEdit:
    """The edit of an action."""
    change = action.computed()
    return view.workspace_edit(change.edits, change.snippet)
