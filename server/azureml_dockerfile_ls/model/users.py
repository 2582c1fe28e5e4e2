"""The users that the commands of a file create."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.shell.programs import new_user_of


class CreatedUser(NamedTuple):
    """A user, and the stage and index of the instruction that creates it."""

    name: str
    stage: Stage
    at: int


def created_users(stage: Stage, index: int) -> Iterator[CreatedUser]:
    """The users that a command creates before instruction `index` of a stage, or in a stage below it."""
    for part in stage.ancestry():
        for at, _ in part.instructions_named("RUN"):
            if part is stage and at >= index:
                break
            for command in commands_at(part, at):
                new = new_user_of(command)
                if new is not None and new.user.is_literal:
                    yield CreatedUser(new.user.value, part, at)


def is_root(user: str) -> bool:
    """Whether a user, by name or number, is root."""
    return user in ("root", "0")
