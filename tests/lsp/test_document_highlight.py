"""textDocument/documentHighlight."""

from __future__ import annotations

from tests.lsp.editors import Editor

READ, WRITE = 2, 3


def test_highlights_are_writes_and_reads(editor: Editor) -> None:
    """A definition is a write."""
    uri = editor.open("FROM ubuntu\nENV NAME=x\nRUN echo $NAME\n")
    found = editor.ask("textDocument/documentHighlight", uri, 1, 5)
    assert [(each["range"]["start"], each["kind"]) for each in found] == [
        ({"line": 1, "character": 4}, WRITE),
        ({"line": 2, "character": 10}, READ),
    ]
    assert editor.ask("textDocument/documentHighlight", uri, 0, 1) == []
