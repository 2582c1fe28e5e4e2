"""textDocument/references."""

from __future__ import annotations

from tests.lsp.editors import Editor


def test_references_are_places_in_the_document(editor: Editor) -> None:
    """With or without the definitions, as the client asks."""
    uri = editor.open("FROM ubuntu AS base\nFROM base\n")
    for include, lines in ((True, [0, 1]), (False, [1])):
        found = editor.ask("textDocument/references", uri, 1, 6, context={"includeDeclaration": include})
        assert [each["range"]["start"]["line"] for each in found] == lines
        assert {each["uri"] for each in found} == {uri}
