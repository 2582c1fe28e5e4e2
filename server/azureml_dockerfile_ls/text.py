"""Positions in a text: spans, lines, and columns in an editor's unit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Literal

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple, dataclass

Encoding = Literal["utf-8", "utf-16", "utf-32"]
"""The unit of an editor's columns, under its name in LSP's `positionEncoding`."""

_LINE_END = lazy_pattern(r"\r\n|\n|\r")

_LONG_WORD = 200
_LONG_MESSAGE = 1000
_VERY_LONG = lazy_pattern(rf"(\S{{{_LONG_WORD // 2}}})\S{{{_LONG_WORD // 2},}}")


class Span(NamedTuple):
    """A half-open range of code point offsets of a file, `[start, end)`."""

    start: int
    end: int

    def shift(self, offset: int) -> Span:
        """The same range, `offset` code points further on."""
        return Span(self.start + offset, self.end + offset)

    def inside(self, offset: int) -> LocalSpan:
        """The same range as a part of what starts at `offset` of the file."""
        return LocalSpan(self.start - offset, self.end - offset)

    def touches(self, offset: int) -> bool:
        """Whether a cursor at `offset` is in the range or at either of its ends."""
        return self.start <= offset <= self.end

    def of(self, text: str) -> str:
        """The part of `text` that the range covers."""
        return text[self.start : self.end]


class LocalSpan(NamedTuple):
    """A half-open range of code point offsets of one instruction, which count from the start of its first line.

    An instruction does not know where it is in the file, so its spans stay the same wherever an edit moves it.
    """

    start: int
    end: int

    def at(self, offset: int) -> Span:
        """The range in the file of an instruction that starts at `offset`."""
        return Span(self.start + offset, self.end + offset)

    def shift(self, offset: int) -> LocalSpan:
        """The same range, `offset` code points further on."""
        return LocalSpan(self.start + offset, self.end + offset)

    def touches(self, offset: int) -> bool:
        """Whether an offset in the instruction is in the range or at either of its ends."""
        return self.start <= offset <= self.end

    def of(self, text: str) -> str:
        """The part of an instruction's text that the range covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace `span` of the file by `text`."""

    span: Span
    text: str


def apply_edits(text: str, edits: tuple[TextEdit, ...]) -> str:
    """Apply edits that are in the order of the text and do not overlap."""
    parts, position = [], 0
    for edit in edits:
        parts += [text[position : edit.span.start], edit.text]
        position = edit.span.end
    return "".join([*parts, text[position:]])


