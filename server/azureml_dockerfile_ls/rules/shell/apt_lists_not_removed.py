"""The package lists of apt-get update stay in the image.

## What it does

Reports a RUN that downloads package lists with `apt-get update`, installs packages, and does not remove the lists. It
examines only the stages whose layers are in the final image. It is silent if the lists are in a cache or tmpfs mount.

## Why is this bad?

The lists take tens of megabytes, which are stored, pushed and pulled with the image, and they are soon outdated. A
later RUN cannot remove them from the layer that holds them.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get update && apt-get install -y libgl1
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*
```
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.run_commands import any_run, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.rule import Anchor, Finding, Fix, Group, ModelRule, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.shell.apt import (
    LISTS,
    apt_of,
    commands_as_run,
    installations_without_update,
    lists_are_mounted,
    own_sudo,
)
from azureml_dockerfile_ls.shell.commands import Command, ShellWord, defines_function, may_run_other_commands, mentions
from azureml_dockerfile_ls.shell.reader import commands_of, end_of_commands
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_LOOKING = frozenset(("echo", "ls", "du", "mkdir", "chmod", "chown"))
_VARIABLE = lazy_pattern(r"\$(?:\{(\w+)\}|(\w+))")
_PLAIN = lazy_pattern(r"([\"']?)([\w./:@%+,~-]+)\1")
_CLEANING = ("dist-clean", "distclean")


def check(model: Model) -> Iterator[Finding]:
    """Every RUN that leaves package lists in the final image."""
    found = {stage: lefts for stage in model.final_ancestry() if (lefts := _left_in(stage))}
    if not found:
        return
    # A stage that is built on another one comes later in the file, and may need its lists.
    needed: set[Stage] = set()
    for _, stage in reversed(model.stages):
        last_need = _last_need(stage)
        for index, left in found.get(stage, ()):
            yield _finding(Anchor(stage, index), left, is_safe=stage not in needed and index >= last_need)
        if stage.base is not None and (last_need >= 0 or stage in needed):
            needed.add(stage.base)


def _left_in(stage: Stage) -> list[tuple[int, _Left]]:
    """The RUNs of a stage that leave package lists, with their indexes."""
    found = list(stage.each_site(_lists_left, "RUN")) if is_on_azureml(stage) else []
    return [] if found and any_run(stage, _configures_removal) else found


class _Left(NamedTuple):
    """The package lists that a RUN leaves: the span of `update`, and the insertion that removes them, if it is safe."""

    update: LocalSpan
    removal: tuple[LocalSpan, str] | None


def _finding(at: Anchor, left: _Left, *, is_safe: bool) -> Finding:
    message = "The downloaded package lists stay in the image. Remove them in the same RUN."
    fixes: tuple[Fix, ...] = ()
    if left.removal is not None:
        title = "Remove the package lists in the same RUN"
        fixes = (replacement(title, at, *left.removal, is_preferred=True, is_safe=is_safe),)
    return Finding(at, left.update, message, fixes)


def _last_need(stage: Stage) -> int:
    """The index of the last RUN that may need the lists of an earlier RUN; -1 without one."""
    last = max((index for index, _ in installations_without_update(stage)), default=-1)
    return max((index for index, _ in stage.each_site(_runs_unseen_code, "RUN")), default=last)


def _runs_unseen_code(run: Site) -> bool:
    return any(map(may_run_other_commands, commands_in(run)))


def _lists_left(run: Site) -> _Left | None:
    commands = () if lists_are_mounted(run.instruction) else commands_as_run(run)
    installs = [command for command in commands if apt_of(command, "install")]
    updates = [(number, apt) for number, command in enumerate(commands) if (apt := apt_of(command, "update"))]
    if not installs or not updates:
        return None
    number, update = updates[-1]
    # A function or a trap runs later than its position in the text.
    before = commands[:number] if defines_function(commands) else _traps(commands)
    text = run.instruction.text
    if any(_may_remove(command, run.workdir, text) for command in (*before, *commands[number + 1 :])):
        return None
    return _Left(update.action.span, _removal(run.instruction, commands, installs[-1]))


def _configures_removal(run: Instruction) -> bool:
    """Whether a RUN may configure apt to remove the lists after each update."""
    return run.name == "RUN" and any(mentions(command, "Post-Invoke") for command in commands_of(run))


def _traps(commands: tuple[Command, ...]) -> Iterator[Command]:
    return (command for command in commands if command.program == "trap")


def _may_remove(command: Command, folder: str | None, text: str) -> bool:
    """Whether a command may remove the lists, in a RUN with this `text` that starts in `folder`."""
    if command.program in ("apt-get", "apt"):
        return any(word.value in _CLEANING for word in command.arguments)
    if command.program == "rm" and any(not word.is_literal for word in command.arguments):
        values = [_value_set_in(text, word) for word in command.arguments]
        return any(value is None or _holds_lists(posixpath.join(folder or "/", value)) for value in values)
    if "clean" in command.program:
        return True
    if may_run_other_commands(command) and any("clean" in word.value for word in command.words):
        return True
    if command.program in _LOOKING:
        return False
    return any(_holds_lists(posixpath.join(folder or "/", word.value)) for word in command.arguments)


def _value_set_in(text: str, word: ShellWord) -> str | None:
    """The value of a word of a RUN with this `text`, if the RUN itself sets each of its variables once; else None."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        values = re.findall(rf"(?<![\w$-]){name}=([^\s;&|)]*)", text)
        is_set_otherwise = re.search(rf"\b(?:for|read|getopts|printf)\b[^;&|\n]*\b{name}\b", text)
        plain = _PLAIN.fullmatch(values[0]) if len(values) == 1 and not is_set_otherwise else None
        return plain[2] if plain else match[0]

    found = word.value if word.is_literal else _VARIABLE.sub(value, word.value)
    return None if "$" in found or "`" in found else found


