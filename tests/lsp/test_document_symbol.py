"""textDocument/documentSymbol, as a tree and as a list."""

from __future__ import annotations

from tests.lsp.editors import Editor
from tests.lsp.raw_client import change


def test_the_outline_is_a_tree_for_an_editor_that_nests(vscode: Editor, neovim: Editor) -> None:
    """Stages hold their instructions, the FROM with its keyword alone."""
    for editor in (vscode, neovim):
        uri = editor.open("ARG A=1\nFROM ubuntu AS build\nMAINTAINER me\n")
        argument, stage = editor.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert argument["name"] == "ARG A=1"
        assert (stage["name"], stage["detail"]) == ("build", "ubuntu")
        assert stage["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 13}}
        assert stage["selectionRange"] == {"start": {"line": 1, "character": 15}, "end": {"line": 1, "character": 20}}
        assert [child["name"] for child in stage["children"]] == ["FROM", "MAINTAINER me"]
        assert stage["children"][1].get("tags") == ([1] if editor is vscode else None)


def test_the_outline_is_flat_for_another(plain: Editor, minimal: Editor) -> None:
    """Each instruction with its place in the document."""
    for editor in (plain, minimal):
        uri = editor.open("ARG A=1\nFROM ubuntu AS build\nRUN x\n")
        found = editor.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert [symbol["name"] for symbol in found] == ["ARG A=1", "build", "FROM", "RUN x"]
        assert [symbol.get("containerName") for symbol in found] == [None, None, "build", "build"]
        assert found[3]["location"] == {
            "uri": uri,
            "range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 5}},
        }


def test_a_name_of_the_outline_is_the_text_as_it_is(vscode: Editor) -> None:
    """With any characters in it, and its columns in UTF-16; after a byte order mark as well."""
    for text in ('FROM a\nRUN echo "%d\t😀" %s\n', '\ufeffFROM a AS 😀\nLABEL x="\\u0041%"\n'):
        (stage,) = vscode.about("documentSymbol", vscode.open(text))
        assert stage["children"][1]["name"] == " ".join(text.splitlines()[1].split())
        line = text.splitlines()[0]
        units = len(line.encode("utf-16-le")) // 2
        assert stage["selectionRange"]["end"] == {"line": 0, "character": units}


def test_an_edit_moves_the_symbols_below(vscode: Editor) -> None:
    """Of the stages around as well, which did not change."""
    uri = vscode.open("FROM a\nRUN a\nFROM b\nRUN b\n")
    vscode.about("documentSymbol", uri)
    vscode.client.send(change(uri, 2, "FROM a\n\n# why\nRUN a\nFROM b\nRUN b\n"))
    first, second = vscode.about("documentSymbol", uri)
    assert first["children"][1]["range"]["start"]["line"] == 3
    assert (second["range"]["start"]["line"], second["children"][1]["range"]["start"]["line"]) == (4, 5)
