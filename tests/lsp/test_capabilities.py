"""The capabilities of the server."""

from __future__ import annotations

from lsprotocol import converters, types

from tests.lsp.editors import Editor
from tests.lsp.raw_client import REAL_SERVER, RawClient


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


def test_the_capabilities_are_written_as_the_protocol_has_them(editor: Editor) -> None:
    """Whoever reads them by the protocol's types and writes them again gets the same."""
    converter = converters.get_converter()
    assert converter.unstructure(converter.structure(editor.server, types.ServerCapabilities)) == editor.server


def test_a_capability_of_a_wrong_type_counts_as_not_sent() -> None:
    """One wrong value of a client does not take all of the server away."""
    wrong = {
        "workspace": 5,
        "textDocument": {
            "completion": {"completionItem": [], "completionItemKind": {"valueSet": 7}},
            "hover": {"contentFormat": "markdown"},
            "publishDiagnostics": {"tagSupport": True, "relatedInformation": True},
            "foldingRange": {"rangeLimit": "many"},
            "codeAction": {"codeActionLiteralSupport": True, "resolveSupport": {"properties": None}},
        },
    }
    with RawClient(REAL_SERVER) as client:
        result = client.request("initialize", {"processId": None, "rootUri": None, "capabilities": wrong})
        assert result["capabilities"]["hoverProvider"]
        assert "resolveProvider" not in result["capabilities"]["codeActionProvider"]
