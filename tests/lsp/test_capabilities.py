"""The capabilities of the server."""

from __future__ import annotations

from tests.lsp.editors import Editor


def test_the_server_says_what_it_can(editor: Editor) -> None:
    """The same to every editor; a completion is asked for at the characters that part a reference."""
    assert editor.server["completionProvider"] == {
        "triggerCharacters": [":", "/", "=", "-", "$", " ", '"', ",", "<"],
        "resolveProvider": True,
    }
    assert editor.server["codeActionProvider"] == {
        "codeActionKinds": ["quickfix", "refactor.rewrite", "refactor.extract", "refactor.inline", "source.fixAll"]
    }
    assert editor.server["hoverProvider"]
    assert editor.server["documentSymbolProvider"]
    assert editor.server["positionEncoding"] == "utf-16"
