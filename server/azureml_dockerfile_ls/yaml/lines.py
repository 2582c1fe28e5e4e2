"""The lines of a YAML text: their indentation, and where their content and their comment start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple

_LINE_END = lazy_pattern(r"\r\n|\n|\r")
_MARKER = lazy_pattern(r"(?:---|\.\.\.)(?=[ \t]|$)")


class Line(NamedTuple):
    """A line: where it starts, where its content starts, and where it ends without its line break.

    `indent` is the number of spaces before the content; -1 for a line without content.
    """

    start: int
    content: int
    end: int
    indent: int


_line: Callable[[tuple[int, int, int, int]], Line] = partial(tuple.__new__, Line)


def lines_of(text: str) -> list[Line]:
    """The lines of the first document of a text, without its directives."""
    found: list[Line] = []
    has_content = False
    for start, end in _ends(text):
        written = text[start:end].lstrip(" \t")
        content = end - len(written)
        first = written[:1]
        if first in ("", "#"):
            found.append(_line((start, end, end, -1)))
        elif content > start or first not in "-.%":
            has_content = True
            found.append(_line((start, content, end, content - start)))
        elif first == "%" and not has_content:
            found.append(_line((start, end, end, -1)))
        elif not _MARKER.match(text, start, end):
            has_content = True
            found.append(_line((start, content, end, 0)))
        elif has_content or first == ".":
            break
        else:
            found.append(_line((start, end, end, -1)))
    return found


def _ends(text: str) -> Iterator[tuple[int, int]]:
    """The start of each line, and its end without its line break; not of an empty line at the end of the text."""
    start = 0
    if "\r" in text:
        for match in _LINE_END.finditer(text):
            yield start, match.start()
            start = match.end()
    else:
        while (end := text.find("\n", start)) >= 0:
            yield start, end
            start = end + 1
    if start < len(text):
        yield start, len(text)
