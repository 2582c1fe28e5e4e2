r"""A command does not run, because `&&` is missing before it.

## What it does

Reports a command of a package manager, such as `pip install` or `apt-get clean`, at the start of a line in a RUN, if
the shell reads it as arguments of the command above. That command is one of a package manager too, or one such as `cd`,
`mkdir` or `rm`. A RUN that a `\` at the end of the line above makes part of that line is reported too, and so is
`pip install a pip install b`. The rule is silent after programs that start the words after them, such as `conda run`.

## Why is this bad?

The words are packages for a `pip install` above, and folders for a `mkdir`. A build with pip can still succeed, because
PyPI has packages with such names.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install --no-cache-dir pandas \
    pip install --no-cache-dir numpy
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install --no-cache-dir pandas && \
    pip install --no-cache-dir numpy
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, RunRule, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.shell.apt import is_text_of_shell
from azureml_dockerfile_ls.shell.commands import CONDA, PYTHON, Command, ShellWord
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_PIP = lazy_pattern(r"pip-?[\d.]*")
_OF_SYSTEM = frozenset("apt apt-get apk dnf microdnf tdnf yum zypper".split())
_ACTIONS_OF_SYSTEM = frozenset(
    "add autoclean autoremove clean del dist-upgrade install purge remove update upgrade".split()
)
_ACTIONS_OF_PIP = frozenset("cache check download freeze install list uninstall".split())
_ACTIONS_OF_CONDA = frozenset("clean config create env init install remove uninstall update".split())
_WITH_ANY_ARGUMENTS = frozenset("cd chmod chown cp curl git ln mkdir mv rm rmdir tar touch unzip wget".split())


def check(run: Site) -> Iterator[Finding]:
    """The first command in the arguments of each command of a RUN."""
    for command in commands_in(run):
        if _takes_arguments_only(command):
            found = next(_taken(run.instruction, command), None)
            if found is not None:
                yield found


def _taken(instruction: Instruction, command: Command) -> Iterator[Finding]:
    """The commands in the arguments of a command."""
    text, words = instruction.text, command.words

    def is_on_next_line(number: int) -> bool:
        return "\n" in text[words[number - 1].span.end : words[number].span.start]

    # python -m pip is one command.
    first = 3 if PYTHON.fullmatch(command.program) else 1
    for number in range(first, len(words) - 1):
        name = _command_at(words, number)
        # In a list of packages, each on a line of its own, pip can be one of them.
        if name is None or is_on_next_line(number + 1):
            continue
        start = number - (number > 1 and words[number - 1].value in ("sudo", "RUN"))
        if words[start].value == "RUN" and is_on_next_line(start):
            yield _swallowed(instruction, command, words[start], name)
        elif is_on_next_line(start) or words[number + 1].value == "install":
            yield _finding(instruction, command, words[start], name)


def _takes_arguments_only(command: Command) -> bool:
    """Whether a program never starts the words after it."""
    program, words = command.program, command.words
    if program in _WITH_ANY_ARGUMENTS or program in _OF_SYSTEM or _PIP.fullmatch(program):
        return True
    action = words[1].value if len(words) > 1 else ""
    if program in CONDA:
        return action in _ACTIONS_OF_CONDA
    return bool(PYTHON.fullmatch(program)) and action == "-m" and len(words) > 2 and words[2].value == "pip"


def _command_at(words: tuple[ShellWord, ...], number: int) -> str | None:
    """The command that starts at a word, such as `pip install`; None if none surely does."""
    word, action = words[number], words[number + 1]
    if not (word.is_literal and action.is_literal) or word.quotes or action.quotes:
        return None
    program = word.value.rsplit("/", 1)[-1]
    if PYTHON.fullmatch(program):
        values = [other.value for other in words[number + 1 : number + 4]]
        is_pip = values[:2] == ["-m", "pip"] and len(values) > 2 and values[2] in _ACTIONS_OF_PIP
        return f"{program} -m pip {values[2]}" if is_pip else None
    is_command = (
        (program in _OF_SYSTEM and action.value in _ACTIONS_OF_SYSTEM)
        or (program in CONDA and action.value in _ACTIONS_OF_CONDA)
        or (bool(_PIP.fullmatch(program)) and action.value in _ACTIONS_OF_PIP)
    )
    return f"{program} {action.value}" if is_command else None


def _finding(instruction: Instruction, command: Command, word: ShellWord, name: str) -> Finding:
    start = word.span.start
    message = f"{name} does not run: without && before it, its words are arguments of the {command.program} above."
    fixes = (Fix("Insert &&", (Edit(0, LocalSpan(start, start), "&& "),), is_preferred=True),)
    return Finding(0, word.span, message, fixes if is_text_of_shell(command, instruction) else ())


def _swallowed(instruction: Instruction, command: Command, word: ShellWord, name: str) -> Finding:
    escape = instruction.escape
    message = (
        f"This RUN does not run: the line above ends with {escape}, so {name} is arguments of the {command.program} "
        f"there. Remove the {escape}."
    )
    above = instruction.text[: word.span.start]
    continuation = re.compile(rf"[ \t]*{re.escape(escape)}[ \t]*(?=\r?\n[ \t]*\Z)").search(above)
    if continuation is None:
        return Finding(0, word.span, message)
    span = LocalSpan(*continuation.span())
    return Finding(
        0, word.span, message, (replacement("End the RUN on the line above", 0, span, "", is_preferred=True),)
    )


RULE = RunRule("MissingOperator", Severity.WARNING, Group.SHELL, page_of(__doc__), check, lambda _: True)
