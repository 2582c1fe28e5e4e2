"""The lines of a YAML text: their indentation, and where their content and their comment start."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")
_CONTENT = re.compile(r"( *)([ \t]*)([^\r\n]*)")
_MARKER = re.compile(r"(?:---|\.\.\.)(?=[ \t]|$)")


class Line(NamedTuple):
    """A line: where it starts, where its content starts, and where it ends without its line break.

    `indent` is the number of spaces before the content; -1 for a line without content.
    """

    start: int
    content: int
    end: int
    indent: int


def lines_of(text: str) -> list[Line]:
    """The lines of the first document of a text, without its directives."""
    found: list[Line] = []
    position = 0
    has_content = False
    while position < len(text):
        match = _LINE.match(text, position)
        if match is None:
            break
        start, end = match.span(1)
        position = match.end() if match.end() > position else position + 1
        content = _content(text, start, end)
        if content is None:
            found.append(Line(start, end, end, -1))
            continue
        if _MARKER.match(text, start, end):
            if has_content or text[start] == ".":
                break
            found.append(Line(start, end, end, -1))
            continue
        if not has_content and text[start] == "%":
            found.append(Line(start, end, end, -1))
            continue
        has_content = True
        found.append(Line(start, content, end, content - start))
    return found


def _content(text: str, start: int, end: int) -> int | None:
    """Where the content of a line starts; None for a blank line and for a comment."""
    match = _CONTENT.match(text, start, end)
    content = match.start(3) if match is not None else end
    return None if content >= end or text[content] == "#" else content
