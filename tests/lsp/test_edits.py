"""The edits that the client sends, which are read without the converter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from azureml_dockerfile_ls.lsp.converter import make_converter
from azureml_dockerfile_ls.lsp.edits import Edit, read_edit
from azureml_dockerfile_ls.text import PlacedText

converter = make_converter()
numbers = st.integers(0, 20) | st.integers(-(2**33), 2**33)
positions = st.fixed_dictionaries({"line": numbers, "character": numbers})
ranges = st.fixed_dictionaries({"start": positions, "end": positions})
changes = st.fixed_dictionaries(
    {"text": st.text(max_size=5)}, optional={"range": ranges, "rangeLength": st.integers(0, 20)}
)
edits = st.fixed_dictionaries(
    {
        "textDocument": st.fixed_dictionaries({"uri": st.text(max_size=5), "version": numbers}),
        "contentChanges": st.lists(changes, max_size=3),
    }
)


def by_the_converter(params: Any) -> Edit | None:
    """The edit as the converter reads it, None if it refuses the version."""
    if not -(2**31) <= params["textDocument"]["version"] < 2**31:
        with pytest.raises(ValueError, match="version"):
            converter.structure(params, types.DidChangeTextDocumentParams)
        return None
    read = converter.structure(params, types.DidChangeTextDocumentParams)
    made: list[PlacedText | str] = []
    for change in read.content_changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = change.range.start, change.range.end
            made.append(PlacedText(start.line, start.character, end.line, end.character, change.text))
        else:
            made.append(change.text)
    return Edit(read.text_document.uri, read.text_document.version, made)


@given(edits)
def test_an_edit_is_read_as_the_converter_reads_it(params: Any) -> None:
    """Of a range, or of the whole text; positions outside the protocol's limits are moved to them."""
    expected = by_the_converter(params)
    if expected is None:
        with pytest.raises(ValueError, match="version"):
            read_edit(params)
    else:
        assert read_edit(params) == expected


def test_a_range_that_is_null_means_the_whole_text() -> None:
    """A client that knows no range may say so."""
    params = {"textDocument": {"uri": "a", "version": 2}, "contentChanges": [{"range": None, "text": "b"}]}
    assert read_edit(params) == Edit("a", 2, ["b"])


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {},
        {"textDocument": {"uri": "a", "version": 2}},
        {"textDocument": {"uri": None, "version": 2}, "contentChanges": []},
        {"textDocument": {"uri": "a", "version": None}, "contentChanges": []},
        {"textDocument": {"uri": "a", "version": 2}, "contentChanges": None},
        {"textDocument": {"uri": "a", "version": 2}, "contentChanges": "text"},
        {"textDocument": {"uri": "a", "version": 2}, "contentChanges": {"text": "b"}},
        {"textDocument": {"uri": "a", "version": 2}, "contentChanges": [{"text": 1}]},
        {"textDocument": {"uri": "a", "version": 2}, "contentChanges": [{"text": "b", "range": {}}]},
        {"textDocument": {"uri": "a", "version": 2}, "contentChanges": [{"text": "b", "range": [1, 2, 3, 4]}]},
    ],
)
def test_a_malformed_edit_is_refused(params: Any) -> None:
    """No part of it is made."""
    with pytest.raises((TypeError, KeyError)):
        read_edit(params)
