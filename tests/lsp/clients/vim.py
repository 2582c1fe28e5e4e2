"""The capabilities of two plugins of Vim."""

from __future__ import annotations

from tests.lsp.clients.common import BOTH_FORMATS, ITEM_KINDS, REFACTORINGS, SAVED, SOURCES
from tests.lsp.raw_client import Json

ALE: Json = {  # 3.3 in Vim 9
    "workspace": {
        "applyEdit": False,
        "didChangeConfiguration": {"dynamicRegistration": False},
        "symbol": {"dynamicRegistration": False},
        "workspaceFolders": False,
        "configuration": False,
    },
    "textDocument": {
        "synchronization": SAVED,
        "completion": {
            "dynamicRegistration": False,
            "completionItem": {
                "snippetSupport": False,
                "commitCharactersSupport": False,
                "documentationFormat": ["plaintext"],
                "deprecatedSupport": False,
                "preselectSupport": False,
            },
            "contextSupport": False,
        },
        "references": {"dynamicRegistration": False},
        "definition": {"dynamicRegistration": False, "linkSupport": False},
        "rename": {"dynamicRegistration": False},
        "hover": {"dynamicRegistration": False, "contentFormat": ["plaintext"]},
        "documentSymbol": {"dynamicRegistration": False, "hierarchicalDocumentSymbolSupport": False},
        "publishDiagnostics": {"relatedInformation": True},
        "codeAction": {
            "dynamicRegistration": False,
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
        },
    },
}
VIM_LSP: Json = {  # newer than 0.1.4, with the file of client-config/
    "workspace": {"applyEdit": True, "configuration": True, "workspaceFolders": False},
    "textDocument": {
        "synchronization": SAVED,
        "completion": {
            "dynamicRegistration": False,
            "completionItem": {
                "snippetSupport": False,
                "insertReplaceSupport": False,
                "documentationFormat": BOTH_FORMATS,
                "resolveSupport": {"properties": ["additionalTextEdits", "detail"]},
            },
            "completionItemKind": ITEM_KINDS,
        },
        "definition": {"dynamicRegistration": False, "linkSupport": True},
        "documentHighlight": {"dynamicRegistration": False},
        "references": {"dynamicRegistration": False},
        "rename": {"dynamicRegistration": False, "prepareSupport": True, "prepareSupportDefaultBehavior": 1},
        "hover": {"dynamicRegistration": False, "contentFormat": BOTH_FORMATS},
        "documentSymbol": {"dynamicRegistration": False, "hierarchicalDocumentSymbolSupport": False},
        "documentLink": {"dynamicRegistration": False},
        "inlayHint": {"dynamicRegistration": False},
        "publishDiagnostics": {"relatedInformation": True},
        "codeAction": {
            "dynamicRegistration": False,
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", *REFACTORINGS, *SOURCES]}},
            "isPreferredSupport": True,
            "disabledSupport": True,
        },
    },
    "window": {"workDoneProgress": False},
}
