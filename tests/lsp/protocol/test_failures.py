"""Handlers and analyses that raise an exception."""

from __future__ import annotations

from tests.lsp.protocol.messages import URI, text_of
from tests.lsp.raw_client import RawClient, change


def test_a_failing_handler_answers_with_its_error(client: RawClient) -> None:
    """The response contains the error's message; the traceback goes to the log."""
    error = client.error("test/fail")
    assert (error["code"], error["message"]) == (-32603, "LookupError: this handler fails")
    assert "Traceback" in client.stderr()


def test_a_failing_handler_of_a_notification_is_only_logged(client: RawClient) -> None:
    """The user sees no message."""
    client.notify("test/fail")
    assert client.request("test/wait", {"seconds": 0}) == "waited"
    assert client.notifications == []
    assert "this handler fails" in client.stderr()


def test_an_unserialisable_result_is_an_error(client: RawClient) -> None:
    """A result that cannot be serialised gives an error, so that the client does not wait forever."""
    assert client.error("test/unserialisable")["code"] == -32603


def test_a_failing_analysis_is_logged(client: RawClient) -> None:
    """A failed analysis is logged, and the next one runs as usual."""
    client.open(URI, "fail")
    client.notification("test/analysed")
    client.send(change(URI, 2, "fine"))
    assert client.notification("test/analysed")["version"] == 2
    assert text_of(client)["text"] == "fine"
    assert "this analysis fails" in client.stderr()
