"""The server with a few requests of its own that show what goes on inside. The tests run it as a process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from functools import cached_property
from pathlib import Path
from typing import Any

from lsprotocol import types

from azureml_dockerfile_ls.lsp import transport
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.language_server import Server
from azureml_dockerfile_ls.lsp.log import log_to_standard_error
from azureml_dockerfile_ls.lsp.positions import to_offset
from azureml_dockerfile_ls.lsp.session.session import Session


class ProbeSession(Session):
    """A session that reports what it would analyse."""

    def analyse(self, uri: str) -> None:
        """Notify the client instead, or fail where the text says so."""
        opened = self.documents.get(uri)
        if opened is None:
            return
        self.server.protocol.notify("test/analysed", {"uri": uri, "version": opened.document.version})
        if "fail" in opened.document.text:
            raise LookupError("this analysis fails")

    def closed(self, uri: str) -> None:
        """Notify the client as well."""
        super().closed(uri)
        self.server.protocol.notify("test/closed", {"uri": uri})


class ProbeServer(Server):
    """The server with answers that show how the parameters of a request arrived."""

    @cached_property
    def session(self) -> ProbeSession:
        """The session with the client."""
        client = ClientCapabilities(types.ClientCapabilities(), "")
        return ProbeSession(self, client, None, lambda: self.protocol.watch)

    def answer(self, method: str, params: Any) -> object:
        """The offset for a hover, the trigger kind for a completion, the diagnostics for a code action."""
        if method == types.TEXT_DOCUMENT_HOVER:
            opened = self.session.documents.get(params.text_document.uri)
            return types.Hover(str(to_offset(params.position, opened.document.index))) if opened else None
        if method == types.TEXT_DOCUMENT_COMPLETION:
            return [types.CompletionItem(label=repr(params.context.trigger_kind if params.context else None))]
        if method == types.TEXT_DOCUMENT_CODE_ACTION:
            return [types.CodeAction("echo", diagnostics=params.context.diagnostics)]
        return super().answer(method, params)


server = ProbeServer()


@server.feature("test/text")
def text(params: dict[str, str]) -> dict[str, object] | None:
    """Gives a document's state."""
    opened = server.session.documents.get(params["uri"])
    return {"text": opened.document.text, "version": opened.document.version} if opened else None


@server.feature("test/length")
def length(params: dict[str, str]) -> int:
    """Gives the length of a document's text."""
    opened = server.session.documents.get(params["uri"])
    return len(opened.document.text) if opened else -1


@server.feature("test/block")
def block(params: dict[str, str]) -> None:
    """Keeps the loop busy, so that input piles up: makes one file, and waits for another."""
    Path(params["makes"]).touch()
    while not Path(params["awaits"]).exists():
        time.sleep(0.01)


@server.feature("test/wait")
async def wait(params: dict[str, float]) -> str:
    """Waits on the loop."""
    await asyncio.sleep(params["seconds"])
    return "waited"


@server.feature("test/ask")
async def ask(params: None) -> list[Any]:
    """Asks the client for its settings."""
    items = [types.ConfigurationItem(section="test")]
    return list(await server.workspace_configuration_async(types.ConfigurationParams(items)))


@server.feature("test/print")
def print_(params: None) -> str:
    """Prints in every way that could reach standard output."""
    print("printed by the server", flush=True)
    subprocess.run([sys.executable, "-c", "print('printed by a child')"], check=True)
    return "printed"


@server.feature("test/fail")
async def fail(params: None) -> None:
    """Fails, as a request and as a notification."""
    raise LookupError("this handler fails")


@server.feature("test/unserialisable")
def unserialisable(params: None) -> object:
    """Gives what JSON cannot say."""
    return {"lock": threading.Lock()}


@server.feature("test/notifyFromThreads")
def notify_from_threads(params: dict[str, int]) -> None:
    """Sends large notifications from several threads at once."""

    def send(name: str) -> None:
        for _ in range(params["each"]):
            server.protocol.notify("test/large", {"text": name * 20_000})

    threads = [threading.Thread(target=send, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def serve() -> int:
    """Serve one client, and give the exit status."""
    log_to_standard_error("warning")
    if sys.argv[1:] == ["--tcp"]:
        return transport.serve_tcp(server.protocol, "127.0.0.1", 0)
    return transport.serve_stdio(server.protocol)


if __name__ == "__main__":
    raise SystemExit(serve())
