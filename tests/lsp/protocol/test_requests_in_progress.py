"""Requests that wait: they can be cancelled, and can send requests to the client."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lsp.protocol.messages import BASE_PROTOCOL, URI
from tests.lsp.raw_client import RawClient
from tests.waiting import PATIENCE


def test_a_request_can_be_cancelled_while_it_runs(own: RawClient) -> None:
    """A cancelled request is answered at once, and other requests are answered meanwhile."""
    running = own.start("test/wait", {"seconds": 10 * PATIENCE})
    assert own.request("test/length", {"uri": URI}) == -1
    own.notify("$/cancelRequest", {"id": running})
    assert own.response(running)["error"]["code"] == -32800


@pytest.mark.parametrize("params", [{"id": "unknown"}, {"id": None}, {"id": []}, {}, None])
def test_cancelling_an_unknown_request_does_nothing(client: RawClient, params: object) -> None:
    """The request may have been answered already."""
    client.notify("$/cancelRequest", params)
    assert client.request("test/length", {"uri": URI}) == -1
    assert client.stderr() == ""


def test_the_server_can_send_a_request(client: RawClient) -> None:
    """The result or the error of the client reaches the handler."""
    asking = client.start("test/ask")
    question = client.receive()
    assert question["method"] == "workspace/configuration"
    client.send({**BASE_PROTOCOL, "id": question["id"], "result": [{"a": 1}]})
    assert client.response(asking)["result"] == [{"a": 1}]

    asking = client.start("test/ask")
    error = {"code": -32601, "message": "no settings here"}
    client.send({**BASE_PROTOCOL, "id": client.receive()["id"], "error": error})
    assert client.response(asking)["error"] == error


@pytest.mark.parametrize("reply", [{"result": 5}, {"error": "no"}, {"error": {"code": "x"}}, {}])
def test_an_invalid_response_fails_the_handler_that_waits_for_it(client: RawClient, reply: Any) -> None:
    """The handler does not wait forever."""
    asking = client.start("test/ask")
    client.send({**BASE_PROTOCOL, "id": client.receive()["id"], **reply})
    assert "error" in client.response(asking)


def test_a_response_to_a_cancelled_request_is_ignored(client: RawClient) -> None:
    """A late response causes neither a message to the client nor an entry in the log."""
    asking = client.start("test/ask")
    question = client.receive()
    client.notify("$/cancelRequest", {"id": asking})
    assert client.response(asking)["error"]["code"] == -32800
    client.send({**BASE_PROTOCOL, "id": question["id"], "result": [1]})
    assert client.request("test/length", {"uri": URI}) == -1
    assert client.notifications == []
    assert client.stderr() == ""


def test_a_client_cannot_answer_its_own_request(client: RawClient) -> None:
    """The ids of the two sides are separate."""
    waiting = client.start("test/wait", {"seconds": 0.3})
    client.send({**BASE_PROTOCOL, "id": waiting, "result": "mine"})
    assert client.response(waiting)["result"] == "waited"
