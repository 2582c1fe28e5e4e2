"""Whatever stands in a document, every request about it is answered, soon, and without an error."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lsp.raw_client import REAL_SERVER, RawClient
from tests.strategies import any_text, dockerfiles

CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "insertReplaceSupport": True}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "publishDiagnostics": {"versionSupport": True, "codeDescriptionSupport": True},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True, "snippetEditSupport": True}},
}

SLOWEST = 1.0
"""Seconds in which each request must be answered."""

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def client() -> Iterator[RawClient]:
    """The real server, after the handshake."""
    with RawClient(REAL_SERVER) as client:
        client.request("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES})
        client.notify("initialized", {})
        yield client


def ask(client: RawClient, method: str, params: dict[str, Any]) -> None:
    """Send a request; it must be answered in time, and not with an error."""
    begin = time.perf_counter()
    response = client.response(client.start(method, params), timeout=20)
    duration = time.perf_counter() - begin
    assert "error" not in response, (method, response)
    assert duration < SLOWEST, (method, duration)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.one_of(dockerfiles, any_text), data=st.data())
def test_every_request_about_any_text_is_answered_in_time(client: RawClient, text: str, data: st.DataObject) -> None:
    """Completion, hover, code actions and outline of any text, anywhere in it, take less than a second each."""
    uri = f"file:///any/{next(numbers)}/Dockerfile"
    document = {"uri": uri}
    line = data.draw(st.integers(0, text.count("\n") + text.count("\r") + 1), label="line")
    position = {"line": line, "character": data.draw(st.integers(0, 80), label="character")}

    client.notify(
        "textDocument/didOpen", {"textDocument": {**document, "languageId": "dockerfile", "version": 1, "text": text}}
    )
    ask(client, "textDocument/completion", {"textDocument": document, "position": position})
    ask(client, "textDocument/hover", {"textDocument": document, "position": position})
    everywhere = {"start": {"line": 0, "character": 0}, "end": position}
    context: dict[str, Any] = {"diagnostics": []}
    ask(client, "textDocument/codeAction", {"textDocument": document, "range": everywhere, "context": context})
    ask(client, "textDocument/documentSymbol", {"textDocument": document})
    client.notify("textDocument/didClose", {"textDocument": document})
    client.notifications.clear()

    assert client.stderr() == ""
