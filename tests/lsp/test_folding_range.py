"""textDocument/foldingRange and textDocument/selectionRange."""

from __future__ import annotations

from tests.lsp.editors import NEOVIM_07, Editor
from tests.lsp.raw_client import REAL_SERVER, RawClient

TEXT = "# a\n# b\nFROM node\nRUN x && \\\n  y && \\\n  z\n"


def test_folds_are_whole_lines(editor: Editor) -> None:
    """Every client takes these; a block of comments has a kind."""
    assert editor.about("foldingRange", editor.open(TEXT)) == [
        {"startLine": 0, "endLine": 1, "kind": "comment"},
        {"startLine": 2, "endLine": 5},
        {"startLine": 3, "endLine": 5},
    ]


def test_a_client_gets_no_more_folds_than_it_takes() -> None:
    """It says how many."""
    with RawClient(REAL_SERVER) as client:
        folding = {**NEOVIM_07["textDocument"], "foldingRange": {"rangeLimit": 1}}
        client.initialize("Neovim", textDocument=folding)
        client.open("untitled:a", TEXT)
        found = client.request("textDocument/foldingRange", {"textDocument": {"uri": "untitled:a"}})
    assert found == [{"startLine": 2, "endLine": 5}]


def test_selections_of_several_cursors(editor: Editor) -> None:
    """Each one grows from its word to the file."""
    uri = editor.open("FROM node\nRUN x\n")
    positions = [{"line": 0, "character": 6}, {"line": 1, "character": 0}]
    first, second = editor.about("selectionRange", uri, positions=positions)
    assert first["range"] == {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 9}}
    assert second["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 3}}
    for found in (first, second):
        while "parent" in found:
            found = found["parent"]
        assert found["range"] == {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}
