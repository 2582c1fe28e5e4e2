"""What the rules on apt-get and apt have in common."""

from __future__ import annotations

import posixpath

from azureml_dockerfile_ls.azureml.stages import is_inside
from azureml_dockerfile_ls.model.packages import SystemPackages, system_packages_of
from azureml_dockerfile_ls.model.shell import Command
from azureml_dockerfile_ls.syntax.nodes import Instruction

LISTS = "/var/lib/apt/lists"
"""The folder of the package lists that `apt-get update` downloads."""


def apt_of(command: Command, *actions: str) -> SystemPackages | None:
    """What apt-get or apt changes by a command, where its action is one of `actions` and it is no simulation."""
    found = system_packages_of(command) if command.program in ("apt-get", "apt") else None
    return found if found and found.action.value in actions and not found.is_simulated else None


def lists_are_mounted(run: Instruction) -> bool:
    """Whether the package lists are, or may be, in a mount of a RUN and not in the image."""
    for flag in run.flags:
        if flag.name != "mount" or flag.value is None:
            continue
        options = dict(option.partition("=")[::2] for option in flag.value.replace('"', "").split(","))
        target = options.get("target") or options.get("dst") or options.get("destination") or ""
        if "$" in target or (target and is_inside(LISTS, posixpath.normpath(target))):
            return True
    return False


def own_sudo(command: Command) -> str | None:
    """`sudo ` where a command has it before its own name, nothing where it has not; None for another of its kind."""
    programs = [word.value.rsplit("/", 1)[-1] for word in command.prefix]
    if "gosu" in programs:
        return None
    return "sudo " if "sudo" in programs else ""


def is_text_of_shell(command: Command, run: Instruction) -> bool:
    """Whether shell text can be put beside a command as it is: not in exec form, nor in quotes nobody can judge."""
    is_exec_form = run.is_json and command.script.reader is None
    return not is_exec_form and "?" not in command.script.quotes
