"""The capabilities that the messages of the server need of a client.

A need is the path of a capability, which must be present and not false, or `path=value` for one of several values.
`a|b` in a path means either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.lsp.raw_client import Json

REGISTRATIONS = {
    "workspace/didChangeConfiguration": "workspace.didChangeConfiguration.dynamicRegistration",
    "workspace/didChangeWatchedFiles": "workspace.didChangeWatchedFiles.dynamicRegistration",
}
MESSAGES = {
    "workspace/configuration": ["workspace.configuration"],
    "workspace/inlayHint/refresh": ["workspace.inlayHint.refreshSupport"],
    "workspace/semanticTokens/refresh": ["workspace.semanticTokens.refreshSupport"],
    "workspace/codeLens/refresh": ["workspace.codeLens.refreshSupport"],
    "workspace/diagnostic/refresh": ["workspace.diagnostics.refreshSupport"],
    "workspace/applyEdit": ["workspace.applyEdit"],
    "window/workDoneProgress/create": ["window.workDoneProgress"],
    "window/showMessage": [],
    "$/progress": ["window.workDoneProgress"],
    "client/registerCapability": [],
    "textDocument/publishDiagnostics": [],
}
ITEM = "textDocument.completion.completionItem"
ITEM_KEYS = {
    "labelDetails": f"{ITEM}.labelDetailsSupport",
    "commitCharacters": f"{ITEM}.commitCharactersSupport",
    "preselect": f"{ITEM}.preselectSupport",
    "deprecated": f"{ITEM}.deprecatedSupport",
    "insertTextMode": f"{ITEM}.insertTextModeSupport",
}
ACTION = "textDocument.codeAction"
ACTION_KEYS = {
    "isPreferred": f"{ACTION}.isPreferredSupport",
    "disabled": f"{ACTION}.disabledSupport",
    "data": f"{ACTION}.dataSupport",
}
EDIT = "workspace.workspaceEdit"
LAST_BASIC_KIND = 18
"""The last kind of an item, and of a symbol, that a client without a list of kinds knows."""


def in_message(message: Json) -> Iterator[str]:
    """The needs of a notification or a request of the server."""
    method, params = message["method"], message.get("params")
    yield from MESSAGES.get(method, [f"a client that knows {method}"])
    if method == "client/registerCapability":
        for one in params["registrations"]:
            yield REGISTRATIONS.get(one["method"], f"a client that knows the registration of {one['method']}")
            for watcher in (one.get("registerOptions") or {}).get("watchers", ()):
                if not isinstance(watcher["globPattern"], str):
                    yield "workspace.didChangeWatchedFiles.relativePatternSupport"
    elif method == "textDocument/publishDiagnostics":
        yield from in_diagnostics(params["diagnostics"], "textDocument.publishDiagnostics")
    elif method == "workspace/applyEdit":
        yield from in_edit(params["edit"])


def in_initialize(_: Any, result: Json) -> Iterator[str]:
    """The needs of the server's capabilities."""
    can = result["capabilities"]
    if can.get("positionEncoding", "utf-16") != "utf-16":
        yield f"general.positionEncodings={can['positionEncoding']}"
    if isinstance(can.get("codeActionProvider"), dict):
        yield f"{ACTION}.codeActionLiteralSupport"
        if can["codeActionProvider"].get("resolveProvider"):
            yield f"{ACTION}.resolveSupport.properties=edit"
    if isinstance(can.get("renameProvider"), dict):
        yield "textDocument.rename.prepareSupport"
    if "diagnosticProvider" in can:
        yield "textDocument.diagnostic"


def in_definition(_: Any, result: list[Json]) -> Iterator[str]:
    """The needs of definitions."""
    if any("targetUri" in target for target in result):
        yield "textDocument.definition.linkSupport"


def in_completion(_: Any, result: Json) -> Iterator[str]:
    """The needs of a completion list."""
    yield from (
        f"textDocument.completion.completionList.itemDefaults={key}" for key in result.get("itemDefaults") or ()
    )
    for item in result["items"]:
        yield from in_item(item)


def in_resolved_item(params: Json, result: Json) -> Iterator[str]:
    """The needs of a resolved completion item."""
    yield from in_item(result)
    for key in result:
        if result[key] != params.get(key) and key not in ("detail", "documentation"):
            yield f"{ITEM}.resolveSupport.properties={key}"


