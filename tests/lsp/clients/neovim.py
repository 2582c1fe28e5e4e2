"""The capabilities of three versions of Neovim."""

from __future__ import annotations

from tests.lsp.clients.common import BOTH_FORMATS, ITEM_KINDS, REFACTORINGS, SOURCES, SYMBOL_KINDS
from tests.lsp.raw_client import Json

NEOVIM_0_12: Json = {  # 0.12.4
    "workspace": {
        "symbol": {"symbolKind": SYMBOL_KINDS, "dynamicRegistration": False},
        "didChangeWatchedFiles": {"relativePatternSupport": True, "dynamicRegistration": False},
        "configuration": True,
        "inlayHint": {"refreshSupport": True},
        "diagnostics": {"refreshSupport": True},
        "codeLens": {"refreshSupport": True},
        "semanticTokens": {"refreshSupport": True},
        "didChangeConfiguration": {"dynamicRegistration": False},
        "workspaceFolders": True,
        "applyEdit": True,
        "workspaceEdit": {
            "resourceOperations": ["rename", "create", "delete"],
            "normalizesLineEndings": True,
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
    },
    "textDocument": {
        "synchronization": {"didSave": True, "willSave": True, "willSaveWaitUntil": True, "dynamicRegistration": False},
        "codeAction": {
            "disabledSupport": True,
            "honorsChangeAnnotations": True,
            "dataSupport": True,
            "dynamicRegistration": True,
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["", "quickfix", *REFACTORINGS, *SOURCES]},
            },
            "resolveSupport": {"properties": ["edit", "command"]},
            "isPreferredSupport": True,
        },
        "codeLens": {"resolveSupport": {"properties": ["command"]}, "dynamicRegistration": False},
        "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}, "dataSupport": True, "relatedInformation": True},
        "documentSymbol": {
            "tagSupport": {"valueSet": [1]},
            "symbolKind": SYMBOL_KINDS,
            "hierarchicalDocumentSymbolSupport": True,
            "dynamicRegistration": False,
        },
        "documentLink": {"tooltipSupport": False, "dynamicRegistration": False},
        "inlayHint": {
            "resolveSupport": {"properties": ["textEdits", "tooltip", "location", "command"]},
            "dynamicRegistration": True,
        },
        "inlineCompletion": {"dynamicRegistration": False},
        "signatureHelp": {
            "signatureInformation": {
                "noActiveParameterSupport": True,
                "parameterInformation": {"labelOffsetSupport": True},
                "documentationFormat": BOTH_FORMATS,
                "activeParameterSupport": True,
            },
            "dynamicRegistration": False,
        },
        "definition": {"linkSupport": True, "dynamicRegistration": True},
        "references": {"dynamicRegistration": False},
        "documentHighlight": {"dynamicRegistration": False},
        "rename": {"dynamicRegistration": True, "prepareSupport": True, "honorsChangeAnnotations": True},
        "linkedEditingRange": {"dynamicRegistration": False},
        "hover": {"contentFormat": BOTH_FORMATS, "dynamicRegistration": True},
        "diagnostic": {
            "tagSupport": {"valueSet": [1, 2]},
            "dataSupport": True,
            "relatedInformation": True,
            "relatedDocumentSupport": True,
            "dynamicRegistration": True,
        },
        "completion": {
            "contextSupport": True,
            "dynamicRegistration": False,
            "completionItem": {
                "tagSupport": {"valueSet": [1]},
                "resolveSupport": {"properties": ["additionalTextEdits", "command", "documentation"]},
                "commitCharactersSupport": False,
                "preselectSupport": False,
                "deprecatedSupport": True,
                "documentationFormat": BOTH_FORMATS,
                "insertReplaceSupport": True,
                "labelDetailsSupport": True,
                "snippetSupport": True,
            },
            "completionItemKind": ITEM_KINDS,
            "completionList": {"itemDefaults": ["editRange", "insertTextFormat", "insertTextMode", "data"]},
        },
    },
    "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
    "window": {
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}},
        "showDocument": {"support": True},
        "workDoneProgress": True,
    },
}
NEOVIM_0_10: Json = {  # 0.10.4
    "window": {
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": False}},
        "showDocument": {"support": True},
        "workDoneProgress": True,
    },
    "workspace": {
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": False},
        "workspaceFolders": True,
        "applyEdit": True,
        "workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]},
        "inlayHint": {"refreshSupport": True},
        "didChangeWatchedFiles": {"dynamicRegistration": False, "relativePatternSupport": True},
        "symbol": {"dynamicRegistration": False, "symbolKind": SYMBOL_KINDS},
        "semanticTokens": {"refreshSupport": True},
    },
    "textDocument": {
        "diagnostic": {"dynamicRegistration": False},
        "definition": {"linkSupport": True, "dynamicRegistration": True},
        "references": {"dynamicRegistration": False},
        "documentHighlight": {"dynamicRegistration": False},
        "rename": {"dynamicRegistration": True, "prepareSupport": True},
        "hover": {"dynamicRegistration": True, "contentFormat": BOTH_FORMATS},
        "signatureHelp": {
            "dynamicRegistration": False,
            "signatureInformation": {
                "activeParameterSupport": True,
                "parameterInformation": {"labelOffsetSupport": True},
                "documentationFormat": BOTH_FORMATS,
            },
        },
        "documentSymbol": {
            "symbolKind": SYMBOL_KINDS,
            "dynamicRegistration": False,
            "hierarchicalDocumentSymbolSupport": True,
        },
        "publishDiagnostics": {"dataSupport": True, "relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}},
        "completion": {
            "contextSupport": False,
            "completionItemKind": ITEM_KINDS,
            "completionList": {"itemDefaults": ["editRange", "insertTextFormat", "insertTextMode", "data"]},
            "completionItem": {
                "preselectSupport": False,
                "deprecatedSupport": False,
                "documentationFormat": BOTH_FORMATS,
                "snippetSupport": False,
                "commitCharactersSupport": False,
            },
            "dynamicRegistration": False,
        },
        "inlayHint": {
            "dynamicRegistration": True,
            "resolveSupport": {"properties": ["textEdits", "tooltip", "location", "command"]},
        },
        "codeAction": {
            "isPreferredSupport": True,
            "dataSupport": True,
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["", "quickfix", *REFACTORINGS, *SOURCES]},
            },
            "dynamicRegistration": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "synchronization": {"willSave": True, "willSaveWaitUntil": True, "dynamicRegistration": False, "didSave": True},
    },
    "general": {"positionEncodings": ["utf-16"]},
}
NEOVIM_0_7: Json = {  # 0.7.2
    "window": {
        "workDoneProgress": True,
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": False}},
        "showDocument": {"support": False},
    },
    "workspace": {
        "workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]},
        "applyEdit": True,
        "workspaceFolders": True,
        "symbol": {
            "dynamicRegistration": False,
            "hierarchicalWorkspaceSymbolSupport": True,
            "symbolKind": SYMBOL_KINDS,
        },
    },
    "textDocument": {
        "documentSymbol": {
            "hierarchicalDocumentSymbolSupport": True,
            "dynamicRegistration": False,
            "symbolKind": SYMBOL_KINDS,
        },
        "definition": {"linkSupport": True},
        "references": {"dynamicRegistration": False},
        "documentHighlight": {"dynamicRegistration": False},
        "rename": {"dynamicRegistration": False, "prepareSupport": True},
        "hover": {"contentFormat": BOTH_FORMATS, "dynamicRegistration": False},
        "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}, "relatedInformation": True},
        "synchronization": {
            "didSave": True,
            "dynamicRegistration": False,
            "willSave": False,
            "willSaveWaitUntil": False,
        },
        "completion": {
            "contextSupport": False,
            "completionItem": {
                "preselectSupport": False,
                "deprecatedSupport": False,
                "documentationFormat": BOTH_FORMATS,
                "snippetSupport": False,
                "commitCharactersSupport": False,
            },
            "dynamicRegistration": False,
            "completionItemKind": ITEM_KINDS,
        },
        "signatureHelp": {
            "signatureInformation": {
                "activeParameterSupport": True,
                "documentationFormat": BOTH_FORMATS,
                "parameterInformation": {"labelOffsetSupport": True},
            },
            "dynamicRegistration": False,
        },
        "codeAction": {
            "dataSupport": True,
            "dynamicRegistration": False,
            "codeActionLiteralSupport": {
                "codeActionKind": {
                    "valueSet": ["", "Empty", "QuickFix", "Refactor", "quickfix", *REFACTORINGS, "Source", *SOURCES],
                }
            },
            "resolveSupport": {"properties": ["edit"]},
        },
    },
}
