"""The server over TCP."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.lsp.protocol.messages import BASE_PROTOCOL, INITIALIZE, SHUTDOWN_AND_EXIT
from tests.lsp.raw_client import PROBE_SERVER, REAL_SERVER, frame, split
from tests.waiting import PATIENCE

BODY = INITIALIZE.partition(b"\r\n\r\n")[2]


@pytest.mark.slow
def test_tcp_serves_one_client_and_ends_with_it() -> None:
    """The server announces its port, refuses a second client, and behaves as over pipes."""
    with subprocess.Popen([*PROBE_SERVER, "--tcp"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        announced = process.stderr.readline()
        assert announced.startswith("listening on 127.0.0.1:")
        address = ("127.0.0.1", int(announced.rpartition(":")[2]))
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.sendall(INITIALIZE)
            stream = connection.recv(1 << 16)
            with pytest.raises(OSError):
                socket.create_connection(address, timeout=PATIENCE)
            connection.sendall(
                frame({**BASE_PROTOCOL, "id": 3, "method": "test/notifyFromThreads", "params": {"each": 9}})
            )
            connection.sendall(SHUTDOWN_AND_EXIT)
            while data := connection.recv(1 << 16):
                stream += data
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""
    messages = split(stream)
    assert [message["id"] for message in messages if "id" in message] == [1, 3, 2]
    assert len(messages) == 3 + 4 * 9


@contextmanager
def listening() -> Iterator[tuple[subprocess.Popen[str], tuple[str, int]]]:
    """A server and its address."""
    with subprocess.Popen([*PROBE_SERVER, "--tcp"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            yield process, ("127.0.0.1", int(process.stderr.readline().rpartition(":")[2]))
        finally:
            process.kill()


@pytest.mark.slow
def test_the_end_of_the_connection_ends_the_server_with_1() -> None:
    """A client that disconnects without `exit` ends the server with 1, as over pipes."""
    with listening() as (process, address):
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.sendall(INITIALIZE)
            assert connection.recv(1)
        assert process.wait(PATIENCE) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
        b"POST /a:b HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10_000,
    ],
)
def test_a_web_page_or_a_port_scanner_gets_no_answer(sent: bytes) -> None:
    """The editor that comes later is served: only a client that initializes the server counts."""
    with listening() as (_, address):
        with socket.create_connection(address, timeout=PATIENCE) as stranger:
            if sent:
                with suppress(OSError):
                    stranger.sendall(sent)
                with suppress(ConnectionResetError):
                    assert stranger.recv(1) == b""
        with socket.create_connection(address, timeout=PATIENCE) as editor:
            editor.sendall(INITIALIZE)
            assert editor.recv(1 << 16).startswith(b"Content-Length: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "example.com", "192.168.0.1", "*"])
def test_only_this_machine_can_connect(host: str) -> None:
    """An address that other machines reach is refused with a line that says so."""
    done = subprocess.run(
        [*REAL_SERVER[:-1], "--tcp", f"{host}:0"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2
    assert "only this machine may connect" in done.stderr
    assert "listening" not in done.stderr
