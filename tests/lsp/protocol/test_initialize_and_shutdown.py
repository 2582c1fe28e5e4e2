"""Requests before `initialize`, and after `shutdown`."""

from __future__ import annotations

from typing import Any

from tests.lsp.protocol.messages import URI
from tests.lsp.raw_client import RawClient
from tests.waiting import PATIENCE


def test_requests_before_initialize_are_refused(fresh: RawClient) -> None:
    """Before `initialize` requests are refused and notifications are ignored."""
    fresh.open(URI, "lost")
    assert fresh.error("test/length", {"uri": URI})["code"] == -32002
    assert fresh.error("shutdown")["code"] == -32002
    fresh.initialize()
    assert fresh.request("test/length", {"uri": URI}) == -1


def test_a_malformed_initialize_can_be_repeated(fresh: RawClient) -> None:
    """The error names the missing property, and a correct `initialize` may follow."""
    error = fresh.error("initialize", {"processId": 1})
    assert error["code"] == -32602
    assert "capabilities" in error["message"]
    assert fresh.initialize()["textDocumentSync"]["change"] == 2


def test_a_second_initialize_is_refused(own: RawClient) -> None:
    """Capabilities are negotiated once."""
    assert own.error("initialize", {"capabilities": {}})["code"] == -32600


def test_requests_after_shutdown_are_refused(own: RawClient) -> None:
    """After `shutdown` only `exit` is accepted."""
    own.request("shutdown")
    assert own.error("test/length", {"uri": URI})["code"] == -32600
    assert own.error("shutdown")["code"] == -32600
    own.open(URI, "lost")
    own.notify("exit")
    assert own.exit_status() == 0


def test_shutdown_cancels_running_requests(own: RawClient) -> None:
    """Each running request is answered as cancelled."""
    waiting, asking = own.start("test/wait", {"seconds": 10 * PATIENCE}), own.start("test/ask")
    shutdown = own.start("shutdown")
    answers: dict[object, Any] = {}
    while len(answers) < 3:
        answer = own.receive()
        if "method" not in answer:
            answers[answer["id"]] = answer
    assert answers[shutdown]["result"] is None
    assert {answers[waiting]["error"]["code"], answers[asking]["error"]["code"]} == {-32800}
