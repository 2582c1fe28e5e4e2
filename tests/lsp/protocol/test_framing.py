"""Messages as bytes: their headers, their bodies, and nothing between them."""

from __future__ import annotations

import json

import pytest

from tests.lsp.protocol.messages import BASE_PROTOCOL, URI, text_of
from tests.lsp.raw_client import RawClient, change, frame


def test_a_message_may_arrive_byte_by_byte(client: RawClient) -> None:
    """A message is assembled from pieces of any size."""
    for byte in frame({**BASE_PROTOCOL, "id": "slow", "method": "test/text", "params": {"uri": URI}}):
        client.write(bytes([byte]))
    assert client.response("slow")["result"] is None


def test_two_messages_may_arrive_in_one_piece(client: RawClient) -> None:
    """Both requests are answered, in order."""
    first, second = ({**BASE_PROTOCOL, "id": id_, "method": "test/length", "params": {"uri": URI}} for id_ in "ab")
    client.write(frame(first) + frame(second))
    assert [client.receive()["id"], client.receive()["id"]] == ["a", "b"]


@pytest.mark.parametrize(
    "header",
    [
        "content-length: {}",
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: {}",
        "CONTENT-LENGTH:{}\r\nX-Other: 1",
    ],
)
def test_the_length_is_found_among_other_headers(client: RawClient, header: str) -> None:
    """Names of headers are case-insensitive, and other headers are ignored."""
    body = json.dumps({**BASE_PROTOCOL, "id": 7, "method": "test/length", "params": {"uri": URI}})
    client.write(f"{header.format(len(body))}\r\n\r\n{body}".encode())
    assert client.response(7)["result"] == -1


def test_the_length_of_a_body_is_in_bytes(client: RawClient) -> None:
    """Content-Length is in bytes, and unescaped UTF-8 arrives unchanged."""
    client.open(URI, "")
    body = json.dumps(change(URI, 2, "é😀\u2028"), ensure_ascii=False).encode()
    client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert text_of(client) == {"text": "é😀\u2028", "version": 2}


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b'{"a":\xff}', b"[" * 100_000])
def test_invalid_json_is_answered_with_a_parse_error(client: RawClient, body: bytes) -> None:
    """The id is null, because it cannot be known; the next message is read as usual."""
    client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    answer = client.receive()
    assert (answer["id"], answer["error"]["code"]) == (None, -32700)
    assert client.request("test/length", {"uri": URI}) == -1


@pytest.mark.parametrize("length", ["many", "-1", str(2**40), ""])
def test_an_invalid_length_ends_the_server(own: RawClient, length: str) -> None:
    """The start of the next message cannot be found, so the server logs the reason and exits with 1."""
    own.write(f"Content-Length: {length}\r\n\r\n{{}}".encode())
    assert own.exit_status() == 1
    assert "Content-Length" in own.stderr()


def test_messages_from_several_threads_arrive_whole(client: RawClient) -> None:
    """Messages from several threads are written one after the other."""
    assert client.request("test/notifyFromThreads", {"each": 20}) is None
    texts = [message["params"]["text"] for message in client.notifications]
    assert sorted(texts) == sorted(name * 20_000 for name in "abcd" for _ in range(20))


def test_printed_text_does_not_reach_the_client(client: RawClient) -> None:
    """What a handler or a child process prints goes to standard error."""
    assert client.request("test/print") == "printed"
    assert client.stderr().splitlines() == ["printed by the server", "printed by a child"]
