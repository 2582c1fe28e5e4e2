"""Every request that the server offers, as a client asks it about a place: the table of the tests that ask them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from tests.lsp.raw_client import Json


class Place(NamedTuple):
    """A position in an open document."""

    uri: str
    line: int
    character: int

    @property
    def document(self) -> Json:
        """The parameter that names the document."""
        return {"textDocument": {"uri": self.uri}}

    @property
    def position(self) -> Json:
        """The parameters of a request about the position."""
        return {**self.document, "position": {"line": self.line, "character": self.character}}

    @property
    def range(self) -> Json:
        """The parameters of a request about all text up to the position."""
        end = {"line": self.line, "character": self.character}
        return {**self.document, "range": {"start": {"line": 0, "character": 0}, "end": end}}

    @property
    def line_end(self) -> Json:
        """The parameters of a request about an empty range at the end of the line."""
        end = {"line": self.line, "character": 1_000}
        return {**self.document, "range": {"start": end, "end": end}}


LENS_COMMANDS = [
    "azuremlDockerfile.buildInTerminal",
    "azuremlDockerfile.copyDockerBuild",
    "azuremlDockerfile.copyAzAcrBuild",
    "azuremlDockerfile.showImageFacts",
    "azuremlDockerfile.openEnvironment",
]
"""The commands of code lenses, as a client that executes all of them lists them in `initializationOptions`."""

Results = Mapping[str, Any]
"""The last result of each request that was asked before, by method."""


def _first_items(_: Place, results: Results) -> Iterable[Json]:
    completion = results["textDocument/completion"] or {"items": []}
    return list(completion["items"][:2])


def _unresolved_actions(_: Place, results: Results) -> Iterable[Json]:
    return [action for action in results.get("textDocument/codeAction") or () if "data" in action]


FORMATTING: Json = {"tabSize": 4, "insertSpaces": True}


def _tokens_before(place: Place, results: Results) -> Iterable[Json]:
    tokens = results.get("textDocument/semanticTokens/full") or {"resultId": "0"}
    return [{**place.document, "previousResultId": tokens["resultId"]}]


REQUESTS: Mapping[str, Callable[[Place, Results], Iterable[Json]]] = {
    "textDocument/completion": lambda place, _: [place.position],
    "completionItem/resolve": _first_items,
    "textDocument/hover": lambda place, _: [place.position],
    "textDocument/definition": lambda place, _: [place.position],
    "textDocument/references": lambda place, _: [{**place.position, "context": {"includeDeclaration": True}}],
    "textDocument/documentHighlight": lambda place, _: [place.position],
    "textDocument/prepareRename": lambda place, _: [place.position],
    "textDocument/rename": lambda place, _: [{**place.position, "newName": "renamed"}],
    "textDocument/linkedEditingRange": lambda place, _: [place.position],
    "textDocument/signatureHelp": lambda place, _: [place.position],
    "textDocument/codeAction": lambda place, _: [
        {**selected, "context": {"diagnostics": []}} for selected in (place.range, place.line_end)
    ],
    "codeAction/resolve": _unresolved_actions,
    "textDocument/documentSymbol": lambda place, _: [place.document],
    "workspace/symbol": lambda _, __: [{"query": ""}],
    "textDocument/foldingRange": lambda place, _: [place.document],
    "textDocument/selectionRange": lambda place, _: [{**place.document, "positions": [place.position["position"]]}],
    "textDocument/semanticTokens/full": lambda place, _: [place.document],
    "textDocument/semanticTokens/full/delta": _tokens_before,
    "textDocument/semanticTokens/range": lambda place, _: [place.range],
    "textDocument/documentLink": lambda place, _: [place.document],
    "textDocument/inlayHint": lambda place, _: [place.range],
    "textDocument/formatting": lambda place, _: [{**place.document, "options": FORMATTING}],
    "textDocument/rangeFormatting": lambda place, _: [{**place.range, "options": FORMATTING}],
    "textDocument/onTypeFormatting": lambda place, _: [
        {**place.position, "ch": typed, "options": FORMATTING} for typed in ("\n", "\\")
    ],
    "textDocument/diagnostic": lambda place, _: [place.document],
    "workspace/diagnostic": lambda _, __: [{"previousResultIds": []}],
    "textDocument/codeLens": lambda place, _: [place.document],
    "textDocument/inlineCompletion": lambda place, _: [{**place.position, "context": {"triggerKind": 2}}],
}
"""The parameters with which each request is asked, by method. A request about a result comes after the other one."""

REPEATABLE = tuple(method for method in REQUESTS if method != "workspace/diagnostic")
"""The requests that are answered however often they are asked; the other one is held until there is news."""


def ask_all(ask: Callable[[str, Json], Any], place: Place, methods: Iterable[str] = REQUESTS) -> dict[str, Any]:
    """Ask every request, or some; gives the last result of each."""
    results: dict[str, Any] = {}
    for method in methods:
        for params in REQUESTS[method](place, results):
            results[method] = ask(method, params)
    return results
