"""The capabilities of Emacs."""

from __future__ import annotations

from tests.lsp.clients.common import REFACTORINGS, SOURCES, SYMBOL_KINDS
from tests.lsp.raw_client import Json

EGLOT: Json = {  # 1.9 in Emacs 28, without yasnippet and markdown-mode
    "workspace": {
        "applyEdit": True,
        "executeCommand": {"dynamicRegistration": False},
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "symbol": {"dynamicRegistration": False},
        "configuration": True,
        "workspaceFolders": True,
    },
    "textDocument": {
        "synchronization": {"dynamicRegistration": False, "willSave": True, "willSaveWaitUntil": True, "didSave": True},
        "completion": {
            "dynamicRegistration": False,
            "completionItem": {"snippetSupport": False, "deprecatedSupport": True, "tagSupport": {"valueSet": [1]}},
            "contextSupport": True,
        },
        "hover": {"dynamicRegistration": False, "contentFormat": ["plaintext"]},
        "references": {"dynamicRegistration": False},
        "definition": {"dynamicRegistration": False, "linkSupport": True},
        "documentHighlight": {"dynamicRegistration": False},
        "rename": {"dynamicRegistration": False},
        "signatureHelp": {
            "dynamicRegistration": False,
            "signatureInformation": {
                "parameterInformation": {"labelOffsetSupport": True},
                "activeParameterSupport": True,
            },
        },
        "documentSymbol": {
            "dynamicRegistration": False,
            "hierarchicalDocumentSymbolSupport": True,
            "symbolKind": SYMBOL_KINDS,
        },
        "codeAction": {
            "dynamicRegistration": False,
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", *REFACTORINGS, *SOURCES]}},
            "isPreferredSupport": True,
        },
        "publishDiagnostics": {
            "relatedInformation": False,
            "codeDescriptionSupport": False,
            "tagSupport": {"valueSet": [1, 2]},
        },
    },
    "experimental": {},
}
