"""What real editors say of themselves in `initialize`, read off their own messages or source.

Left out are the features that no Dockerfile has, such as call hierarchies, and the lists of semantic token types.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_SAVED = {"dynamicRegistration": False, "willSave": False, "willSaveWaitUntil": False, "didSave": True}
_SYMBOL_KINDS = {"valueSet": list(range(1, 27))}
_ITEM_KINDS = {"valueSet": list(range(1, 26))}
_BOTH_FORMATS = ["markdown", "plaintext"]
_REFACTORINGS = ["refactor", "refactor.extract", "refactor.inline", "refactor.rewrite"]
_SOURCES = ["source", "source.organizeImports"]

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
            "symbolKind": _SYMBOL_KINDS,
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
                "documentationFormat": _BOTH_FORMATS,
                "deprecatedSupport": True,
                "preselectSupport": True,
                "tagSupport": {"valueSet": [1]},
                "insertReplaceSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                "insertTextModeSupport": {"valueSet": [1, 2]},
                "labelDetailsSupport": True,
            },
            "insertTextMode": 2,
            "completionItemKind": _ITEM_KINDS,
            "completionList": {
                "itemDefaults": ["commitCharacters", "editRange", "insertTextFormat", "insertTextMode", "data"],
                "applyKindSupport": True,
            },
        },
        "hover": {"dynamicRegistration": True, "contentFormat": _BOTH_FORMATS},
        "signatureHelp": {
            "dynamicRegistration": True,
            "signatureInformation": {
                "documentationFormat": _BOTH_FORMATS,
                "parameterInformation": {"labelOffsetSupport": True},
                "activeParameterSupport": True,
                "noActiveParameterSupport": True,
            },
            "contextSupport": True,
        },
        "documentSymbol": {
            "dynamicRegistration": True,
            "symbolKind": _SYMBOL_KINDS,
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
                    "valueSet": ["", "quickfix", *_REFACTORINGS, "refactor.move", *_SOURCES, "notebook"],
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

NEOVIM_0_12: Json = {  # 0.12.4
    "workspace": {
        "symbol": {"symbolKind": _SYMBOL_KINDS, "dynamicRegistration": False},
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
                "codeActionKind": {"valueSet": ["", "quickfix", *_REFACTORINGS, *_SOURCES]},
            },
            "resolveSupport": {"properties": ["edit", "command"]},
            "isPreferredSupport": True,
        },
        "codeLens": {"resolveSupport": {"properties": ["command"]}, "dynamicRegistration": False},
        "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}, "dataSupport": True, "relatedInformation": True},
        "documentSymbol": {
            "tagSupport": {"valueSet": [1]},
            "symbolKind": _SYMBOL_KINDS,
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
                "documentationFormat": _BOTH_FORMATS,
                "activeParameterSupport": True,
            },
            "dynamicRegistration": False,
        },
        "hover": {"contentFormat": _BOTH_FORMATS, "dynamicRegistration": True},
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
                "documentationFormat": _BOTH_FORMATS,
                "insertReplaceSupport": True,
                "labelDetailsSupport": True,
                "snippetSupport": True,
            },
            "completionItemKind": _ITEM_KINDS,
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
        "symbol": {"dynamicRegistration": False, "symbolKind": _SYMBOL_KINDS},
        "semanticTokens": {"refreshSupport": True},
    },
    "textDocument": {
        "diagnostic": {"dynamicRegistration": False},
        "hover": {"dynamicRegistration": True, "contentFormat": _BOTH_FORMATS},
        "signatureHelp": {
            "dynamicRegistration": False,
            "signatureInformation": {
                "activeParameterSupport": True,
                "parameterInformation": {"labelOffsetSupport": True},
                "documentationFormat": _BOTH_FORMATS,
            },
        },
        "documentSymbol": {
            "symbolKind": _SYMBOL_KINDS,
            "dynamicRegistration": False,
            "hierarchicalDocumentSymbolSupport": True,
        },
        "publishDiagnostics": {"dataSupport": True, "relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}},
        "completion": {
            "contextSupport": False,
            "completionItemKind": _ITEM_KINDS,
            "completionList": {"itemDefaults": ["editRange", "insertTextFormat", "insertTextMode", "data"]},
            "completionItem": {
                "preselectSupport": False,
                "deprecatedSupport": False,
                "documentationFormat": _BOTH_FORMATS,
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
                "codeActionKind": {"valueSet": ["", "quickfix", *_REFACTORINGS, *_SOURCES]},
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
            "symbolKind": _SYMBOL_KINDS,
        },
    },
    "textDocument": {
        "documentSymbol": {
            "hierarchicalDocumentSymbolSupport": True,
            "dynamicRegistration": False,
            "symbolKind": _SYMBOL_KINDS,
        },
        "hover": {"contentFormat": _BOTH_FORMATS, "dynamicRegistration": False},
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
                "documentationFormat": _BOTH_FORMATS,
                "snippetSupport": False,
                "commitCharactersSupport": False,
            },
            "dynamicRegistration": False,
            "completionItemKind": _ITEM_KINDS,
        },
        "signatureHelp": {
            "signatureInformation": {
                "activeParameterSupport": True,
                "documentationFormat": _BOTH_FORMATS,
                "parameterInformation": {"labelOffsetSupport": True},
            },
            "dynamicRegistration": False,
        },
        "codeAction": {
            "dataSupport": True,
            "dynamicRegistration": False,
            "codeActionLiteralSupport": {
                "codeActionKind": {
                    "valueSet": ["", "Empty", "QuickFix", "Refactor", "quickfix", *_REFACTORINGS, "Source", *_SOURCES],
                }
            },
            "resolveSupport": {"properties": ["edit"]},
        },
    },
}

HELIX: Json = {  # 25.01
    "general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["", "quickfix", *_REFACTORINGS, *_SOURCES]},
            },
            "dataSupport": True,
            "disabledSupport": True,
            "isPreferredSupport": True,
            "resolveSupport": {"properties": ["edit", "command"]},
        },
        "completion": {
            "completionItem": {
                "deprecatedSupport": True,
                "insertReplaceSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                "snippetSupport": True,
                "tagSupport": {"valueSet": [1]},
            },
            "completionItemKind": {},
        },
        "hover": {"contentFormat": ["markdown"]},
        "inlayHint": {"dynamicRegistration": False},
        "publishDiagnostics": {"tagSupport": {"valueSet": [1, 2]}, "versionSupport": True},
        "signatureHelp": {
            "signatureInformation": {
                "activeParameterSupport": True,
                "documentationFormat": ["markdown"],
                "parameterInformation": {"labelOffsetSupport": True},
            }
        },
    },
    "window": {"workDoneProgress": True},
    "workspace": {
        "applyEdit": True,
        "configuration": True,
        "didChangeConfiguration": {"dynamicRegistration": False},
        "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": False},
        "executeCommand": {"dynamicRegistration": False},
        "inlayHint": {"refreshSupport": False},
        "symbol": {"dynamicRegistration": False},
        "workspaceEdit": {
            "documentChanges": True,
            "failureHandling": "abort",
            "normalizesLineEndings": False,
            "resourceOperations": ["create", "rename", "delete"],
        },
        "workspaceFolders": True,
    },
}

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
            "symbolKind": _SYMBOL_KINDS,
        },
        "codeAction": {
            "dynamicRegistration": False,
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", *_REFACTORINGS, *_SOURCES]}},
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

ALE: Json = {  # 3.3 in Vim 9
    "workspace": {
        "applyEdit": False,
        "didChangeConfiguration": {"dynamicRegistration": False},
        "symbol": {"dynamicRegistration": False},
        "workspaceFolders": False,
        "configuration": False,
    },
    "textDocument": {
        "synchronization": _SAVED,
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
        "synchronization": _SAVED,
        "completion": {
            "dynamicRegistration": False,
            "completionItem": {
                "snippetSupport": False,
                "insertReplaceSupport": False,
                "documentationFormat": _BOTH_FORMATS,
                "resolveSupport": {"properties": ["additionalTextEdits", "detail"]},
            },
            "completionItemKind": _ITEM_KINDS,
        },
        "hover": {"dynamicRegistration": False, "contentFormat": _BOTH_FORMATS},
        "documentSymbol": {"dynamicRegistration": False, "hierarchicalDocumentSymbolSupport": False},
        "documentLink": {"dynamicRegistration": False},
        "inlayHint": {"dynamicRegistration": False},
        "publishDiagnostics": {"relatedInformation": True},
        "codeAction": {
            "dynamicRegistration": False,
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", *_REFACTORINGS, *_SOURCES]}},
            "isPreferredSupport": True,
            "disabledSupport": True,
        },
    },
    "window": {"workDoneProgress": False},
}

COMMANDS_ONLY: Json = {"workspace": {"applyEdit": True}, "textDocument": {"codeAction": {}}}
"""A client from before code actions were more than commands."""

NOTHING: Json = {}
"""A client that says nothing at all."""

CLIENTS: dict[str, tuple[str, Json]] = {
    "VS Code": ("Visual Studio Code", VS_CODE),
    "Neovim 0.12": ("Neovim", NEOVIM_0_12),
    "Neovim 0.10": ("Neovim", NEOVIM_0_10),
    "Neovim 0.7": ("Neovim", NEOVIM_0_7),
    "Helix": ("helix", HELIX),
    "eglot": ("", EGLOT),
    "ALE": ("ALE", ALE),
    "vim-lsp": ("vim-lsp", VIM_LSP),
    "commands only": ("", COMMANDS_ONLY),
    "nothing": ("", NOTHING),
}
"""Under a title for people: the name by which a client introduces itself, and its capabilities."""
