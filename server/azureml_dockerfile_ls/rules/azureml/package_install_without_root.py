"""System packages are installed by a user without root rights.

## What it does

Reports a RUN in which `apt-get`, `apt`, `aptitude` or `dpkg` changes packages, although it certainly does not run as
root. That happens on an inference image, whose user is `dockeruser`, and after a USER instruction with another user.
The rule is silent if a condition may skip the command. The finding is a warning if the RUN continues without the
packages, for example because of `||`.

## Why is this bad?

Only root can write to the package database, so the build stops with "Permission denied".

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
USER root
RUN apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*
USER dockeruser
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml, user_of
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.rules.fixes import as_root
from azureml_dockerfile_ls.rules.rule import BUILDING, Finding, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.rules.shell.outcome import may_decide, may_go_on
from azureml_dockerfile_ls.shell.commands import Command, defines_function
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of

_OTHER_FOLDER = ("--root", "--instdir", "--admindir")


def check(stage: Stage) -> Iterator[Finding]:
    """Find the first such command of each RUN of the stage."""
    if not is_on_azureml(stage):
        return
    for index, (command, user, severity) in stage.each_site(_refused, "RUN"):
        message = (
            f"{command.program} runs as {user} here and fails, because only root can change system packages. "
            "Switch to root first."
        )
        fixes = tuple(as_root(stage, index))
        yield Finding(index, command.words[0].span, message, fixes, severity)


def _refused(run: Site) -> tuple[Command, str, Severity | None] | None:
    """The first command of a RUN that fails, its user, and the severity if it differs from that of the rule."""
    user = user_of(run)
    if user is None or is_root(user):
        return None
    commands = commands_in(run)
    number = next((number for number, command in enumerate(commands) if changes_packages(command)), None)
    if number is None or any(map(may_decide, commands[:number])) or defines_function(commands):
        return None
    command = commands[number]
    if command.operator == "||":
        return None
    return command, user, Severity.WARNING if may_go_on(commands, number) else None


def changes_packages(command: Command) -> bool:
    """Whether a command changes the packages of the system, rather than those in another root folder."""
    packages = None if command.by_sudo else system_packages_of(command)
    if packages is None or packages.is_simulated:
        return False
    return not any(word.value.startswith(_OTHER_FOLDER) or "Dir::" in word.value for word in command.arguments)


RULE = StageRule("PackageInstallWithoutRoot", Severity.ERROR, Group.AZUREML, page_of(__doc__), check, looks_at=BUILDING)
