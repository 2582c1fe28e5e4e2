"""What the rules on apt-get and apt have in common."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from azureml_dockerfile_ls.model.copies import own_copies
from azureml_dockerfile_ls.model.run_commands import commands_at, own_commands
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.shell.commands import Command, ShellWord, defines_function, mentions, runs_unseen_code
from azureml_dockerfile_ls.shell.programs import SystemPackages, system_packages_of
from azureml_dockerfile_ls.syntax.nodes import Instruction

LISTS = "/var/lib/apt/lists"
"""The folder of the package lists that `apt-get update` downloads."""

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_UPDATING = frozenset(("add-apt-repository", "apt-add-repository"))
_LOCAL = ("/usr/local/bin/", "/usr/local/sbin/")
_CONDITIONAL = frozenset(("!", "if", "elif", "until", "while"))


class Installation(NamedTuple):
    """An `install` of apt-get or apt, and the command that it is."""

    command: Command
    packages: SystemPackages


def apt_of(command: Command, *actions: str) -> SystemPackages | None:
    """What apt-get or apt changes by a command, where its action is one of `actions` and it is no simulation."""
    found = system_packages_of(command) if command.program in ("apt-get", "apt") else None
    return found if found and found.action.value in actions and not found.is_simulated else None


def mount_targets(run: Instruction) -> Iterator[str | None]:
    """The folders and files of a container at which a RUN mounts something; None for one that cannot be known."""
    for flag in run.flags:
        if flag.name != "mount" or flag.value is None:
            continue
        options = dict(option.partition("=")[::2] for option in flag.value.replace('"', "").split(","))
        target = options.get("target") or options.get("dst") or options.get("destination")
        if target:
            yield None if "$" in target else posixpath.normpath(target)


def lists_are_mounted(run: Instruction) -> bool:
    """Whether the package lists are, or may be, in a mount of a RUN and not in the image."""
    return any(target is None or is_inside(LISTS, target) for target in mount_targets(run))


def value_of_variable(stage: Stage, index: int, word: ShellWord) -> str | None:
    """What the shell makes of a word of instruction `index` that is a variable; None where that cannot be known."""
    variable = _VARIABLE.fullmatch(word.value)
    return stage.variable_at(variable[1] or variable[2], index) if variable else None


def commands_as_run(stage: Stage, index: int) -> tuple[Command, ...]:
    """The commands of instruction `index` of a stage in the order in which they run.

    What a shell reads from a heredoc runs with that shell, though it stands behind all that follows on its line.
    """

    def place(command: Command) -> tuple[int, int]:
        outermost = command
        while outermost.script.reader is not None:
            outermost = outermost.script.reader
        return outermost.span.start, command.span.start

    return tuple(sorted(commands_at(stage, index), key=place))


@lru_cache(maxsize=4096)
def installation_without_update(stage: Stage, index: int) -> Installation | None:
    """The first command of a RUN that installs from package lists which nothing before it has, or may have, updated.

    None too where it is only tried, and an update follows when it fails.
    """
    if lists_are_mounted(stage.instructions[index]):
        return None
    commands = commands_as_run(stage, index)
    for number, command in enumerate(commands):
        apt = apt_of(command, "install")
        if apt is not None and not all(_may_be_file(stage, index, word) for word in apt.packages):
            rest = commands[number + 1 :]
            # After `|| (` the last operator is the bracket.
            has_fallback = any(other.operator in ("||", "(") for other in rest[:1])
            is_tried = has_fallback or any(word.value in _CONDITIONAL for word in command.prefix)
            may_be_updated = is_tried or defines_function(commands)
            return None if may_be_updated and any(map(_is_update, rest)) else Installation(command, apt)
        if _may_update(stage, command):
            return None
    return None


def _is_update(command: Command) -> bool:
    packages = system_packages_of(command)
    return packages is not None and packages.action.value == "update"


def _may_update(stage: Stage, command: Command) -> bool:
    if _is_update(command) or command.program in _UPDATING or runs_unseen_code(command):
        return True
    # `retry 5 apt-get update`, `nala update`
    if mentions(command, "update") and (mentions(command, "apt") or command.program == "nala"):
        return True
    if command.words[0].value.startswith(_LOCAL):
        return True
    return any(command.program in _programs_of(part) for part in stage.chain())


@lru_cache(maxsize=4096)
def _programs_of(part: Stage) -> frozenset[str]:
    """The names of the files that one stage brings or makes: any of them may be a program that updates."""
    paths = [path for copy in own_copies(part) for path in (*copy.sources, copy.destination) if path]
    for command, _ in own_commands(part):
        targets = (redirection.target for redirection in command.redirections)
        paths += [word.value for word in (*command.words, *targets) if word and word.value.startswith(_LOCAL)]
    return frozenset(map(posixpath.basename, paths))


def _may_be_file(stage: Stage, index: int, package: ShellWord) -> bool:
    """Whether what is installed is, or may be, a file, for which the lists are not looked at."""
    value = package.value
    if value.startswith("$") and not value.startswith("$("):
        known = value_of_variable(stage, index, package)
        return known is None or all(map(_is_file, known.split()))
    return _is_file(value)


def _is_file(package: str) -> bool:
    return package.startswith(("/", "./", "../")) or ".deb" in package


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
