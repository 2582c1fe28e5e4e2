"""The capabilities of VS Code."""

from __future__ import annotations

from tests.lsp.clients.common import BOTH_FORMATS, ITEM_KINDS, REFACTORINGS, SOURCES, SYMBOL_KINDS
from tests.lsp.raw_client import Json

VS_CODE: Json = {  # 1.139 with vscode-languageclient 11
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "failureHandling": "textOnlyTransactional",
            "normalizesLineEndings": True,
            "changeAnnotationSupport": {"groupsOnLabel": True},
            "metadataSupport": True,
            "snippetEditSupport": True,
        },
        "configuration": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
        "symbol": {
            "dynamicRegistration": True,
            "symbolKind": SYMBOL_KINDS,
            "tagSupport": {"valueSet": [1]},
            "resolveSupport": {"properties": ["location.range"]},
        },
        "codeLens": {"refreshSupport": True},
        "executeCommand": {"dynamicRegistration": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
        "workspaceFolders": True,
        "foldingRange": {"refreshSupport": True},
        "semanticTokens": {"refreshSupport": True},
        "inlineValue": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
        "diagnostics": {"refreshSupport": True},
    },
    "textDocument": {
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": False,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
        },
        "synchronization": {"dynamicRegistration": True, "willSave": True, "willSaveWaitUntil": True, "didSave": True},
        "completion": {
            "dynamicRegistration": True,
            "contextSupport": True,
            "completionItem": {
                "snippetSupport": True,
                "commitCharactersSupport": True,
                "documentationFormat": BOTH_FORMATS,
                "deprecatedSupport": True,
                "preselectSupport": True,
                "tagSupport": {"valueSet": [1]},
                "insertReplaceSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                "insertTextModeSupport": {"valueSet": [1, 2]},
                "labelDetailsSupport": True,
            },
            "insertTextMode": 2,
            "completionItemKind": ITEM_KINDS,
            "completionList": {
                "itemDefaults": ["commitCharacters", "editRange", "insertTextFormat", "insertTextMode", "data"],
                "applyKindSupport": True,
            },
        },
        "definition": {"dynamicRegistration": True, "linkSupport": True},
        "references": {"dynamicRegistration": True},
        "documentHighlight": {"dynamicRegistration": True},
        "rename": {
            "dynamicRegistration": True,
            "prepareSupport": True,
            "prepareSupportDefaultBehavior": 1,
            "honorsChangeAnnotations": True,
        },
        "linkedEditingRange": {"dynamicRegistration": True},
        "hover": {"dynamicRegistration": True, "contentFormat": BOTH_FORMATS},
        "signatureHelp": {
            "dynamicRegistration": True,
            "signatureInformation": {
                "documentationFormat": BOTH_FORMATS,
                "parameterInformation": {"labelOffsetSupport": True},
                "activeParameterSupport": True,
                "noActiveParameterSupport": True,
            },
            "contextSupport": True,
        },
        "documentSymbol": {
            "dynamicRegistration": True,
            "symbolKind": SYMBOL_KINDS,
            "hierarchicalDocumentSymbolSupport": True,
            "tagSupport": {"valueSet": [1]},
            "labelSupport": True,
        },
        "codeAction": {
            "dynamicRegistration": True,
            "isPreferredSupport": True,
            "disabledSupport": True,
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit", "command"]},
            "codeActionLiteralSupport": {
                "codeActionKind": {
                    "valueSet": ["", "quickfix", *REFACTORINGS, "refactor.move", *SOURCES, "notebook"],
                }
            },
            "honorsChangeAnnotations": True,
            "documentationSupport": True,
            "tagSupport": {"valueSet": [1]},
        },
        "codeLens": {"dynamicRegistration": True, "resolveSupport": {"properties": ["command"]}},
        "documentLink": {"dynamicRegistration": True, "tooltipSupport": True},
        "inlayHint": {
            "dynamicRegistration": True,
            "resolveSupport": {
                "properties": ["tooltip", "textEdits", "label.tooltip", "label.location", "label.command"]
            },
        },
        "diagnostic": {
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "dynamicRegistration": True,
            "relatedDocumentSupport": False,
            "markupMessageSupport": False,
        },
        "inlineCompletion": {"dynamicRegistration": True},
    },
    "window": {
        "showMessage": {"messageActionItem": {"additionalPropertiesSupport": True}},
        "showDocument": {"support": True},
        "workDoneProgress": True,
    },
    "general": {
        "staleRequestSupport": {"cancel": True, "retryOnContentModified": []},
        "markdown": {"parser": "marked", "version": "1.1.0"},
        "positionEncodings": ["utf-16"],
    },
}
