"""The parts of shell text that an editor colours: commands, options, variables, operators, strings and comments.

Which word starts a command is what the reader says; this module finds what is inside and between the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import CONDA, RESERVED, Command, Locate
from azureml_dockerfile_ls.shell.reader import (
    ASSIGNMENT,
    MAX_DEPTH,
    OPERATOR,
    PLAIN,
    REDIRECTIONS,
    WRAPPERS,
    after_heredoc,
    commands_of,
    end_of_substitution,
    heredoc_scripts,
    shell_text,
)
from azureml_dockerfile_ls.syntax.expansion import VARIABLE_NAME
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_KEYWORDS = RESERVED | {"for", "select", "in", "case", "esac", "function", "[[", "]]"}
_DEFINING = frozenset(("export", "local", "declare", "readonly", "typeset", "env"))
"""The programs whose arguments can be assignments."""

_BLANK = lazy_pattern(r"(?:[ \t\r]|\\\n)+")
_IN_QUOTES = lazy_pattern(r"[\"\\$`]")
_IN_BRACES = lazy_pattern(r"[}'\"\\$`]")
_MODIFIER = lazy_pattern(r":?[-+?=]|##?|%%?|//?|\^\^?|,,?|:|@")


class Part(Enum):
    """The kind of a part of shell text."""

    COMMAND = auto()
    KEYWORD = auto()
    OPTION = auto()
    VARIABLE = auto()
    """A reference to a variable, or the name in a `for`."""
    ASSIGNED = auto()
    """The name of a variable that gets a value."""
    OPERATOR = auto()
    STRING = auto()
    COMMENT = auto()
    DELIMITER = auto()
    """The name of a heredoc, where it begins and where it ends."""
    CODE = auto()
    """Shell text inside a string: what is around the parts in it has no kind."""


class ShellPart(NamedTuple):
    """A part of shell text. A part can be inside another one, and is then the one that counts."""

    span: LocalSpan
    part: Part


@derived
def shell_parts(instruction: Instruction) -> tuple[ShellPart, ...]:
    """The parts of the shell form of an instruction, and of its heredocs that a shell reads; none for the exec form."""
    written = None if instruction.is_json else shell_text(instruction)
    if written is None:
        return ()
    text, start, end, locate = written
    commands = commands_of(instruction)
    roles = dict(_roles(commands))
    reader = _Reader(text, locate, roles)
    reader.script(start, end)
    found = reader.found
    for heredoc, _ in heredoc_scripts(instruction, commands):
        reader = _Reader(instruction.text, LocalSpan, roles)
        reader.script(*heredoc.body_span)
        found += reader.found
    return tuple(found)


def _roles(commands: tuple[Command, ...]) -> Iterator[tuple[int, Part]]:
    """The start of each word that is a command, an option or an assignment in its command."""
    for command in commands:
        for word in command.prefix:
            name = word.value.rsplit("/", 1)[-1]
            if word.value.startswith("-"):
                yield word.span.start, Part.OPTION
            elif name in WRAPPERS or name in CONDA:
                yield word.span.start, Part.COMMAND
        yield command.words[0].span.start, Part.COMMAND
        is_defining = command.program in _DEFINING
        for word in command.arguments:
            if len(word.value) > 1 and word.value.startswith(("-", "+")):
                yield word.span.start, Part.OPTION
            elif is_defining and ASSIGNMENT.match(word.value):
                yield word.span.start, Part.ASSIGNED


class _Syntax:
    """The place in the syntax of the shell that the words before lead to."""

    def __init__(self) -> None:
        self.is_fresh = True
        """Whether a command can begin here."""
        self.is_pattern = False
        """Whether the words are patterns of a `case`."""
        self._cases = 0
        self._after = ""

    def end(self, operator: str) -> None:
        """Go on after an operator that ends a command."""
        self.is_fresh = True
        if self.is_pattern and operator == ")":
            self.is_pattern = False
        elif self._cases and operator == ";;":
            self.is_pattern = True
        if operator != "\n" or self._after != "subject":
            self._after = ""

    def part_of(self, word: str, role: Part | None) -> Part | None:
        """The part that a word is, and go on after it."""
        before, self._after = self._after, ""
        if before in ("for", "select"):
            self._after = "in"
            return Part.VARIABLE
        if before == "case":
            self._after = "subject"
            return None
        if word == "in" and before in ("in", "subject"):
            self.is_pattern = before == "subject"
            self._cases += self.is_pattern
            return Part.KEYWORD
        if word == "esac" and (self.is_pattern or self.is_fresh):
            self._cases = max(self._cases - 1, 0)
            self.is_pattern = self.is_fresh = False
            return Part.KEYWORD
        if self.is_pattern:
            return None
        if self.is_fresh and word in _KEYWORDS:
            self._after = word if word in ("for", "select", "case") else ""
            self.is_fresh = word not in ("for", "select", "case", "[[", "function")
            return Part.KEYWORD
        if self.is_fresh and ASSIGNMENT.match(word):
            return Part.ASSIGNED
        self.is_fresh = False
        return Part.KEYWORD if word == "]]" else role


class _Reader:
    """A reader of shell text that collects its parts in `found`. `roles` are the roles of words, by their place."""

    def __init__(self, text: str, locate: Locate, roles: dict[int, Part]) -> None:
        self.text = text
        self.found: list[ShellPart] = []
        self._locate = locate
        self._roles = roles

    def script(self, position: int, end: int, depth: int = 0) -> None:
        """Read the commands in `[position, end)`."""
        text, syntax = self.text, _Syntax()
        heredocs: list[tuple[str, bool]] = []
        redirection = ""
        while position < end:
            blank = _BLANK.match(text, position, end)
            if blank is not None:
                position = blank.end()
                continue
            if text[position] == "#":
                newline = text.find("\n", position, end)
                stop = end if newline < 0 else newline
                self._add(Part.COMMENT, position, stop)
                position = stop
                continue
            operator = OPERATOR.match(text, position, end)
            if operator is None:
                position = self._place(position, end, depth, syntax, redirection, heredocs)
                redirection = ""
                continue
            position = operator.end()
            redirection = operator.group() if operator.group() in REDIRECTIONS else ""
            if operator.group() != "\n":
                self._add(Part.OPERATOR, operator.start(), position)
            if not redirection:
                syntax.end(operator.group())
            if operator.group() == "\n":
                for name, strips_tabs in heredocs:
                    position = self._heredoc(position, end, name, strips_tabs)
                heredocs.clear()

    def _place(
        self, start: int, end: int, depth: int, syntax: _Syntax, redirection: str, heredocs: list[tuple[str, bool]]
    ) -> int:
        """Read the word at `start` in its place; gives its end."""
        stop = self._word(start, end, depth)
        word = self.text[start:stop]
        if redirection in ("<<", "<<-"):
            self._add(Part.DELIMITER, start, stop)
            heredocs.append((re.sub(r"['\"\\]", "", word), redirection == "<<-"))
        elif not redirection:
            if word.isdecimal() and stop < end and self.text[stop] in "<>":
                self._add(Part.OPERATOR, start, stop)
                return stop
            part = syntax.part_of(word, self._roles.get(self._locate(start, start + 1).start))
            self._whole_word(part, start, stop)
        return stop

    def _whole_word(self, part: Part | None, start: int, stop: int) -> None:
        equals = self.text.find("=", start, stop) if part in (Part.OPTION, Part.ASSIGNED) else -1
        if part is None:
            return
        self._add(part, start, stop if equals < 0 else equals)
        if equals >= 0:
            self._add(Part.OPERATOR, equals, equals + 1)

    def _heredoc(self, position: int, end: int, name: str, strips_tabs: bool) -> int:
        """The body of a heredoc that starts at `position`, and its terminator; gives the end."""
        stop = after_heredoc(self.text, position, end, name, strips_tabs)
        last = self.text.rfind("\n", position, stop - 1) + 1 or position
        if self.text[last:stop].strip("\t\r\n") != name:
            last = stop
        self._add(Part.STRING, position, last)
        self._add(Part.DELIMITER, last, stop)
        return stop

    def _word(self, position: int, end: int, depth: int) -> int:
        """Read the word at `position`; gives its end."""
        text = self.text
        while position < end:
            plain = PLAIN[""].match(text, position, end)
            if plain is not None:
                position = plain.end()
                continue
            character = text[position]
            if character == "'":
                position = self._single_quoted(position, end)
            elif character == '"':
                position = self._double_quoted(position, end, depth)
            elif character == "\\":
                position = min(position + 2, end)
            elif character in "$`":
                position = self._substitution(position, end, depth)
            else:
                break
        return position

    def _single_quoted(self, start: int, end: int) -> int:
        closing = self.text.find("'", start + 1, end)
        stop = end if closing < 0 else closing + 1
        self._add(Part.STRING, start, stop)
        return stop

    def _double_quoted(self, start: int, end: int, depth: int) -> int:
        position = start + 1
        while (special := _IN_QUOTES.search(self.text, position, end)) is not None:
            position = special.end()
            if special.group() == '"':
                break
            if special.group() == "\\":
                position = min(position + 1, end)
            else:
                position = self._substitution(special.start(), end, depth)
        else:
            position = end
        self._add(Part.STRING, start, position)
        return position

    def _substitution(self, start: int, end: int, depth: int) -> int:
        """Read what begins with `$` or a backquote; gives its end."""
        text = self.text
        if depth >= MAX_DEPTH:
            return start + 1
        if text.startswith("${", start, end):
            return self._braces(start, end, depth + 1)
        if text[start] == "`" or text.startswith("$(", start, end):
            nested: list[tuple[int, int]] = []
            stop = end_of_substitution(text, start, end, nested)
            if stop > start + 1:
                self._add(Part.CODE, start, stop)
            for first, last in nested:
                self._add(Part.OPERATOR, start, first)
                self._add(Part.OPERATOR, last, stop)
                self.script(first, last, depth + 1)
            return stop
        name = VARIABLE_NAME.match(text, start + 1, end)
        if name is None:
            return start + 1
        self._add(Part.VARIABLE, start, name.end())
        return name.end()

    def _braces(self, start: int, end: int, depth: int) -> int:
        """Read `${…}`; gives its end."""
        text, position = self.text, start + 2
        name = VARIABLE_NAME.match(text, position, end)
        if name is not None:
            if name.group() in ("#", "!") and (indirect := VARIABLE_NAME.match(text, name.end(), end)):
                name = indirect
            position = name.end()
        self._add(Part.VARIABLE, start, position)
        modifier = _MODIFIER.match(text, position, end)
        if modifier is not None:
            self._add(Part.OPERATOR, *modifier.span())
            position = modifier.end()
        while (special := _IN_BRACES.search(text, position, end)) is not None:
            character, position = special.group(), special.end()
            if character == "}":
                self._add(Part.VARIABLE, special.start(), position)
                return position
            if character == "\\":
                position = min(position + 1, end)
            elif character == "'":
                position = self._single_quoted(special.start(), end)
            elif character == '"':
                position = self._double_quoted(special.start(), end, depth)
            else:
                position = self._substitution(special.start(), end, depth)
        return end

    def _add(self, part: Part, start: int, stop: int) -> None:
        if start < stop:
            self.found.append(ShellPart(self._locate(start, stop), part))