def in_hover(_: Any, result: Json) -> Iterator[str]:
    """The needs of a hover."""
    yield f"textDocument.hover.contentFormat={result['contents']['kind']}"


def in_signatures(_: Any, result: Json) -> Iterator[str]:
    """The needs of signature help."""
    path = "textDocument.signatureHelp.signatureInformation"
    for signature in result["signatures"]:
        parameters = signature.get("parameters", [])
        if "activeParameter" in signature:
            yield f"{path}.activeParameterSupport"
        if any(isinstance(each["label"], list) for each in parameters):
            yield f"{path}.parameterInformation.labelOffsetSupport"
        for each in (signature, *parameters):
            if isinstance(each.get("documentation"), dict):
                yield f"{path}.documentationFormat={each['documentation']['kind']}"


def in_hints(_: Any, result: list[Json]) -> Iterator[str]:
    """The needs of inlay hints: a client without Markdown elsewhere does not render it in a tooltip."""
    for hint in result:
        if isinstance(hint.get("tooltip"), dict):
            yield f"textDocument.hover.contentFormat={hint['tooltip']['kind']}"


def in_links(_: Any, result: list[Json]) -> Iterator[str]:
    """The needs of document links."""
    if any("tooltip" in link for link in result):
        yield "textDocument.documentLink.tooltipSupport"


def in_symbols(_: Any, result: list[Json]) -> Iterator[str]:
    """The needs of an outline."""
    for symbol in result:
        yield from in_symbol(symbol)


def in_folds(_: Any, result: list[Json]) -> Iterator[str]:
    """The needs of folds: whole lines need none."""
    if any("startCharacter" in fold or "endCharacter" in fold for fold in result):
        yield "a client that folds parts of lines"
    if any("collapsedText" in fold for fold in result):
        yield "textDocument.foldingRange.foldingRange.collapsedText"


def in_nothing(_: Any, __: Any) -> Iterator[str]:
    """A result that every client takes that asks for it."""
    return iter(())


def in_report(_: Any, result: Json) -> Iterator[str]:
    """The needs of a diagnostic report."""
    yield "textDocument.diagnostic"
    yield from in_diagnostics(result.get("items", ()), "textDocument.publishDiagnostics|diagnostic")
    if result.get("relatedDocuments"):
        yield "textDocument.diagnostic.relatedDocumentSupport"


def in_workspace_report(_: Any, result: Json) -> Iterator[str]:
    """The needs of the reports on all files."""
    yield "workspace.diagnostics"
    for report in result["items"]:
        yield from in_report(None, report)


def in_lenses(_: Any, result: list[Json]) -> Iterator[str]:
    """The needs of code lenses."""
    if result:
        yield "textDocument.codeLens"


def in_inline_completion(_: Any, result: Json) -> Iterator[str]:
    """The needs of an inline completion."""
    if result["items"]:
        yield "textDocument.inlineCompletion"


def in_actions(_: Any, result: list[Json]) -> Iterator[str]:
    """The needs of a list of code actions."""
    for action in result:
        yield from in_action(action)


def in_resolved_action(params: Json, result: Json) -> Iterator[str]:
    """The needs of a resolved code action."""
    yield from in_action(result)
    for key in result:
        if result[key] != params.get(key):
            yield f"{ACTION}.resolveSupport.properties={key}"


def in_item(item: Json) -> Iterator[str]:
    """The needs of a completion item."""
    yield from (need for key, need in ITEM_KEYS.items() if key in item)
    yield from (f"{ITEM}.tagSupport.valueSet={tag}" for tag in item.get("tags", ()))
    if item.get("insertTextFormat") == 2:
        yield f"{ITEM}.snippetSupport"
    if "insert" in item["textEdit"]:
        yield f"{ITEM}.insertReplaceSupport"
    if item["kind"] > LAST_BASIC_KIND:
        yield f"textDocument.completion.completionItemKind.valueSet={item['kind']}"
    if isinstance(item.get("documentation"), dict):
        yield f"{ITEM}.documentationFormat={item['documentation']['kind']}"


def in_symbol(symbol: Json) -> Iterator[str]:
    """The needs of a symbol and its children."""
    path = "textDocument.documentSymbol"
    if "selectionRange" in symbol:
        yield f"{path}.hierarchicalDocumentSymbolSupport"
    if symbol["kind"] > LAST_BASIC_KIND:
        yield f"{path}.symbolKind.valueSet={symbol['kind']}"
    yield from (f"{path}.tagSupport.valueSet={tag}" for tag in symbol.get("tags", ()))
    for child in symbol.get("children", ()):
        yield from in_symbol(child)


