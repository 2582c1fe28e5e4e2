"""`ENV name value` and `LABEL name value` in the form `name=value`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import Target, refactoring, target_of
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.text import Span, TextEdit, apply_edits

_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def key_values(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The form with `=` of the ENV or LABEL at `span`, if BuildKit gives it the same value."""
    target = target_of(snapshot, span, "ENV", "LABEL")
    pair = target.instruction.pairs[0] if target is not None and target.instruction.pairs else None
    if target is None or pair is None or pair.separator != " " or not pair.value or "\n" in target.instruction.text:
        return
    quoted = () if set(pair.value) & set("'\"\\`") else (f'"{pair.value}"',)
    for value in (pair.value, *quoted):
        edit = target.edit(pair.span, f"{pair.name}={value}")
        if _NAME.fullmatch(pair.name) and _is_same(target, edit):
            yield from refactoring(snapshot, ActionKind.REWRITE, f"Write as {pair.name}=…", edit)
            return


def _is_same(target: Target, edit: TextEdit) -> bool:
    old, escape = target.instruction, target.instruction.escape
    local = TextEdit(edit.span.shift(-target.offset), edit.text)
    new = parse_instruction(apply_edits(old.text, (local,)), escape)
    if len(new.pairs) != 1 or new.pairs[0].name != old.pairs[0].name:
        return False
    values = [expand_word(pair.value or "", escape, "<{}>".format) for pair in (*old.pairs, *new.pairs)]
    return values[0] is not None and values[0] == values[1]
