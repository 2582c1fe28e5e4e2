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

from azureml_dockerfile_ls.model.copies import copies_near
from azureml_dockerfile_ls.model.origins import may_bring_into
from azureml_dockerfile_ls.model.run_commands import any_run, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, RunRule, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.shell.apt import apt_of, is_text_of_shell, mount_targets, on_azureml, value_of_variable
from azureml_dockerfile_ls.shell.commands import Command, ShellWord, commands_of, mentions
from azureml_dockerfile_ls.shell.programs import SystemPackages
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span

_CONFIGURATION = "/etc/apt"
_INSTALLING = ("install", "reinstall")
_OF_PACKAGES = (*_INSTALLING, "remove", "purge", "build-dep")
_OF_ALL = ("upgrade", "dist-upgrade", "full-upgrade", "autoremove", "autopurge")


def check(run: Site) -> Iterator[Finding]:
    """Every such command of a RUN."""
    commands = commands_in(run)
    for number, command in enumerate(commands):
        apt = apt_of(command, *_OF_PACKAGES, *_OF_ALL)
        if apt is None or apt.assumes_yes or (not apt.packages and apt.action.value in _OF_PACKAGES):
            continue
        if _is_answered(command, commands[:number]) or _has_other_configuration(run, command):
            continue
        if not any(_may_say_yes(run, word) for word in command.arguments):
            yield _finding(run.instruction, command, apt)


def _applies(stage: Stage) -> bool:
    """Whether the stage is on an image of Azure ML, and nothing in it configures apt, which may be the answer."""
    if not on_azureml(stage) or any_run(stage, _configures_apt):
        return False
    return not any(may_bring_into(copy, _CONFIGURATION) for copy in copies_near(stage, _CONFIGURATION))


def _finding(instruction: Instruction, command: Command, apt: SystemPackages) -> Finding:
    action = apt.action
    what = "more than it was told to" if action.value in _INSTALLING else "anything"
    message = (
        f"{command.program} {action.value} asks before it changes {what}, and in a build nobody can answer: add -y."
    )
    fixes: tuple[Fix, ...] = ()
    if "?" not in command.script.quotes:
        yes = " -y" if is_text_of_shell(command, instruction) else '", "-y'
        end = Span(action.span.end, action.span.end)
        fixes = (replacement("Add -y", 0, end, yes, is_preferred=True, is_safe=True),)
    return Finding(0, action.span, message, fixes)


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


def _has_other_configuration(run: Site, command: Command) -> bool:
    """Whether a command reads, or may read, a configuration of its own, which may hold the answer."""
    if any(word.value.startswith("APT_CONFIG=") for word in command.prefix):
        return True
    if any(word.value.startswith(("-c", "--config-file")) for word in command.arguments):
        return True
    targets = mount_targets(run.instruction)
    is_mounted = any(
        target is None or is_inside(target, _CONFIGURATION) or is_inside(_CONFIGURATION, target) for target in targets
    )
    return is_mounted or run.defines("APT_CONFIG")


def _may_say_yes(run: Site, word: ShellWord) -> bool:
    """Whether a word may become `-y` when the shell replaces its variables."""
    if word.is_literal or not word.value.startswith(("$", "`")):
        return False
    value = value_of_variable(run, word)
    return value is None or any(part.startswith("-") for part in value.split())


def _configures_apt(run: Instruction) -> bool:
    """Whether a RUN writes anything to the configuration of apt."""
    return run.name == "RUN" and any(
        (command.program not in ("apt-get", "apt") and mentions(command, "Assume-Yes"))
        or mentions(command, "APT_CONFIG")
        or (command.program != "rm" and mentions(command, f"{_CONFIGURATION}/apt.conf"))
        for command in commands_of(run)
    )


RULE = RunRule("AptGetWithoutYes", Severity.HINT, Group.SHELL, page_of(__doc__), check, _applies)
