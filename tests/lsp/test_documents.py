"""The open documents and the edits that arrive."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from azureml_dockerfile_ls.lsp.convert import to_offset, to_range, to_span
from azureml_dockerfile_ls.lsp.documents import Documents
from azureml_dockerfile_ls.text import Encoding, LineIndex, Span

encodings = st.sampled_from(["utf-8", "utf-16", "utf-32"])
texts = st.text(st.sampled_from("ab\n\r\u2028é😀"), max_size=30)


def position(before: str, encoding: Encoding) -> types.Position:
    """Where an editor says that the text `before` ends: counted naively, independently of our line index."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if encoding == "utf-32":
        return types.Position(len(lines) - 1, len(lines[-1]))
    codec, size = ("utf-8", 1) if encoding == "utf-8" else ("utf-16-le", 2)
    return types.Position(len(lines) - 1, len(lines[-1].encode(codec)) // size)


def places(text: str) -> list[int]:
    """Where an editor's cursor can be: everywhere but inside of a line end."""
    return [place for place in range(len(text) + 1) if text[place - 1 : place + 1] != "\r\n" or not place]


@given(texts, encodings, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), texts), min_size=1, max_size=5))
def test_edits_give_what_the_editor_shows(text: str, encoding: Encoding, edits: list[tuple[int, int, str]]) -> None:
    """Several edits in one notification apply in order, each in the columns of the text that the one before left."""
    documents = Documents()
    documents.encoding = encoding
    documents.open("a", "dockerfile", 1, text)
    changes: list[types.TextDocumentContentChangeEvent] = []
    for first, second, new in edits:
        start, end = sorted(places(text)[number % len(places(text))] for number in (first, second))
        span = types.Range(position(text[:start], encoding), position(text[:end], encoding))
        changes.append(types.TextDocumentContentChangePartial(span, new))
        text = text[:start] + new + text[end:]
    documents.change("a", 2, changes)
    document = documents.get("a")
    assert document is not None
    assert (document.text, document.version, document.language_id) == (text, 2, "dockerfile")
    assert (document.index.text, document.index.encoding) == (text, encoding)


@given(texts, st.data())
def test_edits_that_come_in_another_order_are_made_in_that_of_their_versions(text: str, data: st.DataObject) -> None:
    """Helix sends the keys of a burst so: in the end the text is what the editor shows."""
    documents = Documents()
    documents.open("a", "dockerfile", 7, text)
    edits = []
    for version in range(8, 8 + data.draw(st.integers(1, 20))):
        at, typed = data.draw(st.sampled_from(places(text))), data.draw(st.sampled_from("ab é😀"))
        place = position(text[:at], "utf-16")
        edits.append((version, [types.TextDocumentContentChangePartial(types.Range(place, place), typed)]))
        text = text[:at] + typed + text[at:]
    for version, changes in data.draw(st.permutations(edits)):
        documents.change("a", version, changes)
    document = documents.get("a")
    assert document is not None
    assert document.text == text
    assert document.index.text == text
    assert document.version == edits[-1][0]


def test_a_change_without_a_range_replaces_the_text() -> None:
    """A whole text may come between edits of a part."""
    documents = Documents()
    documents.open("a", "dockerfile", 1, "old")
    first = types.Range(types.Position(0, 0), types.Position(0, 1))
    documents.change(
        "a",
        2,
        [types.TextDocumentContentChangeWholeDocument("new"), types.TextDocumentContentChangePartial(first, "f")],
    )
    document = documents.get("a")
    assert document is not None
    assert document.text == "few"


def test_an_edit_of_a_document_that_is_not_open_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """It neither raises nor opens a document."""
    documents = Documents()
    with caplog.at_level(logging.WARNING):
        documents.change("a", 1, [types.TextDocumentContentChangeWholeDocument("x")])
    assert documents.get("a") is None
    assert "a, which is not open" in caplog.text


def test_a_document_is_current_until_it_is_edited_or_closed() -> None:
    """A reopened document is another one, even with the same version and text."""
    documents = Documents()
    documents.open("a", "dockerfile", 1, "x")
    opened = documents.get("a")
    assert opened is not None
    assert documents.is_current(opened)
    documents.change("a", 2, [types.TextDocumentContentChangeWholeDocument("y")])
    assert not documents.is_current(opened)
    assert opened.text == "x"
    documents.close("a")
    documents.close("a")
    documents.open("a", "dockerfile", 1, "x")
    assert not documents.is_current(opened)
    assert [document.uri for document in documents] == ["a"]


def test_spans_and_ranges_say_the_same() -> None:
    """A range counts in the columns of the index, and may come the wrong way round."""
    index = LineIndex("é😀\nab", "utf-16")
    range_ = types.Range(types.Position(0, 1), types.Position(1, 1))
    assert to_range(Span(1, 4), index) == range_
    assert to_span(range_, index) == Span(1, 4)
    assert to_span(types.Range(range_.end, range_.start), index) == Span(1, 4)
    assert to_offset(types.Position(0, 3), index) == 2
