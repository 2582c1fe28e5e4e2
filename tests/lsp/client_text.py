"""A document as its editor has it: an own count of lines and columns, which shares no code with the server."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.lsp.raw_client import Json

_LINE_END = re.compile(r"\r\n|\n|\r")


def width(text: str, encoding: str) -> int:
    """The length of a text in units of a position encoding."""
    if encoding == "utf-32":
        return len(text)
    codec = "utf-16-le" if encoding == "utf-16" else "utf-8"
    return len(text.encode(codec, "surrogatepass")) // (2 if encoding == "utf-16" else 1)


def position_of(text: str, offset: int, encoding: str) -> Json:
    """The position of an offset, which is not between the two characters of a line end."""
    line, start = 0, 0
    for match in _LINE_END.finditer(text):
        if match.end() > offset:
            break
        line, start = line + 1, match.end()
    return {"line": line, "character": width(text[start:offset], encoding)}


def offset_of(text: str, position: Json, encoding: str) -> int:
    """The offset of a position, which must be in the text."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    offset, left = starts[position["line"]], position["character"]
    while left > 0:
        left -= width(text[offset], encoding)
        offset += 1
    assert left == 0, f"{position} is within a character"
    return offset


def outside_of_line_ends(text: str, offset: int) -> int:
    """The offset, or the next one if it is between the two characters of a line end."""
    return offset + 1 if text[max(offset - 1, 0) : offset + 1] == "\r\n" else offset


def with_edits(text: str, edits: Iterable[Json], encoding: str) -> str:
    """The text after the edits of a server, which must be disjoint and inside the text."""
    spans = [
        (offset_of(text, edit["range"]["start"], encoding), offset_of(text, edit["range"]["end"], encoding), number)
        for number, edit in enumerate(edits)
    ]
    made, last = "", 0
    for start, end, number in sorted(spans):
        assert last <= start <= end, "the edits overlap"
        made += text[last:start] + list(edits)[number]["newText"]
        last = end
    return made + text[last:]
