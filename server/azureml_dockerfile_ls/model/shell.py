"""The commands that a RUN, CMD or ENTRYPOINT starts, each word with its exact span.

A reader of POSIX shell text that is made for looking, not for running: it splits at the operators of the shell with
quotes and `\\` respected, and goes into `$(…)`, backquotes, `sh -c "…"` and the bodies of heredocs that a shell reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from azureml_dockerfile_ls.syntax.nodes import Instruction, Word
from azureml_dockerfile_ls.syntax.scan import glue
from azureml_dockerfile_ls.text import Span

Place = Callable[[int, int], Span]

SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh"))
"""The programs that run shell text."""

_RESERVED = frozenset(("!", "{", "if", "then", "else", "elif", "while", "until", "do", "time", "fi", "done", "}"))
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
_OPERATOR = re.compile(r"&&|\|\||;;|\|&|&>>|&>|>&|<&|>>|<<-|<<<|<<|>\||<>|[;|&()<>\n]")
_REDIRECTIONS = frozenset((">", ">>", "<", "&>", "&>>", ">&", "<&", ">|", "<>", "<<<", "<<", "<<-"))
_SHELL_SHEBANG = re.compile(r"#!.*\b(?:ba|da|a|z|k)?sh\b")
_JSON_CHARACTER = re.compile(r"\\u[0-9A-Fa-f]{4}|\\?.", re.DOTALL)
_CLUSTER = re.compile(r"-[A-Za-z]+")
_MAX_DEPTH = 8

_WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset(("-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R")),
    "env": frozenset(("-u", "--unset", "-C", "--chdir", "-S")),
    "nice": frozenset(("-n",)),
    "timeout": frozenset(("-k", "-s")),
    "time": frozenset(("-f", "-o")),
    "exec": frozenset(("-a",)),
    "command": frozenset(),
    "nohup": frozenset(),
    "eatmydata": frozenset(),
    "gosu": frozenset(),
    "xargs": frozenset(("-a", "-d", "-E", "-I", "-L", "-n", "-P", "-s")),
}
"""Programs that start the command which follows them, and those of their options that take a value."""

_WITH_OPERAND = frozenset(("timeout", "gosu"))
"""The wrappers with an operand of their own before the command."""


class ShellWord(NamedTuple):
    """A word of a command: `value` is without its quotes; `is_literal` False when it holds `$` or a substitution.

    `place` tells where a part of the value stands, for a word with white space, which may be a script.
    """

    span: Span
    value: str
    is_literal: bool
    place: Place | None = None


class Redirection(NamedTuple):
    """`> target` and its like; `span` begins at the operator."""

    span: Span
    operator: str
    target: ShellWord | None


class Command(NamedTuple):
    """A simple command: the program's own name first, after assignments, reserved words, `sudo` and the like."""

    span: Span
    words: tuple[ShellWord, ...]
    redirections: tuple[Redirection, ...]
    by_sudo: bool
    """Whether it runs as root, or as somebody else, by sudo or gosu."""

    @property
    def program(self) -> str:
        """The base name of the program, such as `apt-get`."""
        return self.words[0].value.rsplit("/", 1)[-1]

    @property
    def arguments(self) -> tuple[ShellWord, ...]:
        """The words after the program."""
        return self.words[1:]

    def operands(self, *with_value: str) -> tuple[ShellWord, ...]:
        """The arguments that are no options, and no values of the options `with_value` (`-o` ends `-eo` too)."""
        before = (word.value for word in self.words)
        return tuple(
            word
            for previous, word in zip(before, self.arguments, strict=False)
            if not word.value.startswith("-")
            and previous not in with_value
            and not (_CLUSTER.fullmatch(previous) and f"-{previous[-1]}" in with_value)
        )

    def has_option(self, *names: str) -> bool:
        """Whether one of these options is given; a single letter is found in a cluster such as `-qy` too."""
        letters = {name[1] for name in names if len(name) == 2}
        for word in self.arguments:
            if word.value in names or any(word.value.startswith(f"{name}=") for name in names):
                return True
            if _CLUSTER.fullmatch(word.value) and letters & set(word.value[1:]):
                return True
        return False


