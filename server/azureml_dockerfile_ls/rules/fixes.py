"""The edits that several rules make."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.model.stages import EffectiveSetting, Stage
from azureml_dockerfile_ls.rules.rule import Anchor, Edit
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import segment_at
from azureml_dockerfile_ls.text import Span

_PLAIN = re.compile(r"[\w.,:/@%+=~-]+")


def line_above(at: int | Anchor, line: str) -> Edit:
    """The edit that puts a line above instruction `at` of the rule's scope, and above its comments.

    They tell what the instruction does, or which checks to skip.
    """
    return Edit(at, Span(0, 0), f"{line}\n", is_above=True)


def line_below(at: int | Anchor, instruction: Instruction, line: str) -> Edit | None:
    """The edit that puts a line below instruction `at` of the rule's scope.

    None where the instruction is not finished: it ends, with the file, in a line that goes on, which would swallow the
    new one.
    """
    end = len(instruction.text)
    if segment_at(f"{instruction.text}\n{line}", 0, instruction.escape)[1] != end + 1:
        return None
    return Edit(at, Span(end, end), f"\n{line}")


def end_as(stage: Stage, user: EffectiveSetting, name: str) -> Edit | None:
    """The edit after which a container of the stage runs as `name`, instead of the `user` in force at its end.

    Where a RUN needs that user, it adds a USER at the end. None where there is no room for one.
    """
    last_run = max(stage.indexes("RUN"), default=-1)
    is_own = user.stage is stage
    if is_own and last_run < user.index and stage.instructions[user.index].words:
        return Edit(user.index, stage.instructions[user.index].words[0].span, name)
    after = max(user.index if is_own else 0, last_run)
    return line_below(after, stage.instructions[after], f"USER {name}")


def literal(value: str, escape: str) -> str:
    """How ENV writes a value so that BuildKit reads it as it is: in quotes, where it needs them."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = re.sub(rf'["$]|{re.escape(escape)}', lambda match: escape + match.group(), value)
    return f'"{escaped}"'
