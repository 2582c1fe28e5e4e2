"""Whatever a document holds, every request about it is answered, after little work, and without an error."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lsp.raw_client import CODE_ACTIONS, REAL_SERVER, RawClient
from tests.test_properties import any_unicode, fragments

CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "insertReplaceSupport": True}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "publishDiagnostics": {"versionSupport": True, "codeDescriptionSupport": True},
        **CODE_ACTIONS,
    },
    "workspace": {"workspaceEdit": {"documentChanges": True, "snippetEditSupport": True}},
}

SECONDS = 1.0
"""The time of the processor that the answer to a request may take."""

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def client() -> Iterator[RawClient]:
    """The real server, after the handshake."""
    with RawClient(REAL_SERVER) as client:
        params = {"processId": None, "capabilities": CAPABILITIES}
        client.request("initialize", {**params, "initializationOptions": {"registry.enabled": False}})
        client.notify("initialized", {})
        slowest_answer(client, "FROM scratch\n", 0, 5)  # this loads the analysis
        yield client


def ask(client: RawClient, method: str, params: dict[str, Any]) -> float:
    """Send a request, which must not be answered with an error, and give the seconds of the processor that it took."""
    begin = client.processor_seconds()
    response = client.response(client.start(method, params))
    duration = client.processor_seconds() - begin
    assert "error" not in response, (method, response)
    return duration


def slowest_answer(client: RawClient, text: str, line: int, character: int) -> float:
    """Ask all that can be asked about `text` as a new document, and give the seconds of the slowest answer."""
    document = {"uri": f"file:///any/{next(numbers)}/Dockerfile"}
    position = {"line": line, "character": character}
    everything = {"start": {"line": 0, "character": 0}, "end": position}
    place = {"textDocument": document, "position": position}
    client.open(document["uri"], text)
    durations = [
        ask(client, "textDocument/completion", place),
        ask(client, "textDocument/hover", place),
        ask(
            client,
            "textDocument/codeAction",
            {"textDocument": document, "range": everything, "context": {"diagnostics": []}},
        ),
        ask(client, "textDocument/documentSymbol", {"textDocument": document}),
    ]
    client.notify("textDocument/didClose", {"textDocument": document})
    client.notifications.clear()
    return max(durations)


def check_answers(client: RawClient, text: str, data: st.DataObject) -> None:
    """Each request about `text`, anywhere in it, is answered after little work, and nothing goes wrong behind."""
    line = data.draw(st.integers(0, text.count("\n") + text.count("\r") + 1), label="line")
    character = data.draw(st.integers(0, 80), label="character")

    assert slowest_answer(client, text, line, character) < SECONDS
    assert client.stderr() == ""


@given(fragments, st.data())
def test_every_request_about_a_dockerfile_is_answered_in_time(
    client: RawClient, text: str, data: st.DataObject
) -> None:
    """Completion, hover, code actions and outline of a wrong Dockerfile are little work each."""
    check_answers(client, text, data)


@given(any_unicode, st.data())
def test_every_request_about_any_text_is_answered_in_time(client: RawClient, text: str, data: st.DataObject) -> None:
    """Text that was never meant to be a Dockerfile is little work too."""
    check_answers(client, text, data)
