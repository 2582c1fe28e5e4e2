"""The package manager asks for confirmation, which stops the build.

## What it does

Reports `apt-get` and `apt` with `install`, `upgrade`, `remove` and similar actions in a RUN without `-y`. It is silent
if `-qq`, an option of apt, a file in `/etc/apt` or a pipe answers the question.

## Why is this bad?

The package manager asks for confirmation before it installs other packages than the named ones, and before it removes
or upgrades a package. A build has no terminal for the answer, so the package manager stops with "Abort.".
`DEBIAN_FRONTEND=noninteractive` does not help, because it only answers the questions of the packages themselves.

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

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.copies import CopiedFiles, any_copy, may_write
from azureml_dockerfile_ls.model.run_commands import any_run, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, RunRule, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.shell.apt import apt_of, is_text_of_shell, mount_targets
from azureml_dockerfile_ls.rules.shell.questions import may_say_yes, unanswered
from azureml_dockerfile_ls.shell.commands import Command, mentions
from azureml_dockerfile_ls.shell.programs.apt import SystemPackages
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_CONFIGURATION = "/etc/apt"
_INSTALLING = ("install", "reinstall")
_OF_PACKAGES = (*_INSTALLING, "remove", "purge", "build-dep")
_OF_ALL = ("upgrade", "dist-upgrade", "full-upgrade", "autoremove", "autopurge")


def check(run: Site) -> Iterator[Finding]:
    """Every command of a RUN that asks for confirmation."""
    for _, command in unanswered(commands_in(run)):
        apt = apt_of(command, *_OF_PACKAGES, *_OF_ALL)
        if apt is None or apt.assumes_yes or (not apt.packages and apt.action.value in _OF_PACKAGES):
            continue
        if _has_other_configuration(run, command):
            continue
        if not any(may_say_yes(run, word) for word in command.arguments):
            yield _finding(run.instruction, command, apt)


def _applies(stage: Stage) -> bool:
    """Whether the stage is built on an image of Azure ML, and surely does not configure apt."""
    if not is_on_azureml(stage) or any_run(stage, _configures_apt):
        return False
    return not any_copy(stage, _may_configure_apt)


def _finding(instruction: Instruction, command: Command, apt: SystemPackages) -> Finding:
    action = apt.action
    when = " before it changes other packages" if action.value in _INSTALLING else ""
    message = f"{command.program} {action.value} asks for confirmation{when}, which stops the build. Add -y."
    fixes: tuple[Fix, ...] = ()
    if "?" not in command.script.quotes:
        yes = " -y" if is_text_of_shell(command, instruction) else '", "-y'
        end = LocalSpan(action.span.end, action.span.end)
        fixes = (replacement("Add -y", 0, end, yes, is_preferred=True, is_safe=True),)
    return Finding(0, action.span, message, fixes)


def _has_other_configuration(run: Site, command: Command) -> bool:
    """Whether a command may read its own configuration, which can contain the answer."""
    if any(word.value.startswith("APT_CONFIG=") for word in command.prefix):
        return True
    if any(word.value.startswith(("-c", "--config-file")) for word in command.arguments):
        return True
    targets = mount_targets(run.instruction)
    is_mounted = any(
        target is None or is_inside(target, _CONFIGURATION) or is_inside(_CONFIGURATION, target) for target in targets
    )
    return is_mounted or run.defines("APT_CONFIG")


def _may_configure_apt(files: CopiedFiles) -> bool:
    # A COPY to an unknown folder is hardly a configuration of apt.
    return files.destination is not None and may_write(files, _CONFIGURATION)


def _configures_apt(run: Instruction) -> bool:
    """Whether a RUN changes the configuration of apt."""
    return run.name == "RUN" and any(
        (command.program not in ("apt-get", "apt") and mentions(command, "Assume-Yes"))
        or mentions(command, "APT_CONFIG")
        or (command.program != "rm" and mentions(command, f"{_CONFIGURATION}/apt.conf"))
        for command in commands_of(run)
    )


RULE = RunRule("AptGetWithoutYes", Severity.WARNING, Group.SHELL, page_of(__doc__), check, _applies)
