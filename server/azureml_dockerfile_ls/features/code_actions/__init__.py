"""Code actions: fixes, ways to ignore a rule, pins, blocks to insert. Each kind of action is a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.fixes import fixes
from azureml_dockerfile_ls.features.code_actions.ignores import ignores
from azureml_dockerfile_ls.features.code_actions.insertions import insertions
from azureml_dockerfile_ls.features.code_actions.pins import pins
from azureml_dockerfile_ls.features.fix_all import fix_all, safe_fixes
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span, TextEdit

__all__ = ["PRODUCERS", "Action", "code_actions", "edits_of"]


def _all_fixes(snapshot: Snapshot, _: Span) -> Iterator[Action]:
    if safe_fixes(snapshot):
        yield Action(ActionKind.FIX_ALL, "Apply all safe fixes", None)


PRODUCERS: tuple[tuple[ActionKind, Callable[[Snapshot, Span], Iterable[Action]]], ...] = (
    (ActionKind.QUICKFIX, fixes),
    (ActionKind.QUICKFIX, ignores),
    (ActionKind.REWRITE, pins),
    (ActionKind.REWRITE, insertions),
    (ActionKind.FIX_ALL, _all_fixes),
)
"""What makes the actions of each kind, in the order of the menu. A new producer is one line here."""

_EXPENSIVE: Mapping[ActionKind, Callable[[Snapshot], tuple[TextEdit, ...]]] = {
    ActionKind.FIX_ALL: lambda snapshot: fix_all(snapshot).edits,
}


def code_actions(snapshot: Snapshot, span: Span, kinds: Collection[ActionKind] = tuple(ActionKind)) -> list[Action]:
    """The actions of some kinds for a selected `span`."""
    return [action for kind, produce in PRODUCERS if kind in kinds for action in produce(snapshot, span)]


def edits_of(kind: ActionKind, snapshot: Snapshot) -> tuple[TextEdit, ...]:
    """The edits of an action that has none yet; empty for a kind whose actions always have them."""
    compute = _EXPENSIVE.get(kind)
    return compute(snapshot) if compute else ()
