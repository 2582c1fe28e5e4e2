"""Framing, without a process."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azureml_dockerfile_ls.lsp.transport import MAX_BODY_BYTES, MAX_HEADER_BYTES, Framer, StreamLost


def _message(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


@given(st.lists(st.binary(max_size=30), max_size=5), st.lists(st.integers(1, 20), min_size=1))
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(bodies: list[bytes], sizes: list[int]) -> None:
    """Bytes arrive in pieces of any size; each body is given once, complete and in order."""
    stream, framer, turn = b"".join(map(_message, bodies)), Framer(), 0
    seen: list[bytes] = []
    while stream:
        size = sizes[turn % len(sizes)]
        seen += framer.feed(stream[:size])
        stream, turn = stream[size:], turn + 1
    assert seen == bodies


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: 2",
        b"CONTENT-LENGTH:2",
        b"Content-Length:   2  ",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2",
        b"Content-Length: 2\r\nX-Anything: Content-Length: 9",
    ],
)
def test_header_names_are_case_insensitive_and_unknown_headers_are_ignored(header: bytes) -> None:
    """Whatever the spelling of the header and whatever is beside it, the length is found."""
    assert list(Framer().feed(header + b"\r\n\r\n{}")) == [b"{}"]


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: many",
        b"Content-Length: -2",
        b"Content-Length: 2.0",
        b"Content-Length: ",
        b"Content-Length: %d" % (MAX_BODY_BYTES + 1),
        b"Content-Length: " + b"9" * 10_000,
        b"Content-Type: text/plain",
        b"",
        b"no colon here\r\nContent-Length: 2",
        b"POST / HTTP/1.1\r\nContent-Length: 2",
        b"POST /a:b HTTP/1.1\r\nContent-Length: 2",
        b"Content-Length: 2\r\nGET / HTTP/1.1",
    ],
)
def test_a_header_without_a_usable_length_loses_the_stream(header: bytes) -> None:
    """Without a length it is unknown where the next message begins."""
    with pytest.raises(StreamLost):
        list(Framer().feed(header + b"\r\n\r\n{}"))


def test_a_header_that_does_not_end_loses_the_stream() -> None:
    """A client that speaks something else is not listened to for ever."""
    framer = Framer()
    assert list(framer.feed(b"x" * MAX_HEADER_BYTES)) == []
    with pytest.raises(StreamLost):
        list(framer.feed(b"x"))
