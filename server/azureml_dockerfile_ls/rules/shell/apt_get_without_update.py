"""Packages are installed without fresh package lists.

## What it does

Reports `apt-get install` and `apt install` on an Azure ML image where no `update` stands before it in the same RUN. It
is silent where the lists are in a mount, where only local files are installed, after a script or a program of your own,
which may update, and where an update follows if the installation fails.

## Why is this bad?

An image comes without package lists, so the package is not found. Where an earlier RUN has downloaded them, Docker
takes that RUN from its cache for as long as its text is the same: the lists grow old, and one day they name versions
that the servers have no more.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get install -y libgl1
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.rules.shell.apt import installations_without_update, is_text_of_shell, on_azureml, own_sudo
from azureml_dockerfile_ls.shell.commands import RESERVED, Command
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span


def check(stage: Stage) -> Iterator[Finding]:
    """The first such command of every RUN of the stage."""
    if not on_azureml(stage):
        return
    for index, found in installations_without_update(stage):
        command = found.command
        message = (
            f"No {command.program} update stands before this in the same RUN: the package lists are missing, "
            "or as old as a layer in Docker's cache."
        )
        fixes = tuple(_fixes(index, stage.instructions[index], command))
        yield Finding(index, found.packages.action.span, message, fixes)


def _fixes(index: int, instruction: Instruction, command: Command) -> Iterator[Fix]:
    sudo = own_sudo(command)
    if sudo is None or not is_text_of_shell(command, instruction):
        return
    words = command.prefix + command.words[:1]
    count = next(number for number, word in enumerate(words) if word.value not in RESERVED)
    # After `||` and `|`, and under `!`, the list would become another one, and a redirection before the words would be
    # the update's.
    is_negated = any(word.value == "!" for word in words[:count])
    is_fed = command.operator in ("||", "|", "|&") and not count
    if is_negated or is_fed or any(item.span.start < words[count].span.start for item in command.redirections):
        return
    update = f"{sudo}{command.words[0].value} update"
    place = Span(words[count].span.start, words[count].span.start)
    edit = Edit(index, place, f"{update} && ")
    yield Fix(f"Add {update} before it", (edit,), is_preferred=True, is_safe=True)


RULE = StageRule("AptGetWithoutUpdate", Severity.HINT, Group.SHELL, page_of(__doc__), check)
