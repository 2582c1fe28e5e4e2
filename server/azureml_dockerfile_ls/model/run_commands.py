"""The commands that the RUN instructions of a stage start."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.shell.commands import Command, commands_of

_POSIX_SHELL = re.compile(r"\b(?:ba|da|a|z|k)?sh\b")


def commands(stage: Stage) -> Iterator[tuple[Command, str | None]]:
    """Every command of the stage's RUNs, and of those of the stages below it, with the directory where it runs."""
    for part in stage.chain():
        yield from own_commands(part)


def own_commands(part: Stage) -> Iterator[tuple[Command, str | None]]:
    """The commands of the RUNs of one stage, without those of the stages below it, as `commands` gives them."""
    for index, instruction in part.having("RUN"):
        folder = part.workdir_at(index)
        for command in commands_of(instruction):
            yield command, folder


def commands_at(stage: Stage, index: int) -> tuple[Command, ...]:
    """The commands of instruction `index` of a stage; none where the shell that reads it is no POSIX shell.

    That is so after `SHELL ["pwsh", …]`, and on images of Windows. `conda run … bash -c` is a POSIX shell.
    """
    instruction = stage.instructions[index]
    shell = stage.shell_at(index)
    if not instruction.is_json:
        if shell.stage is None:
            is_posix = stage.image is None or "windows" not in stage.image.name
        else:
            words = shell.stage.instructions[shell.index].words
            is_posix = any(_POSIX_SHELL.search(word.value) for word in words)
        if not is_posix:
            return ()
    return commands_of(instruction)
