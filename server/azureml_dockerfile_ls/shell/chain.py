"""Chains of commands: a RUN that is a list of plain commands with `&&` between them, and nothing else."""

from __future__ import annotations

import re
from bisect import bisect_left

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.blanks import after_parenthesis, end_of_held
from azureml_dockerfile_ls.shell.commands import RESERVED, Command
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import join_continuations
from azureml_dockerfile_ls.text import LocalSpan

_BLANKS = " \t"
_COMPOUND = RESERVED | frozenset(("case", "for", "select", "function", "[[", "(("))
_ASSIGNMENT = lazy_pattern(r"[A-Za-z_]\w*(?:\[[^]]*\])?\+?=")
_LAST_STATUS = lazy_pattern(r"\$(?:[?!_]|OLDPWD|\{[?!_])")

_DIRECTORY_AND_VARIABLES = frozenset(("cd", "pushd", "popd", "export", "unset", "umask", "ulimit"))
_STATE = frozenset(
    ". source eval exec exit return set shopt alias unalias trap read getopts hash declare typeset local readonly "
    "shift wait jobs bg fg break continue enable builtin logout suspend deactivate nvm module sdk pyenv rbenv".split()
)
"""Commands that change the shell which runs them, or leave it."""

_BACKGROUND = frozenset(
    "service systemctl invoke-rc.d start-stop-daemon supervisord supervisorctl runsvdir sv pg_ctl pg_ctlcluster "
    "mysqld_safe apachectl nohup setsid daemonize screen tmux Xvfb dockerd ssh-agent gpg-agent dbus-launch adb".split()
)
"""Programs that leave a process behind, which ends with its RUN."""


class Chain(NamedTuple):
    """The commands of a chain, each as a span of the instruction and as text with its lines joined."""

    spans: tuple[LocalSpan, ...]
    texts: tuple[str, ...]


@derived
def chain_of(instruction: Instruction) -> Chain | None:
    """The chain that the shell form of a RUN is, of one command or more; None for any other script."""
    if instruction.name != "RUN" or instruction.is_json or instruction.heredocs or len(instruction.words) != 1:
        return None
    if instruction.problems:
        return None
    line = join_continuations(instruction.text, instruction.escape)
    value = instruction.words[0].value
    start = line.text.rfind(value)
    pieces = _pieces(line.text, start, start + len(value))
    if pieces is None:
        return None
    return Chain(tuple(line.span(*piece) for piece in pieces), tuple(line.text[slice(*piece)] for piece in pieces))


def command_in(text: str) -> str | None:
    """The only command of a line of a script, without the blanks around it; None if there is more or less."""
    pieces = _pieces(text, 0, len(text))
    return text[slice(*pieces[0])] if pieces is not None and len(pieces) == 1 else None


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]] | None:
    pieces: list[tuple[int, int]] = []
    position = first = start
    while position < end:
        character = text[position]
        if text.startswith("$(", position):
            position = after_parenthesis(text, position + 2, end)
        elif text.startswith("&&", position):
            pieces.append((first, position))
            position = first = position + 2
        elif _is_other_operator(text, position):
            return None
        else:
            position = max(end_of_held(text, position, start, end), position + 1)
        if position > end or character == "\n":
            return None
    pieces.append((first, end))
    trimmed = [_trimmed(text, *piece) for piece in pieces]
    return trimmed if all(_is_plain(text[slice(*piece)]) for piece in trimmed) else None


def _is_other_operator(text: str, position: int) -> bool:
    character, before, after = text[position], text[position - 1 : position], text[position + 1 : position + 2]
    if character == "&":
        return before not in (">", "<", "|") and after != ">"
    return character in ";()" or text.startswith(("||", "<<"), position)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _BLANKS:
        start += 1
    while end > start and text[end - 1] in _BLANKS:
        end -= 1
    return start, end


def _is_plain(text: str) -> bool:
    words = text.split(maxsplit=1)
    return bool(words) and words[0] not in _COMPOUND and not words[0].startswith("!") and text[-1] not in "\\|"


def is_independent(instruction: Instruction, count: int | None = None) -> bool:
    """Whether what follows the first `count` commands of a chain, or all, can run in a shell of its own."""
    return _leaves_shell_alone(instruction, count, _DIRECTORY_AND_VARIABLES | _STATE | _BACKGROUND)


def runs_alike_by_line(instruction: Instruction) -> bool:
    """Whether the commands of a chain do the same as lines of a script with `set -e`."""
    chain = chain_of(instruction)
    if chain is None or any(re.search(r"\$\([^)]*[;&|(]", text) for text in chain.texts):
        return False
    return not any(_uses(instruction, span, _STATE) for span in chain.spans)


def _leaves_shell_alone(instruction: Instruction, count: int | None, refused: frozenset[str]) -> bool:
    chain = chain_of(instruction)
    if chain is None or _LAST_STATUS.search(instruction.words[0].value):
        return False
    parts = list(zip(chain.spans, chain.texts, strict=True))[:count]
    return not any(_ASSIGNMENT.match(text) or _uses(instruction, span, refused) for span, text in parts)


@derived
def _in_order(instruction: Instruction) -> tuple[Command, ...]:
    return tuple(sorted(commands_of(instruction), key=_start))


def _start(command: Command) -> int:
    return command.span.start


def _uses(instruction: Instruction, span: LocalSpan, programs: frozenset[str]) -> bool:
    """Whether a part of an instruction starts one of these programs, or one that is not known."""
    commands = _in_order(instruction)
    first = bisect_left(commands, span.start, key=_start)
    for command in commands[first : bisect_left(commands, span.end, key=_start)]:
        words = [command.program, *(word.value for word in command.prefix)]
        is_activation = any(word.value in ("activate", "deactivate") for word in command.arguments[:1])
        is_known = command.words[0].is_literal and "/init.d/" not in command.words[0].value
        if not is_known or is_activation or programs.intersection(words):
            return True
    return False
