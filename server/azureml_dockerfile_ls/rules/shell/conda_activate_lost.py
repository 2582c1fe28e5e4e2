"""The activation of a conda environment ends with its own RUN.

## What it does

Reports `conda activate` and `source activate` in a RUN if no command follows in the same shell.

## Why is this bad?

An activation sets variables of the shell that runs it. Each RUN and each `bash -c` starts a new shell, so the
activation has no effect on the next instruction or on the container, and `pip install` uses another environment.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -n score python=3.12
RUN conda activate score
RUN pip install pandas
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -p /azureml-envs/score python=3.12
ENV PATH=/azureml-envs/score/bin:$PATH
RUN pip install pandas
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.rules.rule import Finding, Group, RunRule, Severity, page_of
from azureml_dockerfile_ls.shell.commands import Command
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.reader import end_of_commands
from azureml_dockerfile_ls.text import LocalSpan

_IDLE = frozenset(("echo", "printf", "true", ":", "exit"))
_CONDA_FOLDERS = ("conda", "mamba", "miniforge")


def check(run: Site) -> Iterator[Finding]:
    """Every activation in a RUN that no command uses."""
    commands, instruction = commands_in(run), run.instruction
    lost = [
        command
        for number, command in enumerate(commands)
        if _activates(command) and not _is_used(command, commands[number + 1 :])
    ]
    # A list that ends with an operator is still being typed.
    is_unfinished = bool(lost) and not instruction.is_json and end_of_commands(instruction) is None
    for command in lost:
        if is_unfinished and command.script.reader is None:
            continue
        span = LocalSpan(command.words[0].span.start, command.words[-1].span.end)
        message = "No command uses this activation. It ends with its shell, and the next instruction starts a new one."
        yield Finding(0, span, message)


def _activates(command: Command) -> bool:
    conda = conda_of(command)
    if conda is not None:
        return conda.action == "activate"
    if command.program not in ("source", ".") or not command.arguments:
        return False
    script = command.arguments[0].value
    # Python's virtual environments have a script with that name too, but it takes no argument.
    is_conda = script == "activate" or len(command.arguments) > 1 or any(name in script for name in _CONDA_FOLDERS)
    return is_conda and script.rsplit("/", 1)[-1] == "activate"


def _is_used(activation: Command, following: tuple[Command, ...]) -> bool:
    """Whether a command runs after the activation in the same shell, and may depend on it."""
    for other in following:
        if other.span.start >= activation.script.span.end:
            break
        conda = conda_of(other)
        # `echo $CONDA_PREFIX` uses a variable of the activation.
        is_idle = other.program in _IDLE and all(word.is_literal for word in other.arguments)
        is_idle = is_idle or (conda is not None and conda.action == "deactivate")
        if other.span.start >= activation.span.end and not is_idle:
            return True
    return False


RULE = RunRule("CondaActivateLost", Severity.HINT, Group.SHELL, page_of(__doc__), check, is_on_azureml)
