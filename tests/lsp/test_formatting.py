"""textDocument/formatting, rangeFormatting and onTypeFormatting."""

from __future__ import annotations

from tests.lsp.editors import Editor
from tests.lsp.raw_client import Json

OPTIONS: Json = {"tabSize": 2, "insertSpaces": True}
TEXT = "FROM a \nRUN é😀 && \\\nb\n"


def edit(line: int, start: int, end: int, text: str) -> Json:
    """An edit on one line."""
    return {
        "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
        "newText": text,
    }


def test_a_document_is_formatted(editor: Editor) -> None:
    """With the smallest edits, by the options of the editor."""
    edits = editor.about("formatting", editor.open(TEXT), options=OPTIONS)
    assert edits == [edit(0, 6, 7, ""), edit(2, 0, 0, "  ")]
    tabs = editor.about("formatting", editor.open(TEXT), options={"tabSize": 2, "insertSpaces": False})
    assert tabs[1]["newText"] == "\t"


def test_a_formatted_document_has_no_edits(editor: Editor) -> None:
    """The answer is an empty list."""
    assert editor.about("formatting", editor.open("FROM a\n"), options=OPTIONS) == []


def test_a_range_is_formatted(editor: Editor) -> None:
    """The lines that it touches."""
    lines = {"start": {"line": 1, "character": 3}, "end": {"line": 2, "character": 1}}
    assert editor.about("rangeFormatting", editor.open(TEXT), range=lines, options=OPTIONS) == [edit(2, 0, 0, "  ")]


def test_a_new_line_is_indented(editor: Editor) -> None:
    """The editor asks at newlines and at the characters that can escape."""
    assert editor.server["documentOnTypeFormattingProvider"] == {
        "firstTriggerCharacter": "\n",
        "moreTriggerCharacter": ["\\", "`"],
    }
    position = {"line": 2, "character": 0}
    document = editor.open("FROM a\nRUN b && \\\n")
    edits = editor.about("onTypeFormatting", document, position=position, ch="\n", options=OPTIONS)
    assert edits == [edit(2, 0, 0, "  ")]
