"""The moment when an edited document is analysed."""

from __future__ import annotations

from pathlib import Path

from tests.lsp.protocol.messages import BASE_PROTOCOL, URI
from tests.lsp.raw_client import RawClient, change, frame
from tests.waiting import wait_until


def test_edits_that_arrive_together_are_analysed_once(client: RawClient) -> None:
    """Only the last version of a burst of edits is analysed."""
    opened = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": ""}
    burst = [{**BASE_PROTOCOL, "method": "textDocument/didOpen", "params": {"textDocument": opened}}]
    burst += [change(URI, version, (0, 0, 0, 0, "x")) for version in range(2, 102)]
    client.write(b"".join(map(frame, burst)))
    assert client.notification("test/analysed") == {"uri": URI, "version": 101}
    assert client.request("test/wait", {"seconds": 0.1}) == "waited"
    assert client.notifications == []


def test_an_edit_that_waits_to_be_read_is_analysed_with_the_one_before(client: RawClient, tmp_path: Path) -> None:
    """Edits that arrive while the server is busy are read before the next analysis."""
    client.open(URI, "")
    client.notification("test/analysed")
    is_busy, goes_on = tmp_path / "busy", tmp_path / "on"
    files = {"makes": str(is_busy), "awaits": str(goes_on)}
    client.write(frame(change(URI, 2, "x")) + frame({**BASE_PROTOCOL, "method": "test/block", "params": files}))
    wait_until(is_busy.exists)
    client.send(change(URI, 3, "y"))
    goes_on.touch()
    assert client.notification("test/analysed")["version"] == 3


def test_one_edit_is_analysed_at_once(client: RawClient) -> None:
    """The analysis of one edit is not delayed: it comes before a timer of 10 ms that starts after the edit."""
    client.open(URI, "")
    client.notification("test/analysed")
    for version in range(2, 7):
        client.send(change(URI, version, "x"))
        assert client.request("test/wait", {"seconds": 0.01}) == "waited"
        assert client.notification("test/analysed")["version"] == version
        assert client.notifications == []


def test_each_document_is_analysed(own: RawClient) -> None:
    """Each document that is opened in a burst is analysed, except one that is closed again."""
    opened = [{"uri": uri, "languageId": "dockerfile", "version": 1, "text": ""} for uri in "abc"]
    messages = [
        {**BASE_PROTOCOL, "method": "textDocument/didOpen", "params": {"textDocument": each}} for each in opened
    ]
    messages.append({**BASE_PROTOCOL, "method": "textDocument/didClose", "params": {"textDocument": {"uri": "b"}}})
    own.write(b"".join(map(frame, messages)))
    assert own.notification("test/closed") == {"uri": "b"}
    assert [own.notification("test/analysed")["uri"] for _ in range(2)] == ["a", "c"]
    assert own.request("test/wait", {"seconds": 0.1}) == "waited"
    assert own.notifications == []
