"""Packages are installed without apt-get update in the same RUN.

## What it does

Reports `apt-get install` and `apt install` on an Azure ML image without an `update` before it in the same RUN. It is
silent if the lists are in a mount, if only local files are installed, after a script or program of your own that may
run the update, and if an update follows when the installation fails. The finding is a hint if an earlier RUN leaves
package lists.

## Why is this bad?

The base image has no package lists, so apt cannot find the package. If an earlier RUN downloads the lists, Docker
reuses that RUN from its cache as long as its text stays the same. The lists then become outdated, and one day they name
versions that the servers no longer have.

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

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import BUILDING, Edit, Finding, Fix, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.rules.shell.apt import installations_without_update, is_text_of_shell, lists_before, own_sudo
from azureml_dockerfile_ls.shell.commands import RESERVED, Command
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan


def check(stage: Stage) -> Iterator[Finding]:
    """The first installation without an update in every RUN of the stage."""
    if not is_on_azureml(stage):
        return
    for index, found in installations_without_update(stage):
        command = found.command
        has_lists = lists_before(stage, index)
        state = "may be outdated" if has_lists else "are missing or outdated"
        message = f"This RUN installs packages without {command.program} update, so the package lists {state}."
        fixes = tuple(_fixes(index, stage.instructions[index], command))
        severity = Severity.HINT if has_lists else None
        yield Finding(index, found.packages.action.span, message, fixes, severity)


def _fixes(index: int, instruction: Instruction, command: Command) -> Iterator[Fix]:
    sudo = own_sudo(command)
    if sudo is None or not is_text_of_shell(command, instruction):
        return
    words = command.prefix + command.words[:1]
    count = next(number for number, word in enumerate(words) if word.value not in RESERVED)
    # After `||` and `|` and under `!`, the insertion changes the logic of the list, and a redirection before the words
    # would belong to the update.
    is_negated = any(word.value == "!" for word in words[:count])
    is_fed = command.operator in ("||", "|", "|&") and not count
    if is_negated or is_fed or any(item.span.start < words[count].span.start for item in command.redirections):
        return
    update = f"{sudo}{command.words[0].value} update"
    place = LocalSpan(words[count].span.start, words[count].span.start)
    edit = Edit(index, place, f"{update} && ")
    yield Fix(f"Add {update} before it", (edit,), is_preferred=True, is_safe=True)


RULE = StageRule("AptGetWithoutUpdate", Severity.WARNING, Group.SHELL, page_of(__doc__), check, looks_at=BUILDING)
