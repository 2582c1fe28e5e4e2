"""`ENV name value` and `LABEL name value` in the form `name=value`."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import refactoring, target_of
from azureml_dockerfile_ls.model.key_value_form import with_equals
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


def key_values(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The form with `=` of the ENV or LABEL at `span`, if BuildKit gives it the same value."""
    target = target_of(snapshot, span, "ENV", "LABEL")
    text = with_equals(target.instruction) if target is not None else None
    if target is not None and text is not None:
        [pair] = target.instruction.pairs
        yield from refactoring(snapshot, ActionKind.REWRITE, f"Write as {pair.name}=…", target.edit(pair.span, text))
