"""Code actions: fixes, a way to ignore rules, pins, blocks to insert. Each producer is a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.code_actions.cache_mount import cache_mount
from azureml_dockerfile_ls.features.code_actions.exec_form import exec_form
from azureml_dockerfile_ls.features.code_actions.extract_argument import extract_argument
from azureml_dockerfile_ls.features.code_actions.fixes import findings_at, fixes
from azureml_dockerfile_ls.features.code_actions.heredoc_form import heredoc_form
from azureml_dockerfile_ls.features.code_actions.ignores import ignores
from azureml_dockerfile_ls.features.code_actions.inline_argument import inline_argument
from azureml_dockerfile_ls.features.code_actions.insertions import insertions
from azureml_dockerfile_ls.features.code_actions.key_values import key_values
from azureml_dockerfile_ls.features.code_actions.pins import pins
from azureml_dockerfile_ls.features.code_actions.run_layers import merge_runs, split_run
from azureml_dockerfile_ls.features.code_actions.sort_packages import sort_packages
from azureml_dockerfile_ls.features.fix_all import fix_everything, has_safe_fix
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span

__all__ = ["PRODUCERS", "Action", "Change", "code_actions"]


class Selection(NamedTuple):
    """What the user asks about: the selected span, and the findings there."""

    span: Span
    findings: Sequence[PlacedFinding]


def all_safe_fixes(snapshot: Snapshot) -> Iterator[Action]:
    """The action that applies all safe fixes of the file."""
    if has_safe_fix(snapshot):
        yield Action(ActionKind.FIX_ALL, "Apply all safe fixes", lambda: Change(fix_everything(snapshot)))


def _in_span(
    produce: Callable[[Snapshot, Span], Iterable[Action]],
) -> Callable[[Snapshot, Selection], Iterable[Action]]:
    return lambda snapshot, selection: produce(snapshot, selection.span)


PRODUCERS: tuple[tuple[ActionKind, Callable[[Snapshot, Selection], Iterable[Action]]], ...] = (
    (ActionKind.QUICKFIX, lambda _, selection: fixes(selection.findings)),
    (ActionKind.QUICKFIX, lambda snapshot, selection: ignores(snapshot, selection.span, selection.findings)),
    (ActionKind.REWRITE, lambda snapshot, selection: pins(snapshot, selection.span)),
    (ActionKind.REWRITE, _in_span(key_values)),
    (ActionKind.REWRITE, _in_span(sort_packages)),
    (ActionKind.REWRITE, _in_span(split_run)),
    (ActionKind.REWRITE, _in_span(merge_runs)),
    (ActionKind.REWRITE, _in_span(exec_form)),
    (ActionKind.REWRITE, _in_span(heredoc_form)),
    (ActionKind.REWRITE, _in_span(cache_mount)),
    (ActionKind.EXTRACT, _in_span(extract_argument)),
    (ActionKind.INLINE, _in_span(inline_argument)),
    (ActionKind.REWRITE, lambda snapshot, selection: insertions(snapshot, selection.span)),
    (ActionKind.FIX_ALL, lambda snapshot, _: all_safe_fixes(snapshot)),
)
"""The producers of the actions of each kind, in the order of the menu. A new producer is one line here."""


def code_actions(
    snapshot: Snapshot,
    span: Span,
    kinds: Collection[ActionKind] = tuple(ActionKind),
    named: Iterable[PlacedFinding] = (),
) -> list[Action]:
    """The actions of some kinds for a selected `span`, and for the findings that the editor names."""
    findings = {id(finding): finding for finding in (*findings_at(snapshot, span), *named)}
    selection = Selection(span, tuple(findings.values()))
    return [action for kind, produce in PRODUCERS if kind in kinds for action in produce(snapshot, selection)]
