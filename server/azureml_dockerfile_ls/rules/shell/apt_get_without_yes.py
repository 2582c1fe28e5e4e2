"""A package manager asks a question that nobody can answer.

## What it does

Reports `apt-get` and `apt` with `install`, `upgrade`, `remove` and the like in a RUN without `-y`. It is silent where
`-qq`, an option of apt, a file in `/etc/apt` or a pipe gives the answer.

## Why is this bad?

Before anything else than the named packages is installed, and before anything is removed or upgraded, it asks whether
to go on. There is no terminal in a build, so it takes that for a no, and the build stops with "Abort.".
`DEBIAN_FRONTEND=noninteractive` does not help: it is about the questions of the packages.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get update && apt-get install libgl1 && rm -rf /var/lib/apt/lists/*
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*
```
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from azureml_dockerfile_ls.azureml.serving import azureml_repository
from azureml_dockerfile_ls.model.copies import own_copies
from azureml_dockerfile_ls.model.origins import may_bring_into
from azureml_dockerfile_ls.model.run_commands import commands_at, own_commands
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Rule, Scope, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.shell.apt import apt_of, is_text_of_shell, mount_targets, value_of_variable
from azureml_dockerfile_ls.shell.commands import Command, ShellWord, mentions
from azureml_dockerfile_ls.shell.programs import SystemPackages
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span

_CONFIGURATION = "/etc/apt"
_INSTALLING = ("install", "reinstall")
_OF_PACKAGES = (*_INSTALLING, "remove", "purge", "build-dep")
_OF_ALL = ("upgrade", "dist-upgrade", "full-upgrade", "autoremove", "autopurge")


def check(stage: Stage) -> Iterator[Finding]:
    """Every such command of the stage."""
    if azureml_repository(stage) is None:
        return
    for index, instruction in stage.having("RUN"):
        in_run = commands_at(stage, index)
        for number, command in enumerate(in_run):
            apt = apt_of(command, *_OF_PACKAGES, *_OF_ALL)
            if apt is None or apt.assumes_yes or (not apt.packages and apt.action.value in _OF_PACKAGES):
                continue
            if _is_answered(command, in_run[:number]) or _has_other_configuration(stage, index, command):
                continue
            if any(_may_say_yes(stage, index, word) for word in command.arguments):
                continue
            if not any(map(_configures_apt, stage.chain())):
                yield _finding(index, instruction, command, apt)


def _finding(index: int, instruction: Instruction, command: Command, apt: SystemPackages) -> Finding:
    action = apt.action
    what = "more than it was told to" if action.value in _INSTALLING else "anything"
    message = (
        f"{command.program} {action.value} asks before it changes {what}, and in a build nobody can answer: add -y."
    )
    fixes: tuple[Fix, ...] = ()
    if "?" not in command.script.quotes:
        yes = " -y" if is_text_of_shell(command, instruction) else '", "-y'
        end = Span(action.span.end, action.span.end)
        fixes = (replacement("Add -y", index, end, yes, is_preferred=True, is_safe=True),)
    return Finding(index, action.span, message, fixes)


def _is_answered(command: Command, before: tuple[Command, ...]) -> bool:
    """Whether a pipe or a file brings the answer."""
    # `yes | { apt-get update; apt-get install curl; }`
    if any(other.program == "yes" for other in before):
        return True
    current: Command | None = command
    while current is not None:
        if current.operator in ("|", "|&") or any(item.operator.startswith("<") for item in current.redirections):
            return True
        current = current.script.reader
    return False


def _has_other_configuration(stage: Stage, index: int, command: Command) -> bool:
    """Whether a command reads, or may read, a configuration of its own, which may hold the answer."""
    if any(word.value.startswith("APT_CONFIG=") for word in command.prefix):
        return True
    if any(word.value.startswith(("-c", "--config-file")) for word in command.arguments):
        return True
    targets = mount_targets(stage.instructions[index])
    is_mounted = any(
        target is None or is_inside(target, _CONFIGURATION) or is_inside(_CONFIGURATION, target) for target in targets
    )
    return is_mounted or stage.definition_at("APT_CONFIG", index) is not None


def _may_say_yes(stage: Stage, index: int, word: ShellWord) -> bool:
    """Whether a word may become `-y` when the shell replaces its variables."""
    if word.is_literal or not word.value.startswith(("$", "`")):
        return False
    value = value_of_variable(stage, index, word)
    return value is None or any(part.startswith("-") for part in value.split())


@lru_cache(maxsize=4096)
def _configures_apt(part: Stage) -> bool:
    """Whether a stage, without those below it, writes anything to the configuration of apt: it may be the answer."""
    return any(may_bring_into(copy, _CONFIGURATION) for copy in own_copies(part)) or any(
        (command.program not in ("apt-get", "apt") and mentions(command, "Assume-Yes"))
        or mentions(command, "APT_CONFIG")
        or (command.program != "rm" and mentions(command, f"{_CONFIGURATION}/apt.conf"))
        for command, _ in own_commands(part)
    )


RULE = Rule("AptGetWithoutYes", Severity.HINT, Scope.STAGE, check, page_of(__doc__))
