"""Positions in a text: spans, lines and the columns that editors count."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

Encoding = Literal["utf-8", "utf-16", "utf-32"]
"""The unit in which an editor counts columns, as LSP's `positionEncoding` names it."""

_LINE_END = re.compile(r"\r\n|\n|\r")


class Span(NamedTuple):
    """A half-open range of code point offsets, `[start, end)`."""

    start: int
    end: int

    def shift(self, offset: int) -> Span:
        """The same range, `offset` code points further on."""
        return Span(self.start + offset, self.end + offset)

    def touches(self, offset: int) -> bool:
        """Whether a cursor at `offset` stands in the range or at either of its ends."""
        return self.start <= offset <= self.end

    def of(self, text: str) -> str:
        """The part of `text` that the range covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Puts `text` at `span` of the file."""

    span: Span
    text: str


def apply_edits(text: str, edits: tuple[TextEdit, ...]) -> str:
    """The text with edits made that are in the order of the text and do not overlap."""
    parts, position = [], 0
    for edit in edits:
        parts += [text[position : edit.span.start], edit.text]
        position = edit.span.end
    return "".join([*parts, text[position:]])


class LineIndex:
    """Turns offsets of one text into lines and columns, and back.

    Lines count from 0 and end at `\\n`, `\\r\\n` or `\\r` only, as LSP defines it. Columns are those of `encoding`.
    No method raises on a position that lies outside the text: it is moved to the nearest one inside. A column inside a
    character that takes several units means the start of that character.
    """

    __slots__ = ("_one_unit_each", "encoding", "starts", "text")

    def __init__(self, text: str, encoding: Encoding = "utf-32") -> None:
        self.text = text
        self.encoding = encoding
        self.starts = _line_starts(text)
        self._one_unit_each = encoding == "utf-32" or text.isascii()

    def line_span(self, line: int) -> Span:
        """The span of a line without its line ending."""
        line = min(max(line, 0), len(self.starts) - 1)
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def line_at(self, offset: int) -> int:
        """The line on which `offset` lies."""
        return bisect_right(self.starts, min(max(offset, 0), len(self.text))) - 1

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of `offset`."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        start = self.starts[line]
        if self._one_unit_each:
            return line, offset - start
        return line, _units(self.text[start:offset], self.encoding)

    def offset(self, line: int, column: int) -> int:
        """The offset at a line and column; a column past the end of the line means the end of the line."""
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self.text)
        start, end = self.line_span(line)
        column = max(column, 0)
        if self._one_unit_each:
            return min(start + column, end)
        return start + _characters(self.text[start:end], column, self.encoding)


def _line_starts(text: str) -> list[int]:
    # `splitlines` is many times faster than a search, but ends lines at more characters than LSP does; counting tells.
    starts = list(accumulate(map(len, text.splitlines(keepends=True)), initial=0))
    if text and text[-1] not in "\r\n":
        del starts[-1]
    line_ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    if len(starts) == line_ends + 1:
        return starts
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def _units(text: str, encoding: Encoding) -> int:
    # A lone surrogate cannot be encoded strictly, but an editor may well send one.
    if encoding == "utf-16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))


def _characters(text: str, units: int, encoding: Encoding) -> int:
    """How many characters of `text` fit wholly into the first `units` units."""
    if text.isascii():
        return min(units, len(text))
    count = 0
    for character in text:
        units -= _width(character, encoding)
        if units < 0:
            break
        count += 1
    return count


def _width(character: str, encoding: Encoding) -> int:
    if encoding == "utf-16":
        return 2 if character > "\uffff" else 1
    return 1 if character < "\x80" else 2 if character < "\u0800" else 3 if character <= "\uffff" else 4


def shortened(text: str) -> str:
    """A text of the user for a message: on one line, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
