"""The server's plumbing with a few requests of its own that show what goes on inside. The tests run it as a process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from lsprotocol import types

from azureml_dockerfile_ls.lsp import transport
from azureml_dockerfile_ls.lsp.convert import to_offset
from azureml_dockerfile_ls.lsp.documents import Document
from azureml_dockerfile_ls.lsp.protocol import Server

server = Server()


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(params: types.HoverParams) -> types.Hover | None:
    """Gives the offset of the position."""
    document = server.documents.get(params.text_document.uri)
    return types.Hover(str(to_offset(params.position, document.index))) if document else None


@server.feature(types.TEXT_DOCUMENT_COMPLETION)
def completion(params: types.CompletionParams) -> list[types.CompletionItem]:
    """Gives the trigger kind."""
    return [types.CompletionItem(label=repr(params.context.trigger_kind if params.context else None))]


@server.feature(types.TEXT_DOCUMENT_CODE_ACTION)
def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
    """Gives the diagnostics back."""
    return [types.CodeAction("echo", diagnostics=params.context.diagnostics)]


@server.feature("test/text")
def text(params: dict[str, str]) -> dict[str, object] | None:
    """Gives a document's state."""
    document = server.documents.get(params["uri"])
    return {"text": document.text, "version": document.version} if document else None


@server.feature("test/length")
def length(params: dict[str, str]) -> int:
    """Gives the length of a document's text."""
    document = server.documents.get(params["uri"])
    return len(document.text) if document else -1


released = threading.Event()


@server.feature("test/hold")
@server.thread()
def hold(params: None) -> str:
    """Takes a thread until it is released."""
    released.wait()
    return "held"


@server.feature("test/release")
def release(params: None) -> None:
    """Releases what is held."""
    released.set()


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


late: list[Document] = []


@server.feature("test/publish")
def publish(params: None) -> None:
    """Publishes for each text that has asked for it."""
    for document in late:
        server.publish_diagnostics(document, [])


def changed(document: Document) -> None:
    """Sends a notification, and notes a text that is to be published late."""
    server.protocol.notify("test/analysed", {"uri": document.uri, "version": document.version})
    if "fail" in document.text:
        raise LookupError("this analysis fails")
    if "late" in document.text:
        late.append(document)


server.document_changed.append(changed)
server.document_closed.append(lambda uri: server.protocol.notify("test/closed", {"uri": uri}))

if __name__ == "__main__":
    if sys.argv[1:] == ["--tcp"]:
        raise SystemExit(transport.serve_tcp(server.protocol, "127.0.0.1", 0))
    raise SystemExit(transport.serve_stdio(server.protocol))
