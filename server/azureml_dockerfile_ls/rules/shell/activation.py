"""Activations of conda environments and of Python's virtual environments."""

from __future__ import annotations

from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.shell.commands import Command
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.reader import end_of_commands

_IDLE = frozenset(("echo", "printf", "true", ":", "exit"))
_CONDA_FOLDERS = ("conda", "mamba", "miniforge")


def lost_activations(run: Site) -> list[Command]:
    """The activations of conda environments in a RUN that no later command in the same shell uses."""
    commands, instruction = commands_in(run), run.instruction
    lost = [
        command
        for number, command in enumerate(commands)
        if activates_conda(command) and not _is_used(command, commands[number + 1 :])
    ]
    # A list that ends with an operator is still being typed.
    is_unfinished = bool(lost) and not instruction.is_json and end_of_commands(instruction) is None
    return [command for command in lost if not is_unfinished or command.script.reader is not None]


def activates_conda(command: Command) -> bool:
    """Whether a command is `conda activate`, or reads conda's `activate` script."""
    conda = conda_of(command)
    if conda is not None:
        return conda.action == "activate"
    if command.program not in ("source", ".") or not command.arguments:
        return False
    script = command.arguments[0].value
    # Python's virtual environments have a script with that name too, but it takes no argument.
    is_conda = script == "activate" or len(command.arguments) > 1 or any(name in script for name in _CONDA_FOLDERS)
    return is_conda and script.rsplit("/", 1)[-1] == "activate"


def is_idle(command: Command) -> bool:
    """Whether a command changes nothing and uses nothing of its shell.

    `echo $CONDA_PREFIX` uses a variable of the activation.
    """
    conda = conda_of(command)
    is_constant = command.program in _IDLE and all(word.is_literal for word in command.arguments)
    return is_constant or (conda is not None and conda.action == "deactivate")


def _is_used(activation: Command, following: tuple[Command, ...]) -> bool:
    """Whether a command runs after the activation in the same shell, and may depend on it."""
    for other in following:
        if other.span.start >= activation.script.span.end:
            break
        if other.span.start >= activation.span.end and not is_idle(other):
            return True
    return False
