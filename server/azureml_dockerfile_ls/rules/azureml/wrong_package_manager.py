"""A RUN uses the package manager of another Linux distribution.

## What it does

Reports `yum`, `dnf`, `microdnf`, `tdnf`, `apk`, `zypper` and `pacman` in a RUN on an image of Azure ML, which is based
on Ubuntu. The rule is silent if a condition may skip the command, and if a RUN names the program, for example to
install it. The finding is a warning if the RUN continues after the failure.

## Why is this bad?

The program does not exist in the image, so the build stops with "not found".

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN yum install -y git
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.run_commands import any_run, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Group, RunRule, Severity, page_of
from azureml_dockerfile_ls.rules.shell.outcome import may_decide, may_go_on
from azureml_dockerfile_ls.shell.commands import defines_function
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction

_MANAGERS = frozenset(("yum", "dnf", "microdnf", "tdnf", "apk", "zypper", "pacman"))


def check(run: Site) -> Iterator[Finding]:
    """The first such command of a RUN."""
    commands = commands_in(run)
    number = next((number for number, command in enumerate(commands) if command.program in _MANAGERS), None)
    if number is None or any(map(may_decide, commands[: number + 1])) or defines_function(commands):
        return
    command = commands[number]
    operators = [following.operator for following in commands[number + 1 :]]
    # The commands after `||` may be those for another distribution.
    if not command.arguments or "||" in operators:
        return
    message = f"{command.program} does not exist on Ubuntu, the system of this image. Use apt-get as root."
    severity = Severity.WARNING if may_go_on(commands, number) else None
    yield Finding(0, command.words[0].span, message, severity=severity)


def _is_on_ubuntu(stage: Stage) -> bool:
    is_other = stage.image is not None and "centos" in stage.image.name
    return is_on_azureml(stage) and not is_other and not any_run(stage, _names_manager)


def _names_manager(instruction: Instruction) -> bool:
    """Whether a command has another package manager as an argument, for example to install it."""
    return instruction.name == "RUN" and any(
        word.value.rsplit("/", 1)[-1] in _MANAGERS for command in commands_of(instruction) for word in command.arguments
    )


RULE = RunRule("WrongPackageManager", Severity.ERROR, Group.AZUREML, page_of(__doc__), check, _is_on_ubuntu)
