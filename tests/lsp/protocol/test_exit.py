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
from tests.waiting import PATIENCE, wait_until


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


@pytest.mark.slow
@posix_only
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_server_whose_client_does_not_read(own: RawClient, signal_number: signal.Signals) -> None:
    """One signal is enough while the server waits for its output to be read."""
    process = subprocess.Popen(PROBE_SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdin is not None
        process.stdin.write(INITIALIZE)
        ask = frame({**BASE_PROTOCOL, "id": 3, "method": "test/notifyFromThreads", "params": {"each": 1}})
        process.stdin.write(ask * 9)
        process.stdin.flush()
        wait_until(lambda: "S" in Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0])
        time.sleep(0.5)
        process.send_signal(signal_number)
        assert process.wait(PATIENCE) == 128 + signal_number
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@posix_only
def test_the_end_of_the_editor_ends_the_server() -> None:
    """It does so even if another process still holds the pipes of the editor."""
    with subprocess.Popen(["sleep", "600"]) as editor, RawClient() as client:
        client.request("initialize", {"processId": editor.pid, "rootUri": None, "capabilities": {}})
        client.notify("initialized", {})
        editor.kill()
        editor.wait()
        assert client.exit_status() == 1
        assert client.stderr() == ""


@posix_only
@pytest.mark.parametrize("process_id", [2**22 + 1, 0, -1, 2**31 - 1, 2**63 - 1, 2**40])
def test_an_editor_that_cannot_be_seen_is_not_awaited(fresh: RawClient, process_id: int) -> None:
    """It can run in another container, so that its process has no number here."""
    fresh.request("initialize", {"processId": process_id, "rootUri": None, "capabilities": {}})
    fresh.request("test/wait", {"seconds": 0.1})
    assert fresh.process.poll() is None


@pytest.mark.slow
@posix_only
def test_a_client_that_does_not_read_the_log_is_answered() -> None:
    """What does not fit into the pipe of standard error is dropped."""
    with subprocess.Popen(
        PROBE_SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(INITIALIZE)
        fail = frame({**BASE_PROTOCOL, "method": "test/fail"})
        for _ in range(20):
            process.stdin.write(fail * 20)
            process.stdin.write(
                frame({**BASE_PROTOCOL, "method": "textDocument/didOpen", "params": {"x" * 9000: 1}}) * 20
            )
        process.stdin.write(SHUTDOWN_AND_EXIT)
        process.stdin.flush()
        assert process.wait(PATIENCE) == 0
        assert [answer["id"] for answer in split(process.stdout.read())] == [1, 2]


def test_messages_of_one_kind_are_logged_a_few_times(own: RawClient) -> None:
    """The last one says that there are more; messages of other kinds are logged."""
    for _ in range(100):
        own.notify("textDocument/didOpen", {"textDocument": 7})
    own.notify("textDocument/didClose", {"textDocument": {"uri": "file:///x"}})
    own.notify("test/fail")
    own.request("test/wait", {"seconds": 0.1})
    lines = own.stderr().splitlines()
    malformed = [line for line in lines if "A malformed" in line]
    assert len(malformed) == 20
    assert "left out" in malformed[-1]
    assert any("this handler fails" in line for line in lines)


@pytest.mark.slow
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


@pytest.mark.slow
def test_input_and_output_may_be_files(tmp_path: Path) -> None:
    """Recorded messages can be replayed from a file, which an event loop cannot wait for."""
    (tmp_path / "in").write_bytes(INITIALIZE + SHUTDOWN_AND_EXIT)
    with open(tmp_path / "in", "rb") as messages, open(tmp_path / "out", "wb") as answers:
        assert subprocess.run(PROBE_SERVER, stdin=messages, stdout=answers, timeout=PATIENCE).returncode == 0
    assert [answer["id"] for answer in split((tmp_path / "out").read_bytes())] == [1, 2]


@pytest.mark.slow
def test_empty_input_ends_the_server() -> None:
    """Empty standard input, like that of a daemon, ends the server with 1."""
    done = subprocess.run(PROBE_SERVER, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


@pytest.mark.slow
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
