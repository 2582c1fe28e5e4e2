"""textDocument/linkedEditingRange."""

from __future__ import annotations

from tests.lsp.editors import Editor


def test_the_ends_of_a_heredoc_are_linked(editor: Editor) -> None:
    """With the pattern of what can be typed in both."""
    uri = editor.open("FROM ubuntu\nRUN <<EOF\nx\nEOF\n")
    found = editor.ask("textDocument/linkedEditingRange", uri, 3, 1)
    assert [each["start"] for each in found["ranges"]] == [{"line": 1, "character": 6}, {"line": 3, "character": 0}]
    assert found["wordPattern"]
    assert editor.ask("textDocument/linkedEditingRange", uri, 0, 6) is None