def _holds_lists(path: str) -> bool:
    """Whether a path or pattern names the lists, files in them, or a folder above them."""
    folder = path.rstrip("*/")
    is_around = len(folder) > 1 and folder.startswith("/") and is_inside(LISTS, folder)
    return is_around or "apt/l" in path or ("{" in path and "apt" in path)


def _removal(run: Instruction, commands: tuple[Command, ...], install: Command) -> tuple[LocalSpan, str] | None:
    """The insertion that removes the lists: its span and text; None if it is not safe."""
    end = end_of_commands(run)
    outer = install
    while outer.script.reader is not None:
        outer = outer.script.reader
    siblings = [command for command in commands if command.script == outer.script]
    sudo = _sudo(install)
    never_ends = any(command.program == "exit" or _is_exec(command) for command in siblings)
    if end is None or sudo is None or never_ends:
        return None
    remove = f"{sudo}rm -rf {LISTS}/*"
    if not _stops_at_errors(run, siblings):
        return LocalSpan(end, end), _continued(run, siblings, end, remove)
    line_end = end + len(run.text[end:].partition("\n")[0].rstrip("\r"))
    return LocalSpan(line_end, line_end), f"\n{_indentation(run.text, siblings[0].span.start)}{remove}"


def _sudo(install: Command) -> str | None:
    """`sudo ` if sudo runs the command or its script, empty without sudo; None if another program changes the user."""
    current: Command | None = install
    while current is not None:
        sudo = own_sudo(current)
        if sudo != "":
            return sudo
        current = current.script.reader
    return ""


def _is_exec(command: Command) -> bool:
    return any(word.value == "exec" for word in command.prefix)


def _stops_at_errors(run: Instruction, siblings: list[Command]) -> bool:
    """Whether a heredoc can get a new line: only if its shell stops at a failing line, so that no failure is hidden."""
    heredoc = next((item for item in run.heredocs if item.span == run.arguments_span), None)
    if heredoc is None:
        return False
    options = [command for command in siblings if command.program == "set"]
    if any(word.value.startswith("+") for command in options for word in command.arguments):
        return False
    shebang = re.match(r"#!.*[ \t]-[a-z]*e", heredoc.body_span.of(run.text))
    return shebang is not None or any(command.has_option("-e") for command in options)


def _continued(run: Instruction, siblings: list[Command], end: int, remove: str) -> str:
    """The text `&& …` that continues a list which ends at `end`, on a new line if each part of the list has its own."""
    if "\n" not in run.text[run.keyword.span.start : end] or run.heredocs:
        return f" && {remove}"
    for command in reversed(siblings):
        before = run.text[run.text.rfind("\n", 0, command.span.start) + 1 : command.span.start]
        if command.operator and before.strip() in ("", "&&"):
            indentation = before[: len(before) - len(before.lstrip())]
            if command.operator == "&&" and not before.strip():
                return f" && {run.escape}\n{indentation}{remove}"
            return f" {run.escape}\n{indentation}&& {remove}"
    return f" {run.escape}\n{_indentation(run.text, end)}&& {remove}"


def _indentation(text: str, offset: int) -> str:
    """The white space at the start of the line of an offset."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip())]


RULE = ModelRule("AptListsNotRemoved", Severity.HINT, Group.SHELL, page_of(__doc__), check)
