"""Conversion between offsets and the positions of the protocol."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.text import LineIndex, Span


def to_range(span: Span, index: LineIndex) -> types.Range:
    """The range that `span` covers, in the columns of `index`."""
    start_line, start_column = index.position(span.start)
    end_line, end_column = index.position(span.end)
    return types.Range(types.Position(start_line, start_column), types.Position(end_line, end_column))


def to_offset(position: types.Position, index: LineIndex) -> int:
    """The code point offset at `position`; the nearest one in the text if it lies outside."""
    return index.offset(position.line, position.character)


def to_span(range_: types.Range, index: LineIndex) -> Span:
    """The span that `range_` covers; a range that ends before it starts is turned round."""
    start, end = sorted((to_offset(range_.start, index), to_offset(range_.end, index)))
    return Span(start, end)
