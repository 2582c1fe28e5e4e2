"""The lines of a YAML text: their indentation, and where their content and their comment start."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE = re.compile(r" *([ \t]*)([^\r\n]*)(?:\r\n|\n|\r|\Z)")
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
    has_content = False
    for match in _LINE.finditer(text):
        start, content, end = match.start(), match.start(2), match.end(2)
        if start == match.end() == len(text):
            break
        if content == end or text[content] == "#":
            found.append(Line(start, end, end, -1))
        elif content == start and text[start] in "-.%" and (has_content or text[start] != "%"):
            if not _MARKER.match(text, start, end):
                has_content = True
                found.append(Line(start, content, end, 0))
            elif has_content or text[start] == ".":
                break
            else:
                found.append(Line(start, end, end, -1))
        elif content == start and text[start] == "%":
            found.append(Line(start, end, end, -1))
        else:
            has_content = True
            found.append(Line(start, content, end, content - start))
    return found
