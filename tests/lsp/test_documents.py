"""The open documents and the edits that arrive."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from azureml_dockerfile_ls.lsp.edits import Edit
from azureml_dockerfile_ls.lsp.positions import to_offset, to_range, to_span
from azureml_dockerfile_ls.lsp.session.documents import Document, Documents
from azureml_dockerfile_ls.text import Encoding, LineIndex, PlacedText, Span

encodings = st.sampled_from(["utf-8", "utf-16", "utf-32"])
texts = st.text(st.sampled_from("ab\n\r\u2028é😀"), max_size=30)


def document_of(documents: Documents, uri: str) -> Document:
    """The current version of an open document."""
    opened = documents.get(uri)
    assert opened is not None
    return opened.document


def position(before: str, encoding: Encoding) -> types.Position:
    """Where an editor says that the text `before` ends: counted naively, independently of our line index."""
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if encoding == "utf-32":
        return types.Position(len(lines) - 1, len(lines[-1]))
    codec, size = ("utf-8", 1) if encoding == "utf-8" else ("utf-16-le", 2)
    return types.Position(len(lines) - 1, len(lines[-1].encode(codec)) // size)


def replacement(start: types.Position, end: types.Position, text: str) -> PlacedText:
    """What an editor sends of a change."""
    return PlacedText(start.line, start.character, end.line, end.character, text)


def places(text: str) -> list[int]:
    """Where an editor's cursor can be: everywhere but inside of a line end."""
    return [place for place in range(len(text) + 1) if text[place - 1 : place + 1] != "\r\n" or not place]


@given(texts, encodings, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), texts), min_size=1, max_size=5))
def test_edits_give_what_the_editor_shows(text: str, encoding: Encoding, edits: list[tuple[int, int, str]]) -> None:
    """Several edits in one notification apply in order, each in the columns of the text that the one before left."""
    documents = Documents(encoding)
    documents.open("a", "dockerfile", 1, text)
    changes = []
    for first, second, new in edits:
        start, end = sorted(places(text)[number % len(places(text))] for number in (first, second))
        changes.append(replacement(position(text[:start], encoding), position(text[:end], encoding), new))
        text = text[:start] + new + text[end:]
    documents.change(Edit("a", 2, changes))
    document = document_of(documents, "a")
    assert (document.text, document.version, document.language_id) == (text, 2, "dockerfile")
    assert (document.index.text, document.index.encoding) == (text, encoding)


@pytest.mark.slow
@given(texts, st.data())
def test_edits_that_come_in_another_order_are_made_in_that_of_their_versions(text: str, data: st.DataObject) -> None:
    """Helix sends the keys of a burst so: in the end the text is what the editor shows."""
    documents = Documents("utf-16")
    documents.open("a", "dockerfile", 7, text)
    edits = []
    for version in range(8, 8 + data.draw(st.integers(1, 20))):
        at, typed = data.draw(st.sampled_from(places(text))), data.draw(st.sampled_from("ab é😀"))
        place = position(text[:at], "utf-16")
        edits.append(Edit("a", version, [replacement(place, place, typed)]))
        text = text[:at] + typed + text[at:]
    for edit in data.draw(st.permutations(edits)):
        documents.change(edit)
    document = document_of(documents, "a")
    assert document.text == text
    assert document.index.text == text
    assert document.version == edits[-1].version


def test_a_change_without_a_range_replaces_the_text() -> None:
    """A whole text may come between edits of a part."""
    documents = Documents("utf-16")
    documents.open("a", "dockerfile", 1, "old")
    documents.change(Edit("a", 2, ["new", PlacedText(0, 0, 0, 1, "f")]))
    document = document_of(documents, "a")
    assert document.text == "few"


def test_an_edit_of_a_document_that_is_not_open_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """It neither raises nor opens a document."""
    documents = Documents("utf-16")
    with caplog.at_level(logging.WARNING):
        documents.change(Edit("a", 1, ["x"]))
    assert documents.get("a") is None
    assert "a, which is not open" in caplog.text


def test_an_edit_makes_another_document() -> None:
    """The version before stays as it was, for an answer that is being made from it."""
    documents = Documents("utf-16")
    documents.open("a", "dockerfile", 1, "x")
    before = document_of(documents, "a")
    documents.change(Edit("a", 2, ["y"]))
    assert (before.text, document_of(documents, "a").text) == ("x", "y")


def test_a_document_is_forgotten_when_it_is_closed() -> None:
    """With all that was remembered of it; another one may be opened under its name."""
    documents = Documents("utf-16")
    documents.open("a", "dockerfile", 1, "x")
    first = documents.get("a")
    assert documents.close("a") is first
    assert documents.close("a") is None
    documents.open("a", "dockerfile", 1, "x")
    assert documents.get("a") is not first
    assert [opened.document.uri for opened in documents] == ["a"]


@pytest.mark.parametrize(
    ("uri", "language", "is_dockerfile"),
    [
        ("file:///p/Dockerfile", "dockerfile", True),
        ("file:///p/Dockerfile", "Dockerfile", True),
        ("untitled:a", "containerfile", True),
        ("file:///p/Dockerfile.dockerignore", "dockerfile", False),
        ("file:///p/score.py", "python", False),
    ],
)
def test_the_language_decides_what_is_a_dockerfile(uri: str, language: str, is_dockerfile: bool) -> None:
    """In any letter case; the ignore file of a Dockerfile is not one, though editors take it for one."""
    documents = Documents("utf-16")
    documents.open(uri, language, 1, "")
    assert (documents.dockerfile(uri) is not None) is is_dockerfile
    assert len(list(documents.dockerfiles)) == is_dockerfile


def test_spans_and_ranges_say_the_same() -> None:
    """A range counts in the columns of the index, and may come the wrong way round."""
    index = LineIndex("é😀\nab", "utf-16")
    range_ = types.Range(types.Position(0, 1), types.Position(1, 1))
    assert to_range(Span(1, 4), index) == range_
    assert to_span(range_, index) == Span(1, 4)
    assert to_span(types.Range(range_.end, range_.start), index) == Span(1, 4)
    assert to_offset(types.Position(0, 3), index) == 2
