"""textDocument/documentSymbol, as a tree and as a list."""

from __future__ import annotations

from tests.lsp.editors import Editor


def test_the_outline_is_a_tree_for_an_editor_that_nests(vscode: Editor, neovim: Editor) -> None:
    """Stages hold their instructions, FROM first."""
    for editor in (vscode, neovim):
        uri = editor.open("ARG A=1\nFROM ubuntu AS build\nMAINTAINER me\n")
        argument, stage = editor.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert argument["name"] == "ARG A=1"
        assert (stage["name"], stage["detail"]) == ("build", "ubuntu")
        assert stage["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 13}}
        assert stage["selectionRange"] == {"start": {"line": 1, "character": 15}, "end": {"line": 1, "character": 20}}
        assert [child["name"] for child in stage["children"]] == ["FROM ubuntu AS build", "MAINTAINER me"]
        assert stage["children"][1].get("tags") == ([1] if editor is vscode else None)


def test_the_outline_is_flat_for_another(plain: Editor, minimal: Editor) -> None:
    """Each instruction with its place in the document."""
    for editor in (plain, minimal):
        uri = editor.open("ARG A=1\nFROM ubuntu AS build\nRUN x\n")
        found = editor.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert [symbol["name"] for symbol in found] == ["ARG A=1", "FROM ubuntu AS build", "RUN x"]
        assert [symbol.get("containerName") for symbol in found] == [None, "build", "build"]
        assert found[2]["location"] == {
            "uri": uri,
            "range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 5}},
        }