@lru_cache(maxsize=4096)
def commands_of(instruction: Instruction) -> tuple[Command, ...]:
    """The commands of an instruction, in the order in which they stand; spans count from the instruction's start."""
    words = instruction.words
    if instruction.name == "HEALTHCHECK":
        words = words[1:]
    if instruction.is_json:
        command = tuple(ShellWord(word.span, word.value, True, _place_in_json(instruction, word)) for word in words)
        return tuple(_from_words(command, (), 0)) if command else ()
    if not words:
        return ()
    glued = glue(instruction.text, instruction.escape)
    start = glued.text.rfind(words[-1].value)
    found = list(_commands(glued.text, start, start + len(words[-1].value), glued.span, 0))
    for heredoc in instruction.heredocs:
        if heredoc.span == instruction.arguments_span:
            # BuildKit gives a heredoc that stands alone to the shell, or to the program that its first line names.
            body = heredoc.body_span.of(instruction.text)
            if not body.startswith("#!") or _SHELL_SHEBANG.match(body):
                found.extend(_commands(instruction.text, *heredoc.body_span, Span, 0))
            continue
        place = heredoc.span.start
        reader = next((command for command in found if command.span.start <= place < command.span.end), None)
        if reader is not None and reader.program in SHELLS and not reader.operands("-o", "+o", "-O"):
            inner = _commands(instruction.text, *heredoc.body_span, Span, 0)
            found.extend([command._replace(by_sudo=command.by_sudo or reader.by_sudo) for command in inner])
    return tuple(found)


def _from_words(words: tuple[ShellWord, ...], redirections: tuple[Redirection, ...], depth: int) -> Iterator[Command]:
    """The command that words make, and what it starts in turn when it is a shell with `-c`."""
    if not words:
        return
    parts = [words[0].span, words[-1].span, *(item.span for item in redirections)]
    span = Span(min(part.start for part in parts), max(part.end for part in parts))
    words, by_sudo = _unwrapped(words)
    if not words:
        return
    command = Command(span, words, redirections, by_sudo)
    yield command
    if command.program in SHELLS and depth < _MAX_DEPTH:
        script = _script(command)
        if script is None:
            return
        span = script.span
        for inner in _commands(script.value, 0, len(script.value), script.place or (lambda *_: span), depth + 1):
            yield inner._replace(by_sudo=inner.by_sudo or by_sudo)


def _may_be_script(value: str) -> bool:
    return any(character in value for character in " \t\n")


def _place_in_json(instruction: Instruction, word: Word) -> Place | None:
    if not _may_be_script(word.value):
        return None
    origins = [Span(*match.span()) for match in _JSON_CHARACTER.finditer(instruction.text, *word.span)]
    # A pair of surrogates is one character.
    if len(origins) != len(word.value):
        return None
    return lambda first, last: Span(origins[first].start, origins[last - 1].end)


def _place_in_word(text: str, start: int, end: int, place: Place) -> Place:
    """Where parts of the value of the word in `[start, end)` stand; that is worked out when it is first asked for."""
    origins: list[Span] = []

    def place_inside(first: int, last: int) -> Span:
        if not origins:
            _word(text, start, end, place, [], origins)
        return place(origins[first].start, origins[last - 1].end)

    return place_inside


def _script(command: Command) -> ShellWord | None:
    """The text that `sh -c TEXT` runs."""
    for number, word in enumerate(command.arguments):
        if re.fullmatch(r"-[a-z]*c[a-z]*", word.value):
            following = command.arguments[number + 1 :]
            return next((word for word in following if not word.value.startswith("-")), None)
        if not word.value.startswith(("-", "+")):
            return None
    return None


def _unwrapped(words: tuple[ShellWord, ...]) -> tuple[tuple[ShellWord, ...], bool]:
    by_sudo = False
    position = 0
    while position < len(words):
        value = words[position].value
        program = value.rsplit("/", 1)[-1]
        if _ASSIGNMENT.match(value) or value in _RESERVED:
            position += 1
        elif program in _WRAPPERS and position + 1 < len(words):
            by_sudo = by_sudo or program in ("sudo", "gosu")
            position += 1
            while position < len(words) and words[position].value.startswith("-"):
                takes_value = words[position].value in _WRAPPERS[program]
                position += 2 if takes_value else 1
            position += program in _WITH_OPERAND
        else:
            break
    return words[position:], by_sudo


