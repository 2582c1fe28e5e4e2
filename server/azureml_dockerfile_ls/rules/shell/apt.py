"""Code that the rules on apt-get and apt share."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import Enum
from operator import itemgetter

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import copied_files
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import (
    Command,
    ShellWord,
    defines_function,
    may_fail,
    may_run_other_commands,
    mentions,
)
from azureml_dockerfile_ls.shell.programs.apt import SystemPackages, system_packages_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction

LISTS = "/var/lib/apt/lists"
"""The folder of the package lists that `apt-get update` downloads."""

_VARIABLE = lazy_pattern(r"\$(?:\{(\w+)\}|(\w+))")
_UPDATING = frozenset(("add-apt-repository", "apt-add-repository"))
_LOCAL = ("/usr/local/bin/", "/usr/local/sbin/")


class Installation(NamedTuple):
    """An `install` of apt-get or apt, and the command that it is."""

    command: Command
    packages: SystemPackages
    programs_before: frozenset[str]
    """The programs that run earlier in the same RUN."""


def apt_of(command: Command, *actions: str) -> SystemPackages | None:
    """The change that apt-get or apt makes by one of these `actions`; None for a simulation."""
    found = system_packages_of(command) if command.program in ("apt-get", "apt") else None
    return found if found and found.action.value in actions and not found.is_simulated else None


def mount_targets(run: Instruction) -> Iterator[str | None]:
    """The paths of the container at which a RUN has mounts; None for an unknown path."""
    for flag in run.flags:
        if flag.name != "mount" or flag.value is None:
            continue
        options = dict(option.partition("=")[::2] for option in flag.value.replace('"', "").split(","))
        target = options.get("target") or options.get("dst") or options.get("destination")
        if target:
            yield None if "$" in target else posixpath.normpath(target)


def lists_are_mounted(run: Instruction) -> bool:
    """Whether the package lists may be in a mount of a RUN, and not in the image."""
    return any(target is None or is_inside(LISTS, target) for target in mount_targets(run))


def value_of_variable(run: Site, word: ShellWord) -> str | None:
    """The value of a word of a RUN that is a variable; None if it is unknown."""
    variable = _VARIABLE.fullmatch(word.value)
    return run.variable(variable[1] or variable[2]) if variable else None


def commands_as_run(run: Site) -> tuple[Command, ...]:
    """The commands of a RUN in the order in which they run.

    The commands of a heredoc run with the shell that reads it, although the text has them after the rest of its line.
    """

    def place(command: Command) -> tuple[int, int]:
        outermost = command
        while outermost.script.reader is not None:
            outermost = outermost.script.reader
        return outermost.span.start, command.span.start

    return tuple(sorted(commands_in(run), key=place))


def installation_without_update(run: Site) -> Installation | None:
    """The first command of a RUN that installs packages, if no command before it updates the package lists.

    None also if an update follows when the installation fails, and if an unknown command runs before it. A program that
    the Dockerfile copies may update the lists too; `installations_without_update` considers it.
    """
    if lists_are_mounted(run.instruction):
        return None
    commands = commands_as_run(run)
    for number, command in enumerate(commands):
        apt = apt_of(command, "install")
        if apt is not None and not all(_may_be_file(run, word) for word in apt.packages):
            rest = commands[number + 1 :]
            may_be_updated = may_fail(commands, number) or defines_function(commands)
            if may_be_updated and any(map(_is_update, rest)):
                return None
            return Installation(command, apt, frozenset(other.program for other in commands[:number]))
        if _may_update(command):
            return None
    return None


def installations_without_update(stage: Stage) -> Iterator[tuple[int, Installation]]:
    """The installations of a stage without an update in the same RUN, each with the index of its RUN."""
    programs: frozenset[str] | None = None
    for index, found in stage.each_site(installation_without_update, "RUN"):
        if programs is None:
            programs = possible_programs(stage)
        if programs.isdisjoint(found.programs_before):
            yield index, found


def lists_before(stage: Stage, index: int) -> bool:
    """Whether a RUN before RUN `index` of a stage, or of a stage that it is built on, may leave package lists."""
    changes = _changes_of_lists(stage)
    count = bisect_left(changes, index, key=itemgetter(0))
    if count:
        return changes[count - 1][1] is not _Change.REMOVED
    return stage.base is not None and _leaves_lists(stage.base)


def _leaves_lists(stage: Stage) -> bool:
    """Whether the image of a stage may have package lists that a RUN has downloaded."""
    above = []
    leaves = False
    for part in stage.ancestry():
        known = part.derived.get(_leaves_lists)
        if known is not None:
            leaves = known
            break
        above.append(part)
        changes = _changes_of_lists(part)
        if changes:
            leaves = changes[-1][1] is not _Change.REMOVED
            break
    for part in above:
        part.derived[_leaves_lists] = leaves
    return leaves


@derived
def _changes_of_lists(stage: Stage) -> Sequence[tuple[int, _Change]]:
    """What the RUNs of a stage do to the package lists, each with its index."""
    return tuple(stage.each_site(_change_of_lists, "RUN"))


class _Change(Enum):
    """What a RUN does to the package lists of the image: it may download them, or it surely removes them."""

    LEFT = "left"
    REMOVED = "removed"


def _change_of_lists(run: Site) -> _Change | None:
    change = None
    for command in () if lists_are_mounted(run.instruction) else commands_as_run(run):
        if _may_update(command):
            change = _Change.LEFT
        elif command.program == "rm" and command.operator != "||" and _names_all_lists(command):
            change = _Change.REMOVED
    return change


def _names_all_lists(command: Command) -> bool:
    return any(word.value.rstrip("/*") == LISTS for word in command.arguments)


def _is_update(command: Command) -> bool:
    packages = system_packages_of(command)
    return packages is not None and packages.action.value == "update"


def _may_update(command: Command) -> bool:
    if _is_update(command) or command.program in _UPDATING or may_run_other_commands(command):
        return True
    # `retry 5 apt-get update`, `nala update`
    if mentions(command, "update") and (mentions(command, "apt") or command.program == "nala"):
        return True
    return command.words[0].value.startswith(_LOCAL)


def possible_programs(stage: Stage) -> frozenset[str]:
    """The names of all files that the stage and the stages below it copy or create; any of them can be a program."""
    walked: list[Stage] = []
    names: frozenset[str] = frozenset()
    for part in stage.ancestry():
        known = part.derived.get(possible_programs)
        if known is not None:
            names = known
            break
        walked.append(part)
    for part in reversed(walked):
        groups = (part.each_site(_copied_names, "COPY", "ADD"), part.each(_made_names))
        own = {name for group in groups for _, found in group for name in found}
        names = names if own <= names else names | own
        part.derived[possible_programs] = names
    return names


def _copied_names(copy: Site) -> frozenset[str]:
    files = copied_files(copy)
    paths = (*files.sources, files.destination) if files else ()
    return frozenset(posixpath.basename(path) for path in paths if path)


def _made_names(run: Instruction) -> frozenset[str]:
    commands = commands_of(run) if run.name == "RUN" else ()
    return frozenset(
        posixpath.basename(word.value)
        for command in commands
        for word in (*command.words, *(redirection.target for redirection in command.redirections))
        if word is not None and word.value.startswith(_LOCAL)
    )


def _may_be_file(run: Site, package: ShellWord) -> bool:
    """Whether a package may be a file, which is installed without the package lists."""
    value = package.value
    if value.startswith("$") and not value.startswith("$("):
        known = value_of_variable(run, package)
        return known is None or all(map(_is_file, known.split()))
    return _is_file(value)


def _is_file(package: str) -> bool:
    return package.startswith(("/", "./", "../")) or ".deb" in package


def own_sudo(command: Command) -> str | None:
    """`sudo ` if sudo runs a command, empty without sudo; None for another program that changes the user."""
    programs = [word.value.rsplit("/", 1)[-1] for word in command.prefix]
    if "gosu" in programs:
        return None
    return "sudo " if "sudo" in programs else ""


def is_text_of_shell(command: Command, run: Instruction) -> bool:
    """Whether shell text can be inserted beside a command: not in the exec form, nor in quotes of an unknown kind."""
    is_exec_form = run.is_json and command.script.reader is None
    return not is_exec_form and "?" not in command.script.quotes
