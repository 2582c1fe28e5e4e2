"""Editors that can do more or less, each with a server and its documents."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.lsp.raw_client import CODE_ACTIONS, Json, RawClient

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
RETIRED = "mcr.microsoft.com/azureml/minimal-ubuntu18.04-py37-cpu-inference"

VSCODE: Json = {
    "workspace": {"workspaceEdit": {"documentChanges": True, "snippetEditSupport": True}, "configuration": True},
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "insertReplaceSupport": True,
                "labelDetailsSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                "documentationFormat": ["markdown", "plaintext"],
                "deprecatedSupport": True,
                "tagSupport": {"valueSet": [1]},
            },
            "contextSupport": True,
        },
        "codeAction": {
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["", "quickfix", "refactor", "refactor.rewrite"]}
            },
            "isPreferredSupport": True,
        },
        "publishDiagnostics": {"codeDescriptionSupport": True, "tagSupport": {"valueSet": [1, 2]}},
        "documentLink": {"tooltipSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "signatureHelp": {
            "signatureInformation": {
                "documentationFormat": ["markdown", "plaintext"],
                "parameterInformation": {"labelOffsetSupport": True},
            },
            "contextSupport": True,
        },
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True, "tagSupport": {"valueSet": [1]}},
    },
    "general": {"positionEncodings": ["utf-16"]},
}
NEOVIM_07: Json = {
    "workspace": {"workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]}, "applyEdit": True},
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": False,
                "deprecatedSupport": False,
                "documentationFormat": ["markdown", "plaintext"],
            },
            "contextSupport": False,
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "QuickFix", "Refactor"]}},
            "dataSupport": True,
        },
        "publishDiagnostics": {"relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
}
PLAIN: Json = {
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["plaintext"], "deprecatedSupport": True}},
        "hover": {"contentFormat": ["plaintext"]},
        **CODE_ACTIONS,
    }
}
"""An editor that shows plain text only, such as Emacs with eglot or Vim with ALE."""

MINIMAL: Json = {"textDocument": CODE_ACTIONS}
"""An editor that says hardly anything about itself."""


class Editor:
    """A client with its documents; each text is opened as a document of its own."""

    def __init__(self, client: RawClient, name: str, capabilities: Json) -> None:
        self.client = client
        self.capabilities = capabilities
        self.server = client.initialize(name, **capabilities)
        self._numbers = count()

    def open(self, text: str) -> str:
        """Open a text, and give the URI under which it is open."""
        uri = f"file:///project/{next(self._numbers)}/Dockerfile"
        self.client.open(uri, text)
        return uri

    def diagnostics(self, uri: str) -> Json:
        """The next findings that are shown for a document."""
        while True:
            shown = self.client.notification("textDocument/publishDiagnostics")
            if shown["uri"] == uri:
                assert isinstance(shown, dict)
                return shown

    def findings(self, text: str) -> list[Json]:
        """What is found in a text."""
        return list(self.diagnostics(self.open(text))["diagnostics"])

    def ask(self, method: str, uri: str, line: int, character: int, **params: object) -> Any:
        """The answer to a request about a place."""
        position = {"line": line, "character": character}
        return self.client.request(method, {"textDocument": {"uri": uri}, "position": position, **params})

    def about(self, method: str, uri: str, **params: object) -> Any:
        """The answer to a request about a document."""
        return self.client.request(f"textDocument/{method}", {"textDocument": {"uri": uri}, **params})

    def complete(self, text: str, **context: object) -> Json:
        """The completion list at the end of a text."""
        lines = text.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        params = {"textDocument": {"uri": self.open(text)}, "position": position, "context": context or None}
        found = self.client.request("textDocument/completion", params)
        assert isinstance(found, dict)
        return found

    def actions(self, uri: str, line: int, character: int, **context: object) -> list[Json]:
        """The code actions at a place."""
        position = {"line": line, "character": character}
        params = {
            "textDocument": {"uri": uri},
            "range": {"start": position, "end": position},
            "context": {"diagnostics": [], **context},
        }
        return list(self.client.request("textDocument/codeAction", params))


def apply(text: str, edits: list[Json]) -> str:
    """An ASCII text with the edits of a client without snippets made."""
    lines = text.splitlines(keepends=True)

    def offset(position: Json) -> int:
        return sum(map(len, lines[: position["line"]])) + int(position["character"])

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text