def _commands(text: str, position: int, end: int, place: Place, depth: int) -> Iterator[Command]:
    """The commands of shell text in `[position, end)`."""
    words: list[ShellWord] = []
    redirections: list[Redirection] = []
    pending: tuple[int, str] | None = None
    nested: list[tuple[int, int]] = []

    def finish() -> Iterator[Command]:
        if words:
            yield from _from_words(tuple(words), tuple(redirections), depth)
        words.clear()
        redirections.clear()
        for start, stop in nested:
            if depth < _MAX_DEPTH:
                yield from _commands(text, start, stop, place, depth + 1)
        nested.clear()

    while position < end:
        character = text[position]
        if character in " \t\r":
            position += 1
            continue
        if character == "\\" and text[position + 1 : position + 2] == "\n":
            position += 2
            continue
        if character == "#":
            newline = text.find("\n", position, end)
            position = end if newline < 0 else newline
            continue
        operator = _OPERATOR.match(text, position, end)
        if operator is None:
            word, position = _word(text, position, end, place, nested)
            is_number = position < end and text[position] in "<>" and word.value.isdecimal()
            if pending is not None:
                start, name = pending
                redirections.append(Redirection(Span(place(start, start + 1).start, word.span.end), name, word))
                pending = None
            elif not is_number:
                words.append(word)
            continue
        if pending is not None:
            start, name = pending
            redirections.append(Redirection(place(start, start + len(name)), name, None))
            pending = None
        if operator.group() in _REDIRECTIONS:
            pending = (operator.start(), operator.group())
        else:
            yield from finish()
        position = operator.end()
    if pending is not None:
        start, name = pending
        redirections.append(Redirection(place(start, start + len(name)), name, None))
    yield from finish()


def _word(
    text: str,
    position: int,
    end: int,
    place: Place,
    nested: list[tuple[int, int]],
    origins: list[Span] | None = None,
) -> tuple[ShellWord, int]:
    """The word that starts at `position`, and where it ends; the substitutions in it are added to `nested`.

    Where each character of the value comes from is added to `origins`.
    """
    start, is_literal = position, True
    value: list[str] = []
    quote = ""
    while position < end:
        character = text[position]
        if not quote and (character in " \t\r" or _OPERATOR.match(text, position, end)):
            break
        if character == "\\" and quote != "'":
            following = text[position + 1 : min(position + 2, end)]
            if following != "\n":
                keeps = quote == '"' and following not in ('"', "\\", "$", "`")
                kept = f"\\{following}" if keeps else following
                value.append(kept)
                if origins is not None:
                    origins.extend([Span(position, position + 2)] * len(kept))
            position += 2
        elif character == quote:
            quote = ""
            position += 1
        elif not quote and character in "'\"":
            quote = character
            position += 1
        elif quote != "'" and character in "$`":
            is_literal = False
            stop = _end_of_substitution(text, position, end, nested)
            value.append(text[position:stop])
            if origins is not None:
                origins.extend(Span(at, at + 1) for at in range(position, stop))
            position = stop
        else:
            value.append(character)
            if origins is not None:
                origins.append(Span(position, position + 1))
            position += 1
    position = min(position, end)
    joined = "".join(value)
    place_inside = _place_in_word(text, start, position, place) if _may_be_script(joined) else None
    return ShellWord(place(start, position), joined, is_literal, place_inside), position


def _end_of_substitution(text: str, position: int, end: int, nested: list[tuple[int, int]]) -> int:
    if text[position] == "`":
        closing = text.find("`", position + 1, end)
        if closing < 0:
            return position + 1
        nested.append((position + 1, closing))
        return closing + 1
    opening = text[position + 1 : position + 2]
    if opening == "{":
        closing = text.find("}", position, end)
        return position + 1 if closing < 0 else closing + 1
    if opening != "(":
        return position + 1
    depth, at, quote = 0, position + 1, ""
    while at < end:
        character = text[at]
        if character == "\\" and quote != "'":
            at += 1
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"":
            quote = character
        elif not quote and character == "(":
            depth += 1
        elif not quote and character == ")":
            depth -= 1
            if depth == 0:
                if not text.startswith("((", position + 1):
                    nested.append((position + 2, at))
                return at + 1
        at += 1
    # Nothing closes it: for a shell the rest of the text is inside.
    return end
