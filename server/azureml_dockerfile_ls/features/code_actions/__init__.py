"""Code actions: fixes, a way to ignore rules, pins, blocks to insert. Each producer is a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.code_actions.cache_mount import cache_mount
from azureml_dockerfile_ls.features.code_actions.exec_form import exec_form
from azureml_dockerfile_ls.features.code_actions.extract_argument import extract_argument
from azureml_dockerfile_ls.features.code_actions.fixes import findings_at, fixes
from azureml_dockerfile_ls.features.code_actions.hadolint_ignores import hadolint_ignores
from azureml_dockerfile_ls.features.code_actions.heredoc_form import heredoc_form
from azureml_dockerfile_ls.features.code_actions.ignores import ignores
from azureml_dockerfile_ls.features.code_actions.inline_argument import inline_argument
from azureml_dockerfile_ls.features.code_actions.insertions import insertions
from azureml_dockerfile_ls.features.code_actions.key_values import key_values
from azureml_dockerfile_ls.features.code_actions.pins import pins
from azureml_dockerfile_ls.features.code_actions.run_layers import merge_runs, split_run
from azureml_dockerfile_ls.features.code_actions.sort_packages import sort_packages
from azureml_dockerfile_ls.features.fix_all import fix_everything, has_safe_fix
from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot, ManifestSnapshot
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span

__all__ = ["PRODUCERS", "Action", "Change", "code_actions"]


class Selection(NamedTuple):
    """What the user asks about: the selected span, and the findings there.

    `is_by_itself` is True if the editor asks because the cursor moved. A light bulb on every RUN would say nothing, so
    there are no refactorings then, unless something is selected.
    """

    span: Span
    findings: Sequence[PlacedFinding]
    is_by_itself: bool


def all_safe_fixes(snapshot: AnySnapshot) -> Iterator[Action]:
    """The action that applies all safe fixes of the file."""
    if has_safe_fix(snapshot):
        yield Action(ActionKind.FIX_ALL, "Apply all safe fixes", lambda: Change(fix_everything(snapshot)))


def _refactoring(
    produce: Callable[[Snapshot, Span], Iterable[Action]],
) -> Callable[[Snapshot, Selection], Iterable[Action]]:
    def made(snapshot: Snapshot, selection: Selection) -> Iterable[Action]:
        is_bare = selection.span.start == selection.span.end
        return () if selection.is_by_itself and is_bare else produce(snapshot, selection.span)

    return made


PRODUCERS: tuple[tuple[ActionKind, Callable[[Snapshot, Selection], Iterable[Action]]], ...] = (
    (ActionKind.QUICKFIX, lambda _, selection: fixes(selection.findings)),
    (ActionKind.QUICKFIX, lambda snapshot, selection: ignores(snapshot, selection.span, selection.findings)),
    (ActionKind.QUICKFIX, lambda snapshot, selection: hadolint_ignores(snapshot, selection.findings)),
    (ActionKind.REWRITE, lambda snapshot, selection: pins(snapshot, selection.span)),
    (ActionKind.REWRITE, _refactoring(key_values)),
    (ActionKind.REWRITE, _refactoring(sort_packages)),
    (ActionKind.REWRITE, _refactoring(split_run)),
    (ActionKind.REWRITE, _refactoring(merge_runs)),
    (ActionKind.REWRITE, _refactoring(exec_form)),
    (ActionKind.REWRITE, _refactoring(heredoc_form)),
    (ActionKind.REWRITE, _refactoring(cache_mount)),
    (ActionKind.EXTRACT, _refactoring(extract_argument)),
    (ActionKind.INLINE, _refactoring(inline_argument)),
    (ActionKind.REWRITE, lambda snapshot, selection: insertions(snapshot, selection.span)),
    (ActionKind.FIX_ALL, lambda snapshot, _: all_safe_fixes(snapshot)),
)
"""The producers of the actions of each kind, in the order of the menu. A new producer is one line here."""


MANIFEST_PRODUCERS: tuple[tuple[ActionKind, Callable[[ManifestSnapshot, Selection], Iterable[Action]]], ...] = (
    (ActionKind.QUICKFIX, lambda _, selection: fixes(selection.findings)),
    (ActionKind.FIX_ALL, lambda snapshot, _: all_safe_fixes(snapshot)),
)
"""The same for a YAML of Azure ML."""


def code_actions(
    snapshot: AnySnapshot,
    span: Span,
    kinds: Collection[ActionKind] = tuple(ActionKind),
    named: Iterable[PlacedFinding] = (),
    *,
    is_by_itself: bool = False,
) -> list[Action]:
    """The actions of some kinds for a selected `span`, and for the findings that the editor names.

    `is_by_itself` is as in `Selection`.
    """
    findings = {id(finding): finding for finding in (*findings_at(snapshot, span), *named)}
    selection = Selection(span, tuple(findings.values()), is_by_itself)
    if isinstance(snapshot, ManifestSnapshot):
        made = ((kind, produce(snapshot, selection)) for kind, produce in MANIFEST_PRODUCERS)
        return [action for kind, actions in made if kind in kinds for action in actions]
    return [action for kind, produce in PRODUCERS if kind in kinds for action in produce(snapshot, selection)]
