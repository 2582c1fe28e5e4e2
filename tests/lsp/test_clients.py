"""The server bends to the client: it uses all that a real editor offers, and nothing else."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.images.fault_server import FaultServer, Request, answering, answering_json, running_fault_server
from tests.images.real_registry import without_proxies
from tests.lsp.clients import CLIENTS
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change
from tests.lsp.requests import REQUESTS, Place, ask_all
from tests.waiting import wait_until

BASE = "mcr.microsoft.com/azureml"
DOCKERFILE = f"""\
FROM {BASE}/minimal-ubuntu18.04-py37-cpu-inference:latest AS old
FROM {BASE}/minimal-py312-inference:latest
MAINTAINER me
RUN apt-get update
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
RUN pip install numpy>=1.2
"""
PIP_LINE = 6
TAGS = f"FROM {BASE}/minimal-py312-inference:"
NEWEST = "20261116.v7"
SCRIPT = "def init():\n    pass\n\n\ndef run():\n    pass\n"
REGISTRY_SECONDS = 2.0
"""Long enough for a progress bar, which comes after a second, on a machine that is busy too."""

# What a message needs of a client. A need is the path of a capability, which must be there and not be false, or
# `path=value` for one of several values. `a|b` in a path stands for either.

REGISTRATIONS = {
    "workspace/didChangeConfiguration": "workspace.didChangeConfiguration.dynamicRegistration",
    "workspace/didChangeWatchedFiles": "workspace.didChangeWatchedFiles.dynamicRegistration",
}
MESSAGES = {
    "workspace/configuration": ["workspace.configuration"],
    "workspace/inlayHint/refresh": ["workspace.inlayHint.refreshSupport"],
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
LAST_FIRST_KIND = 18
"""The last kind of an item, and of a symbol, that a client knows which lists none."""


def in_message(message: Json) -> Iterator[str]:
    """What a notification or a request of the server needs."""
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
    """What the capabilities of the server need."""
    can = result["capabilities"]
    if can.get("positionEncoding", "utf-16") != "utf-16":
        yield f"general.positionEncodings={can['positionEncoding']}"
    if isinstance(can.get("codeActionProvider"), dict):
        yield f"{ACTION}.codeActionLiteralSupport"
        if can["codeActionProvider"].get("resolveProvider"):
            yield f"{ACTION}.resolveSupport.properties=edit"
    if "diagnosticProvider" in can:
        yield "textDocument.diagnostic"


def in_completion(_: Any, result: Json) -> Iterator[str]:
    """What a menu needs."""
    yield from (
        f"textDocument.completion.completionList.itemDefaults={key}" for key in result.get("itemDefaults") or ()
    )
    for item in result["items"]:
        yield from in_item(item)


def in_resolved_item(params: Json, result: Json) -> Iterator[str]:
    """What an item needs that is resolved."""
    yield from in_item(result)
    for key in result:
        if result[key] != params.get(key) and key not in ("detail", "documentation"):
            yield f"{ITEM}.resolveSupport.properties={key}"


def in_hover(_: Any, result: Json) -> Iterator[str]:
    """What a hover needs."""
    yield f"textDocument.hover.contentFormat={result['contents']['kind']}"


def in_hints(_: Any, result: list[Json]) -> Iterator[str]:
    """What inlay hints need: an editor that shows no Markdown elsewhere will not show it in a tooltip."""
    for hint in result:
        if isinstance(hint.get("tooltip"), dict):
            yield f"textDocument.hover.contentFormat={hint['tooltip']['kind']}"


def in_links(_: Any, result: list[Json]) -> Iterator[str]:
    """What links need."""
    if any("tooltip" in link for link in result):
        yield "textDocument.documentLink.tooltipSupport"


def in_symbols(_: Any, result: list[Json]) -> Iterator[str]:
    """What an outline needs."""
    for symbol in result:
        yield from in_symbol(symbol)


def in_report(_: Any, result: Json) -> Iterator[str]:
    """What a report of diagnostics needs."""
    yield "textDocument.diagnostic"
    yield from in_diagnostics(result.get("items", ()), "textDocument.publishDiagnostics|diagnostic")
    if result.get("relatedDocuments"):
        yield "textDocument.diagnostic.relatedDocumentSupport"


def in_actions(_: Any, result: list[Json]) -> Iterator[str]:
    """What code actions need."""
    for action in result:
        yield from in_action(action)


def in_resolved_action(params: Json, result: Json) -> Iterator[str]:
    """What a code action needs that is resolved."""
    yield from in_action(result)
    for key in result:
        if result[key] != params.get(key):
            yield f"{ACTION}.resolveSupport.properties={key}"


IN_RESULT: dict[str, Callable[[Any, Any], Iterator[str]]] = {
    "initialize": in_initialize,
    "textDocument/completion": in_completion,
    "completionItem/resolve": in_resolved_item,
    "textDocument/hover": in_hover,
    "textDocument/codeAction": in_actions,
    "codeAction/resolve": in_resolved_action,
    "textDocument/documentSymbol": in_symbols,
    "textDocument/documentLink": in_links,
    "textDocument/inlayHint": in_hints,
    "textDocument/diagnostic": in_report,
    "workspace/executeCommand": lambda _, __: iter(()),
    "shutdown": lambda _, __: iter(()),
}
"""What the answer to each request needs of a client, from its parameters and its result."""


def test_every_request_is_looked_at() -> None:
    """Each request that the server offers has a row."""
    assert set(REQUESTS) <= set(IN_RESULT)


def in_item(item: Json) -> Iterator[str]:
    """What an item of a menu needs."""
    yield from (need for key, need in ITEM_KEYS.items() if key in item)
    yield from (f"{ITEM}.tagSupport.valueSet={tag}" for tag in item.get("tags", ()))
    if item.get("insertTextFormat") == 2:
        yield f"{ITEM}.snippetSupport"
    if "insert" in item["textEdit"]:
        yield f"{ITEM}.insertReplaceSupport"
    if item["kind"] > LAST_FIRST_KIND:
        yield f"textDocument.completion.completionItemKind.valueSet={item['kind']}"
    if isinstance(item.get("documentation"), dict):
        yield f"{ITEM}.documentationFormat={item['documentation']['kind']}"


def in_symbol(symbol: Json) -> Iterator[str]:
    """What a symbol of the outline needs, and those below it."""
    path = "textDocument.documentSymbol"
    if "selectionRange" in symbol:
        yield f"{path}.hierarchicalDocumentSymbolSupport"
    if symbol["kind"] > LAST_FIRST_KIND:
        yield f"{path}.symbolKind.valueSet={symbol['kind']}"
    yield from (f"{path}.tagSupport.valueSet={tag}" for tag in symbol.get("tags", ()))
    for child in symbol.get("children", ()):
        yield from in_symbol(child)


def in_diagnostics(diagnostics: list[Json], path: str) -> Iterator[str]:
    """What findings need."""
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
    """What a code action needs, or the command in its place."""
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
    """What an edit of the workspace needs."""
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


def offers(capabilities: Json, need: str) -> bool:
    """Whether a client has what a message needs."""
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


class Conversation:
    """A session with a server as a client of these capabilities has it; all that the server sends is looked at."""

    def __init__(self, client: RawClient, folder: Path, registry: FaultServer, name: str, capabilities: Json) -> None:
        self._client = client
        self._uri = (folder / "Dockerfile").as_uri()
        self._scratch = (folder / "Dockerfile.scratch").as_uri()
        self._edits = 1
        self._settings: Json = {"registry": {"urls": {"mcr.microsoft.com": registry.url}}}
        self.needs: set[str] = set()
        self.methods: list[str] = []
        params = {
            "processId": None,
            "rootUri": folder.as_uri(),
            "clientInfo": {"name": name},
            "capabilities": capabilities,
            "initializationOptions": self._settings,
        }
        self.server = self._ask("initialize", params)["capabilities"]
        client.notify("initialized", {})
        self._is_pulled = "diagnosticProvider" in self.server
        actions = self.server.get("codeActionProvider")
        is_offered = {
            "textDocument/codeAction": bool(actions),
            "codeAction/resolve": isinstance(actions, dict) and "resolveProvider" in actions,
            "textDocument/diagnostic": self._is_pulled,
        }
        self._offered = [method for method in REQUESTS if is_offered.get(method, True)]

    def _look_at(self, message: Json) -> None:
        self.methods.append(message["method"])
        self.needs.update(in_message(message))
        if "id" in message:
            answers: Json = {
                "workspace/configuration": [self._settings],
                "workspace/applyEdit": {"applied": True},
            }
            self._client.send({"jsonrpc": "2.0", "id": message["id"], "result": answers.get(message["method"])})

    def _ask(self, method: str, params: Any) -> Any:
        msg_id = self._client.start(method, params)
        while True:
            message = self._client.receive()
            if "method" in message:
                self._look_at(message)
            elif message.get("id") == msg_id:
                assert "error" not in message, message
                if message["result"] is not None:
                    self.needs.update(IN_RESULT[method](params, message["result"]))
                return message["result"]

    def _ask_about(self, method: str, uri: str, **params: object) -> Any:
        return self._ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, **params})

    def _wait_for(self, is_it: Callable[[Json], bool]) -> Json:
        while True:
            message = self._client.receive()
            self._look_at(message)
            if is_it(message):
                return message

    def _wait_for_method(self, method: str) -> None:
        if method not in self.methods:
            self._wait_for(lambda message: message["method"] == method)

    def _findings(self, *, after: int = 0, are_told: bool = False) -> list[Json]:
        """The findings as this client comes by them, by asking or by waiting for a version."""
        if self._is_pulled:
            if are_told:
                self._wait_for_method("workspace/diagnostic/refresh")
            return list(self._ask_about("diagnostic", self._uri)["items"])
        params = self._wait_for(
            lambda message: (
                message["method"] == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == self._uri
                and message["params"].get("version", 0) >= after
            )
        )["params"]
        return list(params["diagnostics"])

    def _complete(self, text: str) -> list[str]:
        """The labels that are offered at the end of a text; the first two items are looked at."""
        self._edits += 1
        self._client.send(change(self._scratch, self._edits, text))
        lines = text.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        items = self._ask_about("completion", self._scratch, position=position)["items"]
        for item in items[:2]:
            self._ask("completionItem/resolve", item)
        return [item["label"] for item in items]

    def tell(self) -> None:
        """Open, edit, complete, hover, take code actions, change settings, wait for the registry, close."""
        self._client.open(self._uri, DOCKERFILE)
        codes = {finding["code"] for finding in self._findings()}
        assert {"RetiredImage", "PackageInstallWithoutRoot", "InvalidEntryScript"} <= codes
        self._client.send(change(self._uri, 2, f"{DOCKERFILE}# more\n"))
        assert {finding["code"] for finding in self._findings(after=2)} == codes

        self._client.open(self._scratch, "")
        for text in ("FROM ", TAGS, "FROM ubuntu\n", "FROM ubuntu\nCOPY ", "FROM ubuntu\nENV AZUREML_"):
            assert self._complete(text), text

        self._ask_about("hover", self._uri, position={"line": 1, "character": 50})
        results = ask_all(self._ask, Place(self._uri, PIP_LINE, 1), self._offered)
        empty = [method for method in self._offered if not results.get(method)]
        assert empty == []
        first, *_ = results.get("textDocument/codeAction") or [{}]
        if isinstance(first.get("command"), str):
            self._ask("workspace/executeCommand", {key: first[key] for key in ("command", "arguments")})
            self._wait_for_method("workspace/applyEdit")

        self._settings = {**self._settings, "rules": {"RetiredImage": "off"}}
        self._client.notify("workspace/didChangeConfiguration", {"settings": {"azuremlDockerfile": self._settings}})
        while "RetiredImage" in {finding["code"] for finding in self._findings(are_told=True)}:
            pass

        wait_until(lambda: NEWEST in self._complete(TAGS))
        self._client.notify("textDocument/didClose", {"textDocument": {"uri": self._uri}})
        self._ask("shutdown", None)


def _late(request: Request, connection: socket.socket) -> None:
    # All of it late: after an early refusal the server would not ask for the rest at once.
    time.sleep(REGISTRY_SECONDS)
    tags = answering_json({"name": "x", "tags": ["latest", NEWEST]})
    (tags if request.path.endswith("/tags/list") else answering(404))(request, connection)


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Conversation]:
    """Gives the conversation with one of the clients; it is held once."""
    held: dict[str, Conversation] = {}

    def hold(title: str) -> Conversation:
        if title not in held:
            folder = tmp_path_factory.mktemp("context")
            (folder / "code").mkdir()
            (folder / "code" / "score.py").write_text(SCRIPT)
            with pytest.MonkeyPatch.context() as patch, running_fault_server(_late) as registry:
                without_proxies(patch)
                patch.setenv("DOCKER_CONFIG", str(folder / "no-docker-config"))
                patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
                with RawClient(REAL_SERVER) as client:
                    conversation = Conversation(client, folder, registry, *CLIENTS[title])
                    conversation.tell()
                    held[title] = conversation
        return held[title]

    return hold


@pytest.mark.parametrize("title", CLIENTS)
def test_nothing_is_sent_that_the_client_does_not_offer(
    title: str, conversations: Callable[[str], Conversation]
) -> None:
    """Each message and each answer of a whole session needs only what the client has."""
    capabilities = CLIENTS[title][1]
    assert {need for need in conversations(title).needs if not offers(capabilities, need)} == set()


DIAGNOSTICS = "textDocument.publishDiagnostics|diagnostic"
EVERYTHING = {
    "general.positionEncodings=utf-8",
    "general.positionEncodings=utf-32",
    "window.workDoneProgress",
    "workspace.applyEdit",
    "workspace.configuration",
    "workspace.diagnostics.refreshSupport",
    "workspace.inlayHint.refreshSupport",
    *REGISTRATIONS.values(),
    f"{EDIT}.documentChanges",
    f"{EDIT}.snippetEditSupport",
    f"{ACTION}.codeActionLiteralSupport",
    f"{ACTION}.isPreferredSupport",
    f"{ACTION}.resolveSupport.properties=edit",
    f"{ITEM}.deprecatedSupport",
    f"{ITEM}.documentationFormat=markdown",
    f"{ITEM}.documentationFormat=plaintext",
    f"{ITEM}.insertReplaceSupport",
    f"{ITEM}.labelDetailsSupport",
    f"{ITEM}.snippetSupport",
    f"{ITEM}.tagSupport.valueSet=1",
    "textDocument.completion.completionItemKind.valueSet=19",
    "textDocument.completion.completionItemKind.valueSet=21",
    "textDocument.diagnostic",
    "textDocument.documentLink.tooltipSupport",
    "textDocument.documentSymbol.hierarchicalDocumentSymbolSupport",
    "textDocument.documentSymbol.tagSupport.valueSet=1",
    "textDocument.hover.contentFormat=markdown",
    "textDocument.hover.contentFormat=plaintext",
    f"{DIAGNOSTICS}.codeDescriptionSupport",
    f"{DIAGNOSTICS}.relatedInformation",
    f"{DIAGNOSTICS}.tagSupport.valueSet=2",
}
"""All that the server can use."""

BETTER = {
    "general.positionEncodings=utf-32": "general.positionEncodings=utf-8",
    "workspace.applyEdit": f"{ACTION}.codeActionLiteralSupport",
    f"{ITEM}.deprecatedSupport": f"{ITEM}.tagSupport.valueSet=1",
    f"{ITEM}.documentationFormat=plaintext": f"{ITEM}.documentationFormat=markdown",
    "textDocument.hover.contentFormat=plaintext": "textDocument.hover.contentFormat=markdown",
}
"""What the server uses only where there is nothing better."""

TOGETHER = {
    "textDocument.diagnostic": "workspace.diagnostics.refreshSupport",
    f"{EDIT}.snippetEditSupport": f"{EDIT}.documentChanges",
}
"""What is of no use without the other. Who asks for findings must be told to ask again, or shows outdated ones."""


@pytest.mark.parametrize("title", CLIENTS)
def test_what_the_client_offers_is_used(title: str, conversations: Callable[[str], Conversation]) -> None:
    """All that the server knows how to use, but for the lesser of two ways."""
    capabilities = CLIENTS[title][1]
    offered = {need for need in EVERYTHING if offers(capabilities, need)}
    expected = {
        need
        for need in offered
        if BETTER.get(need) not in offered and (need not in TOGETHER or TOGETHER[need] in offered)
    }
    assert conversations(title).needs & EVERYTHING == expected


@pytest.mark.parametrize("title", CLIENTS)
def test_findings_are_asked_for_or_sent_but_never_both(
    title: str, conversations: Callable[[str], Conversation]
) -> None:
    """VS Code and the newest Neovim ask; all others are sent them."""
    conversation = conversations(title)
    asks = title in ("VS Code", "Neovim 0.12")
    assert ("diagnosticProvider" in conversation.server) is asks
    assert ("textDocument/publishDiagnostics" in conversation.methods) is not asks


@pytest.mark.parametrize(
    ("title", "provider", "commands"),
    [
        (
            "VS Code",
            {"codeActionKinds": ["quickfix", "refactor.rewrite", "source.fixAll"], "resolveProvider": True},
            [],
        ),
        ("ALE", {"codeActionKinds": ["quickfix", "refactor.rewrite", "source.fixAll"]}, []),
        ("commands only", True, ["azureml-dockerfile-ls.applyEdit"]),
        ("nothing", None, []),
    ],
)
def test_code_actions_are_offered_as_the_client_takes_them(
    title: str, provider: object, commands: list[str], conversations: Callable[[str], Conversation]
) -> None:
    """As actions, as commands, or not at all where the server could not change the document."""
    server = conversations(title).server
    assert server.get("codeActionProvider") == provider
    assert server["executeCommandProvider"]["commands"] == commands


@pytest.mark.parametrize(
    ("need", "is_offered"),
    [
        ("workspace.configuration", True),
        ("workspace.applyEdit", False),
        ("general.positionEncodings=utf-8", True),
        ("general.positionEncodings=utf-7", False),
        ("textDocument.hover.contentFormat=markdown", False),
        ("textDocument.hover.contentFormat=plaintext", True),
        ("textDocument.publishDiagnostics.relatedInformation", False),
        ("textDocument.publishDiagnostics|diagnostic.relatedInformation", True),
        ("textDocument.publishDiagnostics|diagnostic.tagSupport.valueSet=2", True),
        ("textDocument.publishDiagnostics|diagnostic.tagSupport.valueSet=1", False),
        ("a client that knows window/showDocument", False),
    ],
)
def test_the_checker_tells_what_is_offered(need: str, is_offered: bool) -> None:
    """By paths, values and alternatives; an empty object is an offer."""
    capabilities: Json = {
        "general": {"positionEncodings": ["utf-8"]},
        "workspace": {"configuration": True, "applyEdit": False},
        "textDocument": {
            "publishDiagnostics": {"tagSupport": {"valueSet": [2]}},
            "diagnostic": {"relatedInformation": True},
        },
    }
    assert offers(capabilities, need) is is_offered
