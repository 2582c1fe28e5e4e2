"""The lines between instructions: comments, directives, blank lines, and the end of the file."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.formatting.layout import BLANKS, trimmed
from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.text import Span, TextEdit

_MOST_BLANK_LINES = 2


def edits_between(
    tree: Tree, stop: int, *, trims_lines: bool, trims_end: bool, ends_with_newline: bool
) -> Iterator[TextEdit]:
    """The edits of the segments before number `stop` that are not instructions, and of the end of the file."""
    number = int(tree.text.startswith("\ufeff"))
    first = number
    below, indent = 0, ""
    while number < stop:
        kind = tree.segments[number].kind
        if kind is SegmentKind.BLANK:
            last = number
            while last + 1 < stop and tree.segments[last + 1].kind is SegmentKind.BLANK:
                last += 1
            yield from _blank_lines(tree, number, last, number == first, trims_lines=trims_lines, trims_end=trims_end)
            number = last
        elif kind is not SegmentKind.INSTRUCTION and trims_lines:
            if number >= below:
                below, indent = _below(tree, number)
            yield from _comment(tree, number, kind, indent)
        number += 1
    text = tree.text
    ends_open = stop < len(tree.segments) or not text.strip("\ufeff") or tree.segments[-1].kind is SegmentKind.BLANK
    if ends_with_newline and not text.endswith("\n") and not ends_open:
        yield TextEdit(Span(len(text), len(text)), tree.newline)


def _blank_lines(
    tree: Tree, first: int, last: int, is_top: bool, *, trims_lines: bool, trims_end: bool
) -> Iterator[TextEdit]:
    """The edits of a run of blank lines."""
    start, end = tree.starts[first], tree.starts[last] + tree.segments[last].length
    is_end = last + 1 == len(tree.segments)
    if is_top and is_end:
        return
    if is_end:
        if trims_end:
            yield TextEdit(Span(start, end), "")
        return
    # Below a blank line, a comment is not a directive.
    below = tree.segments[last + 1].instruction
    if is_top and below is not None and below.spec is not None:
        yield TextEdit(Span(start, end), "")
        return
    if last - first >= _MOST_BLANK_LINES:
        yield TextEdit(Span(tree.starts[first + _MOST_BLANK_LINES], end), "")
    for number in range(first, min(last + 1, first + _MOST_BLANK_LINES)):
        if trims_lines:
            yield from _without_blanks(tree, number)


def _comment(tree: Tree, number: int, kind: SegmentKind, indent_below: str) -> Iterator[TextEdit]:
    """The edits of a comment or a directive."""
    start = tree.starts[number]
    line = tree.text[start : start + tree.segments[number].length].rstrip("\n")
    indent = len(line) - len(line.lstrip(BLANKS))
    if indent and kind is SegmentKind.COMMENT and indent_below == line[:indent]:
        yield TextEdit(Span(start, start + indent), "")
    # A blank can be the value of a directive.
    if not trimmed(line).rstrip("\r").endswith("="):
        yield from _without_blanks(tree, number)


def _below(tree: Tree, number: int) -> tuple[int, str]:
    """The end of a run of comments, and the indentation of the instruction there; empty without an instruction."""
    while number < len(tree.segments) and tree.segments[number].kind is SegmentKind.COMMENT:
        number += 1
    instruction = tree.segments[number].instruction if number < len(tree.segments) else None
    text = instruction.text if instruction is not None else ""
    return number, text[: len(text) - len(text.lstrip(BLANKS))]


def _without_blanks(tree: Tree, number: int) -> Iterator[TextEdit]:
    start = tree.starts[number]
    line = tree.text[start : start + tree.segments[number].length].rstrip("\n")
    kept = trimmed(line).rstrip("\r")
    old = line.rstrip("\r")
    if len(kept) < len(old):
        yield TextEdit(Span(start + len(kept), start + len(old)), "")
