"""Code actions: fixes, ways to ignore a rule, pins, blocks to insert. Each producer is a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.code_actions.cache_mount import cache_mount
from azureml_dockerfile_ls.features.code_actions.exec_form import exec_form
from azureml_dockerfile_ls.features.code_actions.extract_argument import extract_argument
from azureml_dockerfile_ls.features.code_actions.fixes import fixes
from azureml_dockerfile_ls.features.code_actions.heredoc_form import heredoc_form
from azureml_dockerfile_ls.features.code_actions.ignores import ignores
from azureml_dockerfile_ls.features.code_actions.inline_argument import inline_argument
from azureml_dockerfile_ls.features.code_actions.insertions import insertions
from azureml_dockerfile_ls.features.code_actions.key_values import key_values
from azureml_dockerfile_ls.features.code_actions.pins import pins
from azureml_dockerfile_ls.features.code_actions.run_layers import merge_runs, split_run
from azureml_dockerfile_ls.features.code_actions.sort_packages import sort_packages
from azureml_dockerfile_ls.features.fix_all import fix_all, has_safe_fix
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span

__all__ = ["PRODUCERS", "Action", "Change", "code_actions"]


def all_safe_fixes(snapshot: Snapshot, _: Span) -> Iterator[Action]:
    """The action that applies all safe fixes of the file."""
    if has_safe_fix(snapshot):
        yield Action(ActionKind.FIX_ALL, "Apply all safe fixes", lambda: Change(fix_all(snapshot).edits))


PRODUCERS: tuple[tuple[ActionKind, Callable[[Snapshot, Span], Iterable[Action]]], ...] = (
    (ActionKind.QUICKFIX, fixes),
    (ActionKind.QUICKFIX, ignores),
    (ActionKind.REWRITE, pins),
    (ActionKind.REWRITE, key_values),
    (ActionKind.REWRITE, sort_packages),
    (ActionKind.REWRITE, split_run),
    (ActionKind.REWRITE, merge_runs),
    (ActionKind.REWRITE, exec_form),
    (ActionKind.REWRITE, heredoc_form),
    (ActionKind.REWRITE, cache_mount),
    (ActionKind.EXTRACT, extract_argument),
    (ActionKind.INLINE, inline_argument),
    (ActionKind.REWRITE, insertions),
    (ActionKind.FIX_ALL, all_safe_fixes),
)
"""The producers of the actions of each kind, in the order of the menu. A new producer is one line here."""


def code_actions(snapshot: Snapshot, span: Span, kinds: Collection[ActionKind] = tuple(ActionKind)) -> list[Action]:
    """The actions of some kinds for a selected `span`."""
    return [action for kind, produce in PRODUCERS if kind in kinds for action in produce(snapshot, span)]
