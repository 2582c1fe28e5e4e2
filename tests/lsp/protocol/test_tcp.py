"""The server over TCP."""

from __future__ import annotations

import socket
import subprocess

import pytest

from tests.lsp.protocol.messages import BASE_PROTOCOL, INITIALIZE, SHUTDOWN_AND_EXIT
from tests.lsp.raw_client import PROBE_SERVER, frame, split
from tests.waiting import PATIENCE


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


def test_the_end_of_the_connection_ends_the_server_with_1() -> None:
    """A client that disconnects without `exit` ends the server with 1, as over pipes."""
    with subprocess.Popen([*PROBE_SERVER, "--tcp"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = int(process.stderr.readline().rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        assert process.wait(PATIENCE) == 1
