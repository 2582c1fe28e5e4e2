"""Processes that start at once, because they fork from one that has imported the server.

To start Python and to import the server takes longer than most tests. Here runs the real command in a process of its
own, with its own streams, folder, environment and end; only the imports are shared. Tests of the start itself, of an
environment and of a terminal run a new Python. Where a system cannot fork, every process is a new Python.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")

_ROOT = Path(__file__).parents[1]
_NUMBER = struct.Struct("=q")
"""How a number is sent: the length of a message, the number of a process, an exit status."""


class WarmProcess:
    """A process as `subprocess.Popen` gives it, so far as the tests need one. Its streams are raw."""

    def __init__(self, program: str, arguments: Sequence[str], streams: Sequence[int]) -> None:
        """Fork. `program` is one of `PROGRAMS`; `streams` are file descriptors for its standard streams."""
        self.stdin: IO[bytes] | None = None
        self.stdout: IO[bytes] | None = None
        self.returncode: int | None = None
        self._status, other_end = socket.socketpair()
        request = {"program": program, "arguments": arguments, "folder": os.getcwd(), "environment": dict(os.environ)}
        message = json.dumps(request).encode()
        parent = _parent()
        socket.send_fds(parent, [_NUMBER.pack(len(message))], [*streams, other_end.fileno()])
        parent.sendall(message)
        other_end.close()
        self.pid = self._number()

    @classmethod
    def with_pipes(cls, program: str, arguments: Sequence[str], stderr: int) -> WarmProcess:
        """Fork a process to speak with: `stdin` and `stdout` are pipes."""
        input_end, stdin = os.pipe()
        stdout, output_end = os.pipe()
        try:
            process = cls(program, arguments, (input_end, output_end, stderr))
        finally:
            os.close(input_end)
            os.close(output_end)
        process.stdin, process.stdout = open(stdin, "wb", 0), open(stdout, "rb", 0)  # noqa: SIM115
        return process

    def _number(self) -> int:
        return int(_NUMBER.unpack(self._status.recv(_NUMBER.size, socket.MSG_WAITALL))[0])

    def poll(self) -> int | None:
        """The exit status if the process has ended; a signal's number is negative."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit status when the process has ended; raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("azureml-dockerfile-ls", timeout or 0)
            self.returncode = self._number()
            self._status.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)


@cache
def _parent() -> socket.socket:
    """The connection to the process from which all others fork. That one ends with this process."""
    ours, theirs = socket.socketpair()
    # It has no folder of a test open, and no pipe.
    command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
    subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
    )
    theirs.close()
    return ours


def _fork_on_request(connection: socket.socket) -> Callable[[], int] | None:
    """What a new process runs, in that process; None when the tests have ended."""
    # What forks is not waited for, and CTRL-C is for what was forked.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        length, descriptors, _, _ = socket.recv_fds(connection, _NUMBER.size, 4)
        if not length:
            return None
        message = connection.recv(_NUMBER.unpack(length)[0], socket.MSG_WAITALL)
        if os.fork() == 0:
            connection.close()
            return _fork_and_wait(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _fork_and_wait(request: dict[str, Any], descriptors: Sequence[int]) -> Callable[[], int]:
    """What a new process runs, in that process. This one tells its number, then its exit status, and ends."""
    *streams, status = descriptors
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child:
        for descriptor in streams:
            os.close(descriptor)
        os.write(status, _NUMBER.pack(child))
        _, ended = os.waitpid(child, 0)
        with contextlib.suppress(BrokenPipeError):
            os.write(status, _NUMBER.pack(os.waitstatus_to_exitcode(ended)))
        os._exit(0)
    os.close(status)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["azureml-dockerfile-ls", *request["arguments"]]
    return PROGRAMS[request["program"]]


def _command() -> int:
    from azureml_dockerfile_ls.__main__ import main

    return main()


def _probe_server() -> int:
    from tests.lsp.probe_server import serve

    return serve()


PROGRAMS = {"command": _command, "probe server": _probe_server}
"""What can run: the command with its arguments, or the server that the tests of the protocol ask."""


def _import_all() -> None:
    import azureml_dockerfile_ls

    for module in pkgutil.walk_packages(azureml_dockerfile_ls.__path__, "azureml_dockerfile_ls."):
        importlib.import_module(module.name)
    importlib.import_module("tests.lsp.probe_server")


if __name__ == "__main__":
    _import_all()
    gc.freeze()
    run = _fork_on_request(socket.socket(fileno=int(sys.argv[1])))
    sys.exit(0 if run is None else run())