def common_ends(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """The lengths of the longest common start and, in what follows it, of the longest common end of two sequences."""
    before, after = len(old), len(new)
    start, high = 0, min(before, after)
    while start < high:
        middle = (start + high + 1) // 2
        if old[start:middle] == new[start:middle]:
            start = middle
        else:
            high = middle - 1
    end, high = 0, min(before, after) - start
    while end < high:
        middle = (end + high + 1) // 2
        if old[before - middle : before - end] == new[after - middle : after - end]:
            end = middle
        else:
            high = middle - 1
    return start, end


def merge_edits(between: str, first: tuple[TextEdit, ...], second: tuple[TextEdit, ...]) -> tuple[TextEdit, ...]:
    """The edits that do what two lists of edits do one after the other; `between` is the text after the first list.

    Both lists are in the order of their texts, and their edits do not overlap. So is the result: edits of both lists
    that touch become one.
    """
    made, shift = [], 0
    for edit in first:
        start = edit.span.start + shift
        made.append((Span(start, start + len(edit.text)), edit))
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    merged, shift, at, then = [], 0, 0, 0
    while at < len(made) or then < len(second):
        start, end = min([*(span for span, _ in made[at : at + 1]), *(edit.span for edit in second[then : then + 1])])
        old, inner = shift, list[TextEdit]()
        while True:
            if at < len(made) and made[at][0].start <= end:
                span, edit = made[at]
                end = max(end, span.end)
                shift += len(edit.text) - (edit.span.end - edit.span.start)
                at += 1
            elif then < len(second) and second[then].span.start <= end:
                end = max(end, second[then].span.end)
                inner.append(TextEdit(second[then].span.shift(-start), second[then].text))
                then += 1
            else:
                break
        merged.append(TextEdit(Span(start - old, end - shift), apply_edits(between[start:end], tuple(inner))))
    return tuple(merged)


class PlacedText(NamedTuple):
    """A text that replaces what is between two positions, whose columns are in an editor's unit."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class LineIndex:
    """A map from the offsets of one text to lines and columns, and back.

    Lines start at 0 and end at `\\n`, `\\r\\n` or `\\r` only, as in LSP. Columns are in units of `encoding`.
    No method raises on a position outside the text: it is moved to the nearest one inside. A column inside a character
    of several units means the start of that character.
    """

    __slots__ = ("_one_unit_each", "encoding", "starts", "text")

    def __init__(self, text: str, encoding: Encoding = "utf-32", *, starts: list[int] | None = None) -> None:
        """Index `text`. `starts` are the offsets at which its lines start, where they are known."""
        self.text = text
        self.encoding = encoding
        self.starts = _line_starts(_lines(text)) if starts is None else starts
        self._one_unit_each = encoding == "utf-32" or text.isascii()

    def edited(self, span: Span, replacement: str) -> LineIndex:
        """The index of the text with `replacement` at `span`; only the lines around the edit are looked at again."""
        text = self.text[: span.start] + replacement + self.text[span.end :]
        shift = len(text) - len(self.text)
        # The line before the edit is included: a `\n` at the start of the edit may follow a `\r`.
        first = self.line_at(span.start - 1)
        after = bisect_right(self.starts, span.end)
        start = self.starts[first]
        if after == len(self.starts):
            middle, tail = _line_starts(_lines(text[start:])), []
        else:
            middle = _line_starts(_lines(text[start : self.starts[after] + shift]))[:-1]
            tail = [line + shift for line in self.starts[after:]]
        starts = [*self.starts[:first], *(start + line for line in middle), *tail]
        return LineIndex(text, self.encoding, starts=starts)

    def edited_often(self, edits: Iterable[PlacedText | str]) -> LineIndex:
        """The index after many edits, each made to the outcome of the one before; a text replaces the whole text."""
        lines: list[str] | None = None
        index = self
        for edit in edits:
            if isinstance(edit, str):
                index, lines = LineIndex(edit, self.encoding), None
                continue
            if lines is None:
                lines = _lines(index.text)
            _edit(lines, edit, self.encoding)
        if lines is None:
            return index
        return LineIndex("".join(lines), self.encoding, starts=_line_starts(lines))

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


def _edit(lines: list[str], edit: PlacedText, encoding: Encoding) -> None:
    """Make an edit in the lines of a text."""
    first, start = _place(lines, edit.line, edit.column, encoding)
    last, end = _place(lines, edit.end_line, edit.end_column, encoding)
    if (last, end) < (first, start):
        first, start, last, end = last, end, first, start
    changed = f"{lines[first][:start]}{edit.text}{lines[last][end:]}"
    if first and lines[first - 1][-1] == "\r":
        # A `\n` at the start of the edit may follow it.
        first -= 1
        changed = lines[first] + changed
    new = _lines(changed)
    if last + 1 < len(lines):
        # What follows the line end is the next line.
        del new[-1]
    lines[first : last + 1] = new


def _place(lines: list[str], line: int, column: int, encoding: Encoding) -> tuple[int, int]:
    """The number of a line, and the offset in it; the nearest place in the text if this one lies outside."""
    if line < 0:
        return 0, 0
    if line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    if column <= 0:
        return line, 0
    text = lines[line].rstrip("\r\n")
    return line, min(column, len(text)) if encoding == "utf-32" else _characters(text, column, encoding)


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends, which the last one does not have."""
    # `splitlines` is many times faster than a search, but ends lines at more characters than LSP does, such as `\v`.
    # Then there are more lines than line ends.
    lines = text.splitlines(keepends=True)
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    line_ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    if len(lines) == line_ends + 1:
        return lines
    starts = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(starts)]


def _line_starts(lines: list[str]) -> list[int]:
    return list(accumulate(map(len, lines[:-1]), initial=0))


def _units(text: str, encoding: Encoding) -> int:
    # Strict encoding fails on a lone surrogate, which an editor can send.
    if encoding == "utf-16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))


def _characters(text: str, units: int, encoding: Encoding) -> int:
    """The number of characters of `text` that fit wholly into the first `units` units."""
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


def bounded(message: str) -> str:
    """A message of any length, with an ellipsis for the rest of each word, and of the whole, that is very long."""
    if len(message) <= _LONG_WORD:
        return message
    cut = _VERY_LONG.sub(r"\1…", message)
    return cut if len(cut) <= _LONG_MESSAGE else f"{cut[:_LONG_MESSAGE]}…"
