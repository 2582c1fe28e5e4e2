"""A whole session with the server, as a client with given capabilities has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.images.fault_server import FaultServer
from tests.lsp.needs import IN_RESULT, in_message
from tests.lsp.raw_client import Json, RawClient, change
from tests.lsp.requests import FORMATTING, LENS_COMMANDS, REPEATABLE, REQUESTS, Place, ask_all
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
NAMES = """\
FROM ubuntu
ARG VERSION=1
RUN echo $VERSION
COPY <<EOF /x
EOF
"""
IN_NAMES = ((2, 12), (4, 1))
"""The places of a variable and of the end of a heredoc."""

INSTALLED = f"FROM {BASE}/minimal-py312-inference:latest\nUSER root\nRUN apt-get update && apt-get install -y git\n"
TAGS = f"FROM {BASE}/minimal-py312-inference:"
NEWEST = "20261116.v7"


class Conversation:
    """A session of a server with a client of these capabilities. Every message of the server is inspected."""

    def __init__(self, client: RawClient, folder: Path, registry: FaultServer, name: str, capabilities: Json) -> None:
        self._client = client
        self._uri = (folder / "Dockerfile").as_uri()
        self._scratch = (folder / "Dockerfile.scratch").as_uri()
        self._names = (folder / "Dockerfile.names").as_uri()
        self._edits = 1
        self._settings: Json = {"registry": {"urls": {"mcr.microsoft.com": registry.url}}, "inlineCompletion": True}
        self.needs: set[str] = set()
        self.methods: list[str] = []
        params = {
            "processId": None,
            "rootUri": folder.as_uri(),
            "clientInfo": {"name": name},
            "capabilities": capabilities,
            "initializationOptions": {**self._settings, "commands": LENS_COMMANDS},
        }
        self.server = self._ask("initialize", params)["capabilities"]
        client.notify("initialized", {})
        self._is_pulled = "diagnosticProvider" in self.server
        actions = self.server.get("codeActionProvider")
        is_offered = {
            "textDocument/codeAction": bool(actions),
            "codeAction/resolve": isinstance(actions, dict) and "resolveProvider" in actions,
            "textDocument/diagnostic": self._is_pulled,
            "workspace/diagnostic": self._is_pulled,
            "textDocument/prepareRename": isinstance(self.server["renameProvider"], dict),
            "textDocument/codeLens": "codeLensProvider" in self.server,
            "textDocument/inlineCompletion": "inlineCompletionProvider" in self.server,
        }
        self._offered = [method for method in REQUESTS if is_offered.get(method, True)]

    def _inspect(self, message: Json) -> None:
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
                self._inspect(message)
            elif message.get("id") == msg_id:
                assert "error" not in message, message
                if message["result"] is not None:
                    self.needs.update(IN_RESULT[method](params, message["result"]))
                return message["result"]

    def _ask_about(self, method: str, uri: str, **params: object) -> Any:
        return self._ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, **params})

    def _wait_for(self, is_awaited: Callable[[Json], bool]) -> Json:
        while True:
            message = self._client.receive()
            self._inspect(message)
            if is_awaited(message):
                return message

    def _wait_for_method(self, method: str) -> None:
        if method not in self.methods:
            self._wait_for(lambda message: message["method"] == method)

    def _diagnostics(self, *, after: int = 0, after_refresh: bool = False) -> list[Json]:
        """The current diagnostics: the client pulls them, or waits until they are published for a version."""
        if self._is_pulled:
            if after_refresh:
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
        """The labels that are offered at the end of a text; the first two items are resolved."""
        self._edits += 1
        self._client.send(change(self._scratch, self._edits, text))
        lines = text.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        items = self._ask_about("completion", self._scratch, position=position)["items"]
        for item in items[:2]:
            self._ask("completionItem/resolve", item)
        return [item["label"] for item in items]

    def run(self) -> None:
        """Open, edit, complete, hover, apply a code action, change settings, wait for the registry, close."""
        self._client.open(self._uri, DOCKERFILE)
        codes = {diagnostic["code"] for diagnostic in self._diagnostics()}
        assert {"RetiredImage", "PackageInstallWithoutRoot", "InvalidEntryScript"} <= codes
        self._client.send(change(self._uri, 2, f"{DOCKERFILE}# more\n".replace("update\n", "update  \n")))
        assert {diagnostic["code"] for diagnostic in self._diagnostics(after=2)} == codes

        self._client.open(self._scratch, "")
        for text in ("FROM ", TAGS, "FROM ubuntu\n", "FROM ubuntu\nCOPY ", "FROM ubuntu\nENV AZUREML_"):
            assert self._complete(text), text

        self._ask_about("hover", self._uri, position={"line": 1, "character": 50})
        results = ask_all(self._ask, Place(self._uri, PIP_LINE, 1), self._offered)
        self._client.open(self._names, NAMES)
        again = [method for method in self._offered if method in REPEATABLE]
        for place in IN_NAMES:
            about_names = ask_all(self._ask, Place(self._names, *place), again)
            results |= {method: found for method, found in about_names.items() if not results.get(method)}
        inline = "textDocument/inlineCompletion"
        if inline in self._offered:
            self._edits += 1
            self._client.send(change(self._scratch, self._edits, INSTALLED))
            results |= ask_all(self._ask, Place(self._scratch, INSTALLED.count("\n"), 0), [inline])
        empty = [method for method in self._offered if not results.get(method)]
        assert empty == ["textDocument/onTypeFormatting"], "no newline was typed there"
        self._client.send(change(self._scratch, self._edits + 1, "FROM ubuntu\nRUN a \\\n"))
        assert self._ask_about(
            "onTypeFormatting", self._scratch, position={"line": 2, "character": 0}, ch="\n", options=FORMATTING
        )
        first, *_ = results.get("textDocument/codeAction") or [{}]
        if isinstance(first.get("command"), str):
            self._ask("workspace/executeCommand", {key: first[key] for key in ("command", "arguments")})
            self._wait_for_method("workspace/applyEdit")

        self._settings = {**self._settings, "rules": {"RetiredImage": "off"}}
        self._client.notify("workspace/didChangeConfiguration", {"settings": {"azuremlDockerfile": self._settings}})
        while "RetiredImage" in {diagnostic["code"] for diagnostic in self._diagnostics(after_refresh=True)}:
            pass

        wait_until(lambda: NEWEST in self._complete(TAGS))
        self._client.notify("textDocument/didClose", {"textDocument": {"uri": self._uri}})
        self._ask("shutdown", None)
