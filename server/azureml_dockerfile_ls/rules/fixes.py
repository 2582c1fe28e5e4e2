"""Edits that several rules share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import DOCKER_USER
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import EffectiveSetting, Stage
from azureml_dockerfile_ls.rules.rule import Anchor, Edit, Fix
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import segment_at
from azureml_dockerfile_ls.text import LocalSpan

_PLACEHOLDER = lazy_pattern(r"[<>\s]|\.\.\.")
_PLAIN = lazy_pattern(r"[\w.,:/@%+=~-]+")


def line_above(at: int | Anchor, line: str) -> Edit:
    """The edit that inserts a line above instruction `at` of the rule's scope and its comments.

    The comments stay with the instruction, because they describe it or skip its checks.
    """
    return Edit(at, LocalSpan(0, 0), f"{line}\n", is_above=True)


def line_below(at: int | Anchor, instruction: Instruction, line: str) -> Edit | None:
    """The edit that inserts a line below instruction `at` of the rule's scope.

    None if the instruction, and the file, end with a continuation, because the new line would become part of it.
    """
    end = len(instruction.text)
    if segment_at(f"{instruction.text}\n{line}", 0, instruction.escape)[1] != end + 1:
        return None
    return Edit(at, LocalSpan(end, end), f"\n{line}")


def end_as(stage: Stage, user: EffectiveSetting, name: str) -> Edit | None:
    """The edit that makes a container of the stage run as `name` instead of its final `user`.

    It adds a USER at the end if a RUN needs the old one. None if `line_below` cannot add it.
    """
    last_run = max(stage.indexes("RUN"), default=-1)
    is_own = user.stage is stage
    if is_own and last_run < user.index and stage.instructions[user.index].words:
        return Edit(user.index, stage.instructions[user.index].words[0].span, name)
    after = max(user.index if is_own else 0, last_run)
    return line_below(after, stage.instructions[after], f"USER {name}")


def as_root(stage: Stage, index: int) -> Iterator[Fix]:
    """The fix that runs instruction `index` as root, and switches back to its user; none if it cannot switch back."""
    before = line_above(index, "USER root")
    if index + 1 < stage.end and stage.instructions[index + 1].name == "USER":
        yield Fix("Switch to root before this RUN", (before,), is_preferred=True)
        return
    user = user_to_return_to(stage, index)
    after = line_below(index, stage.instructions[index], f"USER {user}")
    if after and not _PLACEHOLDER.search(user):
        yield Fix(f"Switch to root for this RUN, and back to {user}", (before, after), is_preferred=True)


def user_to_return_to(stage: Stage, index: int) -> str:
    """The user that instruction `index` of a stage runs as, as a USER below it must write it."""
    in_force = stage.user_at(index)
    if in_force.stage is None or in_force.value is None:
        return DOCKER_USER
    written = in_force.stage.instructions[in_force.index].words[0].value
    # An ARG of another stage has no value in this stage.
    return written if in_force.stage is stage or "$" not in written else in_force.value


def literal(value: str, escape: str) -> str | None:
    """A value as ENV must write it, in quotes if it needs them; None for a value of several lines."""
    if value.splitlines() not in ([], [value]):
        return None
    if _PLAIN.fullmatch(value):
        return value
    escaped = re.sub(rf'["$]|{re.escape(escape)}', lambda match: escape + match.group(), value)
    return f'"{escaped}"'
