"""Where the keys of a TOML text are, which Python's parser does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import LineIndex

_BLANK = lazy_pattern(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = lazy_pattern(r"[ \t]*")
_KEY = lazy_pattern(r'[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_PLAIN_VALUE = lazy_pattern(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[^\s,\[\]{}#"\'][^,\[\]{}#\n]*',
    re.DOTALL,
)


class KeyPlace(NamedTuple):
    """A key on a line that counts from 0, from one column up to another."""

    line: int
    column: int
    end_column: int


def key_places(text: str) -> Mapping[str, KeyPlace]:
    """The first place of each key of a valid TOML text, by the key's full name with dots.

    An element of an array of tables has its index in its name: `overrides.0.paths`.
    """
    reader = _Reader(text)
    reader.read()
    lines = LineIndex(text)
    starts = {name: (lines.position(start), end - start) for name, (start, end) in reader.found.items()}
    return {name: KeyPlace(line, column, column + length) for name, ((line, column), length) in starts.items()}


def place_of(name: str, places: Mapping[str, KeyPlace]) -> KeyPlace | None:
    """The place of a key, else that of the nearest table that holds it."""
    while name not in places and "." in name:
        name = name.rpartition(".")[0]
    return places.get(name)


class _Reader:
    """Reads a text from the left, without recursion. It stops where the text is not TOML."""

    def __init__(self, text: str) -> None:
        self.found: dict[str, tuple[int, int]] = {}
        self._text = text
        self._at = 0
        self._counts: dict[str, int] = {}

    def read(self) -> None:
        prefix: list[str] = []
        while True:
            self._skip(_BLANK)
            if self._at >= len(self._text):
                return
            is_array = self._text.startswith("[[", self._at)
            if is_array or self._text.startswith("[", self._at):
                self._at += 1 + is_array
                start = self._at
                prefix = self._key([])
                if is_array and prefix:
                    name = ".".join(prefix)
                    number = self._counts[name] = self._counts.get(name, -1) + 1
                    prefix = [*prefix, str(number)]
                    self.found[".".join(prefix)] = start, self._at
                self._at = _end_of_line(self._text, self._at)
            elif not self._value(self._key(prefix)):
                return

    def _key(self, prefix: list[str]) -> list[str]:
        """Read a dotted key, and remember the place of each of its parts."""
        names = list(prefix)
        while True:
            self._skip(_SPACE)
            match = _KEY.match(self._text, self._at)
            if match is None:
                return names
            names = [*names, match[0].strip("\"'")]
            name = ".".join(names)
            self.found.setdefault(name, match.span())
            self._at = match.end()
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return names
            self._at += 1
            if not prefix and name in self._counts:
                names.append(str(self._counts[name]))

    def _value(self, key: list[str]) -> bool:
        """Read `=` and a value, with the keys of tables in it; return whether the text is TOML up to there."""
        if not self._text.startswith("=", self._at):
            return False
        self._at += 1
        open_brackets: list[tuple[str, list[str]]] = []
        while True:
            self._skip(_BLANK if open_brackets else _SPACE)
            character = self._text[self._at : self._at + 1]
            if character in ("", "\r", "\n", "#") and not open_brackets:
                return True
            if character in ("[", "{"):
                self._at += 1
                open_brackets.append((character, key))
            elif character in ("]", "}", ","):
                self._at += 1
                if character != "," and open_brackets:
                    open_brackets.pop()
                    continue
                key = open_brackets[-1][1] if open_brackets else key
            elif match := _PLAIN_VALUE.match(self._text, self._at):
                self._at = match.end()
                continue
            else:
                return False
            if open_brackets and open_brackets[-1][0] == "{":
                self._skip(_BLANK)
                if self._text[self._at : self._at + 1] not in ("}", ""):
                    key = self._key(open_brackets[-1][1])
                    if not self._text.startswith("=", self._at):
                        return False
                    self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
