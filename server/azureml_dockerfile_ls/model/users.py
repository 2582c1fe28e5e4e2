"""Users that the commands of a file create."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.programs.users import new_user_of


class CreatedUser(NamedTuple):
    """A user that instruction `at` of a stage creates."""

    name: str
    stage: Stage
    at: int


def created_users(stage: Stage, index: int) -> Iterator[CreatedUser]:
    """The users that the stage creates before its instruction `index`, and those that it inherits."""
    for part in stage.ancestry():
        for at, _ in part.instructions_named("RUN"):
            if part is stage and at >= index:
                break
            for command in commands_at(part, at):
                new = new_user_of(command)
                if new is not None and new.user.is_literal:
                    yield CreatedUser(new.user.value, part, at)


def is_root(user: str) -> bool:
    """Whether a user name or number is that of root."""
    return user in ("root", "0")
