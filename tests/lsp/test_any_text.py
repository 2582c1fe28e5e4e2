"""Whatever the text of a document, every request about it is answered, soon, and without an error."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.raw_client import REAL_SERVER, RawClient
from tests.lsp.requests import LENS_COMMANDS, REPEATABLE, Place, ask_all
from tests.test_properties import any_unicode, fragments

SECONDS = 1.0
"""The time of the processor that the answer to a request may take."""

REQUEST_FAILED = -32803

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def client() -> Iterator[RawClient]:
    """The real server with a client that offers everything, and so asks everything."""
    with RawClient(REAL_SERVER) as client:
        options = {"commands": LENS_COMMANDS, "inlineCompletion": True, "registry.enabled": False}
        capabilities = {**VS_CODE, "workspace": {**VS_CODE["workspace"], "configuration": False}}
        client.initialize(options=options, **capabilities)
        slowest_answer(client, "FROM scratch\n", 0, 5)  # this loads the analysis
        yield client


def slowest_answer(client: RawClient, text: str, line: int, character: int) -> float:
    """Ask every request about `text` as a new document; give the processor seconds of the slowest answer."""
    uri = f"file:///any/{next(numbers)}/Dockerfile"
    durations = []

    def ask(method: str, params: Any) -> Any:
        begin = client.processor_seconds()
        response = client.response(client.start(method, params))
        durations.append(client.processor_seconds() - begin)
        code = response.get("error", {}).get("code")
        # A name that must stay is refused with the reason.
        assert code is None or (code == REQUEST_FAILED and method.lower().endswith("rename")), (method, response)
        return response.get("result")

    client.open(uri, text)
    ask_all(ask, Place(uri, line, character), REPEATABLE)
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.notifications.clear()
    return max(durations)


def check_answers(client: RawClient, text: str, data: st.DataObject) -> None:
    """Each request about `text`, anywhere in it, is answered after little work, and nothing goes wrong behind."""
    line = data.draw(st.integers(0, text.count("\n") + text.count("\r") + 1), label="line")
    character = data.draw(st.integers(0, 80), label="character")

    assert slowest_answer(client, text, line, character) < SECONDS
    assert client.stderr() == ""


@pytest.mark.slow
@given(fragments, st.data())
def test_every_request_about_a_dockerfile_is_answered_in_time(
    client: RawClient, text: str, data: st.DataObject
) -> None:
    """However wrong it is, each takes less than a second."""
    check_answers(client, text, data)


@pytest.mark.slow
@given(any_unicode, st.data())
def test_every_request_about_any_text_is_answered_in_time(client: RawClient, text: str, data: st.DataObject) -> None:
    """Text that was never meant to be a Dockerfile is little work too."""
    check_answers(client, text, data)
