"""The end of the server process: `exit`, the end of the input, a signal, a closed output."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.lsp.protocol.messages import BASE_PROTOCOL, INITIALIZE, SHUTDOWN_AND_EXIT, URI, posix_only
from tests.lsp.raw_client import PROBE_SERVER, RawClient, frame, split
from tests.waiting import PATIENCE


def test_shutdown_and_exit_give_status_0(own: RawClient) -> None:
    """An orderly exit has status 0, even if the client sends parameters with `shutdown`."""
    assert own.request("shutdown", {}) is None
    own.notify("exit")
    assert own.exit_status() == 0
    assert own.stderr() == ""


@pytest.mark.parametrize("initialized", [True, False])
def test_exit_without_shutdown_gives_status_1(fresh: RawClient, initialized: bool) -> None:
    """`exit` without `shutdown` gives status 1, also before `initialize`."""
    if initialized:
        fresh.initialize()
    fresh.notify("exit")
    assert fresh.exit_status() == 1


def test_exit_does_not_wait_for_running_requests(own: RawClient) -> None:
    """The server exits even if its input stays open and requests are running."""
    own.start("test/wait", {"seconds": 10 * PATIENCE})
    own.start("test/ask")
    assert own.request("shutdown") is None
    own.notify("exit")
    assert own.exit_status() == 0
    assert own.stderr() == ""


@pytest.mark.parametrize("rest", [b"", b"Content-Len", b'Content-Length: 50\r\n\r\n{"jsonrpc"'])
def test_the_end_of_the_input_ends_the_server(own: RawClient, rest: bytes) -> None:
    """The server exits with 1 when its input ends, even within a message."""
    own.write(rest)
    own.close_input()
    assert own.exit_status() == 1
    assert own.stderr() == ""


def test_the_end_of_the_input_after_shutdown_gives_status_0(own: RawClient) -> None:
    """After `shutdown` the client may leave without `exit`."""
    own.request("shutdown")
    own.close_input()
    assert own.exit_status() == 0


@posix_only
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_quietly(own: RawClient, signal_number: signal.Signals) -> None:
    """A signal leaves no traceback in the editor's log."""
    own.process.send_signal(signal_number)
    assert own.exit_status() == 128 + signal_number
    assert own.stderr() == ""


@posix_only
def test_a_broken_pipe_ends_the_server_quietly() -> None:
    """The server exits with 1 and without a traceback when its output is closed."""
    reading_end, writing_end = os.pipe()
    with subprocess.Popen(PROBE_SERVER, stdin=subprocess.PIPE, stdout=writing_end, stderr=subprocess.PIPE) as process:
        os.close(reading_end)
        os.close(writing_end)
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(INITIALIZE)
        process.stdin.flush()
        assert process.wait(PATIENCE) == 1
        assert process.stderr.read() == b""


def test_input_and_output_may_be_files(tmp_path: Path) -> None:
    """Recorded messages can be replayed from a file, which an event loop cannot wait for."""
    (tmp_path / "in").write_bytes(INITIALIZE + SHUTDOWN_AND_EXIT)
    with open(tmp_path / "in", "rb") as messages, open(tmp_path / "out", "wb") as answers:
        assert subprocess.run(PROBE_SERVER, stdin=messages, stdout=answers, timeout=PATIENCE).returncode == 0
    assert [answer["id"] for answer in split((tmp_path / "out").read_bytes())] == [1, 2]


def test_empty_input_ends_the_server() -> None:
    """Empty standard input, like that of a daemon, ends the server with 1."""
    done = subprocess.run(PROBE_SERVER, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


@posix_only
def test_one_socket_may_be_input_and_output() -> None:
    """Programs such as socat and inetd pass one socket; a response larger than its buffer arrives complete."""
    ours, theirs = socket.socketpair()
    with ours, subprocess.Popen(PROBE_SERVER, stdin=theirs.fileno(), stdout=theirs.fileno()) as process:
        theirs.close()
        ours.sendall(INITIALIZE)
        large = "x" * 3_000_000
        document = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": large}
        opened = {**BASE_PROTOCOL, "method": "textDocument/didOpen", "params": {"textDocument": document}}
        ours.sendall(frame(opened))
        ours.sendall(frame({**BASE_PROTOCOL, "id": 5, "method": "test/text", "params": {"uri": URI}}))
        time.sleep(0.5)  # so that the server fills the buffer
        ours.sendall(SHUTDOWN_AND_EXIT)
        stream = b""
        while data := ours.recv(1 << 16):
            stream += data
        assert process.wait(PATIENCE) == 0
    answers = {answer["id"]: answer for answer in split(stream) if "id" in answer}
    assert answers[5]["result"]["text"] == large
