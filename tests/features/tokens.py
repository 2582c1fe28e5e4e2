"""Semantic tokens as numbers, and as an editor reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from azureml_dockerfile_ls.features.semantic_tokens.document import Change
from azureml_dockerfile_ls.features.semantic_tokens.legend import MODIFIERS, TYPES
from azureml_dockerfile_ls.text import LineIndex, Span


class ReadToken(NamedTuple):
    """A token where an editor shows it."""

    span: Span
    type: str
    modifiers: tuple[str, ...]


def read_tokens(numbers: Sequence[int], index: LineIndex) -> list[ReadToken]:
    """The tokens that the numbers of an answer mean."""
    found: list[ReadToken] = []
    line = column = 0
    for at in range(0, len(numbers), 5):
        lines, columns, length, type_, modifiers = numbers[at : at + 5]
        line, column = line + lines, columns if lines else column + columns
        span = Span(index.offset(line, column), index.offset(line, column + length))
        # An editor puts a column that is not in the line at its end: the same columns come back only if they are.
        assert index.position(span.start) == (line, column)
        assert index.position(span.end) == (line, column + length)
        names = tuple(one.value for bit, one in enumerate(MODIFIERS) if modifiers >> bit & 1)
        found.append(ReadToken(span, TYPES[type_].value, names))
    return found


def with_change(numbers: Sequence[int], change: Change | None) -> list[int]:
    """The numbers after a change, as a client makes it."""
    if change is None:
        return list(numbers)
    return [*numbers[: change.start], *change.inserted, *numbers[change.start + change.deleted :]]