def in_diagnostics(diagnostics: list[Json], path: str) -> Iterator[str]:
    """The needs of diagnostics."""
    for each in diagnostics:
        yield from (f"{path}.tagSupport.valueSet={tag}" for tag in each.get("tags", ()))
        if "relatedInformation" in each:
            yield f"{path}.relatedInformation"
        if "codeDescription" in each:
            yield f"{path}.codeDescriptionSupport"
        if "data" in each:
            yield f"{path}.dataSupport"
        if not isinstance(each["message"], str):
            yield f"{path}.markupMessageSupport"


def in_action(action: Json) -> Iterator[str]:
    """The needs of a code action, or of the command in its place."""
    if isinstance(action.get("command"), str):
        for argument in action["arguments"]:
            if isinstance(argument, dict):
                yield "workspace.applyEdit"
                yield from in_edit(argument)
        return
    yield f"{ACTION}.codeActionLiteralSupport"
    yield from (need for key, need in ACTION_KEYS.items() if key in action)
    yield from in_diagnostics(action.get("diagnostics", []), "textDocument.publishDiagnostics|diagnostic")
    if "data" in action:
        yield f"{ACTION}.resolveSupport.properties=edit"
    yield from in_edit(action.get("edit", {}))


def in_edit(edit: Json) -> Iterator[str]:
    """The needs of a workspace edit."""
    changes = edit.get("documentChanges", [])
    if "documentChanges" in edit:
        yield f"{EDIT}.documentChanges"
    yield from (f"{EDIT}.resourceOperations={each['kind']}" for each in changes if "kind" in each)
    edits = [one for each in changes for one in each.get("edits", ())]
    edits += [one for each in edit.get("changes", {}).values() for one in each]
    if any("snippet" in each for each in edits):
        yield f"{EDIT}.snippetEditSupport"
    if any("annotationId" in each for each in edits) or "changeAnnotations" in edit:
        yield f"{EDIT}.changeAnnotationSupport"


IN_RESULT: dict[str, Callable[[Any, Any], Iterator[str]]] = {
    "initialize": in_initialize,
    "textDocument/completion": in_completion,
    "completionItem/resolve": in_resolved_item,
    "textDocument/hover": in_hover,
    "textDocument/definition": in_definition,
    "textDocument/references": lambda _, __: iter(()),
    "textDocument/documentHighlight": lambda _, __: iter(()),
    "textDocument/prepareRename": lambda _, __: iter(("textDocument.rename.prepareSupport",)),
    "textDocument/rename": lambda _, result: in_edit(result),
    "textDocument/linkedEditingRange": lambda _, __: iter(()),
    "textDocument/signatureHelp": in_signatures,
    "textDocument/codeAction": in_actions,
    "codeAction/resolve": in_resolved_action,
    "textDocument/documentSymbol": in_symbols,
    "workspace/symbol": in_symbols,
    "textDocument/foldingRange": in_folds,
    "textDocument/selectionRange": in_nothing,
    "textDocument/semanticTokens/full": in_nothing,
    "textDocument/semanticTokens/full/delta": in_nothing,
    "textDocument/semanticTokens/range": in_nothing,
    "textDocument/documentLink": in_links,
    "textDocument/inlayHint": in_hints,
    "textDocument/formatting": lambda _, __: iter(()),
    "textDocument/rangeFormatting": lambda _, __: iter(()),
    "textDocument/onTypeFormatting": lambda _, __: iter(()),
    "textDocument/diagnostic": in_report,
    "workspace/diagnostic": in_workspace_report,
    "workspace/executeCommand": in_nothing,
    "shutdown": in_nothing,
    "textDocument/codeLens": in_lenses,
    "textDocument/inlineCompletion": in_inline_completion,
}
"""The needs of the response to each request, from its parameters and its result."""


def offers(capabilities: Json, need: str) -> bool:
    """Whether the capabilities of a client meet a need."""
    if "|" in need:
        parent, _, rest = need.partition(".")
        either, _, rest = rest.partition(".")
        return any(offers(capabilities, f"{parent}.{one}.{rest}") for one in either.split("|"))
    path, _, value = need.partition("=")
    found: Any = capabilities
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    if value and found is None and path.endswith("Format"):
        return value == "plaintext"
    if value:
        return value in map(str, found or ())
    return found is not None and found is not False
