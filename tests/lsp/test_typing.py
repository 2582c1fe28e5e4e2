"""Errors on the line that is being typed: they come when the user leaves the line, saves, or pauses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.editors import Editor
from tests.lsp.raw_client import REAL_SERVER, RawClient, change

REFRESH = "workspace/diagnostic/refresh"
TEXT = "FROM ubuntu\n\nUSER me\n"


class Typist:
    """An editor with an open Dockerfile in which a user types."""

    def __init__(self, editor: Editor, text: str) -> None:
        self.editor = editor
        self.uri = editor.open(text)
        self.version = 1
        self.first = self.shown()

    def edit(self, *changes: object) -> None:
        """Make one edit."""
        self.version += 1
        self.editor.client.send(change(self.uri, self.version, *changes))

    def shown(self) -> list[tuple[int, str]]:
        """The lines and rules of the diagnostics that are published next, for the current version."""
        while True:
            published = self.editor.diagnostics(self.uri)
            if published["version"] == self.version:
                return [(each["range"]["start"]["line"], each["code"]) for each in published["diagnostics"]]

    def type(self, line: int, character: int, text: str) -> list[tuple[int, str]]:
        """Insert a text; gives what is shown right after it."""
        self.edit((line, character, line, character, text))
        return self.shown()


@pytest.fixture
def typist(vscode: Editor) -> Typist:
    """A user with a Dockerfile that has an empty second line."""
    return Typist(vscode, TEXT)


def test_the_error_of_a_typed_line_comes_after_a_moment(typist: Typist) -> None:
    """A half word is not red at once; it is after a pause."""
    assert typist.type(1, 0, "R") == []
    assert typist.shown() == [(1, "ParseError")]
    assert typist.type(1, 1, "U") == []
    assert typist.type(1, 2, "N true") == []


def test_the_error_comes_when_the_line_is_left(typist: Typist) -> None:
    """By a new line below it, also an indented one, and by an edit elsewhere."""
    assert typist.type(1, 0, "RUM x") == []
    assert typist.type(1, 5, "\n    ") == [(1, "ParseError")]
    assert typist.type(2, 4, "US") == [(1, "ParseError")]
    assert typist.type(0, 11, ":1") == [(1, "ParseError"), (2, "ParseError")]


def test_the_error_of_a_left_line_is_shown_where_edits_come_together(typist: Typist) -> None:
    """A client may send a word and the new line in one go."""
    typist.edit((1, 0, 1, 0, "RUM x"))
    assert typist.type(1, 5, "\n") == [(1, "ParseError")]


def test_the_error_comes_with_a_save(typist: Typist) -> None:
    """A save shows the errors at once."""
    assert typist.type(1, 0, "RUM x") == []
    typist.editor.client.notify("textDocument/didSave", {"textDocument": {"uri": typist.uri}})
    assert typist.shown() == [(1, "ParseError")]


def test_what_follows_from_a_half_typed_line_waits_too(vscode: Editor) -> None:
    """Without its FROM every line below is wrong; an error that was there before stays."""
    typist = Typist(vscode, "FROM ubuntu\nRUN x\nRUM y\n")
    assert typist.first == [(2, "ParseError")]
    typist.edit((0, 3, 0, 4, ""))
    assert typist.shown() == [(2, "ParseError")]
    assert (1, "ParseError") in typist.shown()


@pytest.mark.parametrize(
    "pasted",
    [(1, 0, 1, 0, "RUM x\nRUM y"), (1, 0, 1, 0, "RUM x\n"), TEXT.replace("\n\n", "\nRUM x\nRUN y\n")],
    ids=["lines", "line", "whole text"],
)
def test_what_is_pasted_is_not_being_typed(typist: Typist, pasted: object) -> None:
    """Whole lines are written, so their errors are shown at once."""
    typist.edit(pasted)
    assert (1, "ParseError") in typist.shown()


def test_a_removed_line_does_not_hide_the_errors_of_the_next(vscode: Editor) -> None:
    """Nothing is typed in it."""
    typist = Typist(vscode, "FROM ubuntu\nRUM x\nRUM y\n")
    typist.edit((1, 0, 2, 0, ""))
    assert typist.shown() == [(1, "ParseError")]


def test_a_client_that_sends_whole_texts_types_too(typist: Typist) -> None:
    """The line is the one where the texts differ."""
    typist.edit(TEXT.replace("\n\n", "\nR\n"))
    assert typist.shown() == []
    typist.edit(TEXT.replace("\n\n", "\nR\n\n"))
    assert typist.shown() == [(1, "ParseError")]


def test_several_cursors_type_in_several_lines(vscode: Editor) -> None:
    """None of the lines is red."""
    typist = Typist(vscode, "FROM ubuntu\n\n\n")
    typist.edit((2, 0, 2, 0, "R"), (1, 0, 1, 0, "R"))
    assert typist.shown() == []
    assert typist.shown() == [(1, "ParseError"), (2, "ParseError")]


def test_warnings_do_not_wait(vscode: Editor) -> None:
    """Only errors are red."""
    typist = Typist(vscode, "FROM mcr.microsoft.com/azureml/minimal-py312-inference:late\n")
    typist.edit((0, 54, 0, 59, ""))
    assert (0, "UntaggedImage") in typist.shown()


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_an_empty_file_has_no_errors(vscode: Editor, text: str) -> None:
    """It is new: nothing in it is wrong yet."""
    assert vscode.findings(text) == []


def test_a_file_that_becomes_empty_has_no_errors(typist: Typist) -> None:
    """Also where its text is taken away."""
    typist.edit("")
    assert typist.shown() == []


# Clients that pull


@pytest.fixture
def pulling() -> Iterator[RawClient]:
    """A client that pulls diagnostics."""
    with RawClient(REAL_SERVER) as client:
        client.initialize(**{**VS_CODE, "workspace": {"diagnostics": {"refreshSupport": True}}})
        yield client


def pulled(client: RawClient, uri: str = "untitled:a") -> list[str]:
    """The rules that a pull reports."""
    report = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}, "previousResultId": None})
    return [item["code"] for item in report["items"]]


def test_a_client_that_pulls_is_asked_to_pull_again(pulling: RawClient) -> None:
    """After a moment without an edit; the second report has the error."""
    pulling.open("untitled:a", TEXT)
    assert pulled(pulling) == []
    pulling.send(change("untitled:a", 2, (1, 0, 1, 0, "RUM")))
    assert pulled(pulling) == []
    pulling.notification(REFRESH)
    assert pulled(pulling) == ["ParseError"]


def test_a_client_that_pulls_sees_the_error_after_a_save(pulling: RawClient) -> None:
    """At once, with the next pull."""
    pulling.open("untitled:a", TEXT)
    pulling.send(change("untitled:a", 2, (1, 0, 1, 0, "RUM")))
    assert pulled(pulling) == []
    pulling.notify("textDocument/didSave", {"textDocument": {"uri": "untitled:a"}})
    assert pulled(pulling) == ["ParseError"]


def test_a_document_that_is_closed_while_it_is_typed_shows_nothing_later(vscode: Editor) -> None:
    """The moment passes for another document, which still gets its errors."""
    typist, other = Typist(vscode, TEXT), Typist(vscode, TEXT)
    assert typist.type(1, 0, "RUM") == []
    typist.editor.client.notify("textDocument/didClose", {"textDocument": {"uri": typist.uri}})
    assert vscode.diagnostics(typist.uri)["diagnostics"] == []
    assert other.type(1, 0, "RUM") == []
    assert other.shown() == [(1, "ParseError")]
    assert typist.uri not in [
        message["params"]["uri"]
        for message in vscode.client.notifications
        if message["method"] == "textDocument/publishDiagnostics"
    ]
