"""The variables that shell text names: `$NAME`, `${NAME…}`, `$((NAME))`, and assignments such as `NAME=value`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import RESERVED

# Single quotes are not special: `sh -c '… $NAME'` reads the variable.
_READ = lazy_pattern(
    r"\\.|\$\$|\$\(\((?P<arithmetic>[^()]*)\)\)|\$(?:\{[#!]?)?(?P<name>[A-Za-z_]\w*)", re.DOTALL | re.ASCII
)
_ARITHMETIC_NAME = lazy_pattern(r"(?<![\w\\])[A-Za-z_]\w*", re.ASCII)
_TOKEN = lazy_pattern(
    r"""(?P<operator>[;&|()\n`]+)|(?P<redirection>[<>]+&?)|(?P<blank>\s+)
    |(?P<word>(?:[^\s;&|()`'"\\<>]|\\.|'[^']*'?|"(?:[^"\\]|\\.)*"?)+)""",
    re.DOTALL | re.VERBOSE,
)
_ASSIGNMENT = lazy_pattern(r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=", re.ASCII)
_NAME = lazy_pattern(r"([A-Za-z_]\w*)\Z", re.ASCII)
_DECLARING = frozenset(("export", "local", "readonly", "declare", "typeset", "unset", "read"))
"""The built-in commands whose operands are names of variables."""

_LOOPS = frozenset(("for", "select"))
_WITH_ASSIGNMENTS = frozenset(("env", "command", "exec", "nohup", "sudo"))
"""The programs that can precede an assignment."""


class ShellName(NamedTuple):
    """The name of a variable at `[start, end)` of a text; an assignment or declaration writes it."""

    start: int
    end: int
    name: str
    is_written: bool


def names_read(text: str, start: int, end: int) -> Iterator[ShellName]:
    """The variables that the shell text in `[start, end)` reads. Without `$` nothing is read."""
    if text.find("$", start, end) < 0:
        return
    position = start
    while match := _READ.search(text, position, end):
        position = match.end()
        if match["name"] is not None:
            yield ShellName(*match.span("name"), match["name"], False)
        elif match["arithmetic"] is not None:
            for name in _ARITHMETIC_NAME.finditer(text, *match.span("arithmetic")):
                yield ShellName(*name.span(), name.group(), False)


def names_written(text: str, start: int, end: int) -> Iterator[ShellName]:
    """The variables that commands of the shell text in `[start, end)` assign or declare."""
    is_start = True
    """Whether a command can start here."""
    is_declared = is_loop = is_target = False
    position = start
    while position < end:
        token = _TOKEN.match(text, position, end)
        if token is None:
            position += 1
            continue
        begin, position = token.span()
        word = token["word"]
        if token["operator"]:
            is_start, is_declared, is_loop, is_target = True, False, False, False
        elif token["redirection"]:
            is_target = True
        elif word is None:
            continue
        elif word[0] == "#":
            newline = text.find("\n", begin, end)
            position = end if newline < 0 else newline
        elif is_target:
            is_target = False
        else:
            found = _NAME.match(word) if is_loop or is_declared else None
            if found is None and (is_start or is_declared):
                found = _ASSIGNMENT.match(word)
            if found is not None:
                yield ShellName(begin, begin + found.end(1), found[1], True)
            is_declared = is_declared or (is_start and word in _DECLARING)
            is_loop = is_start and word in _LOOPS
            is_start = (
                is_start and not is_declared and (found is not None or word in RESERVED or word in _WITH_ASSIGNMENTS)
            )
