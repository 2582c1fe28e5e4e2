"""The wire: messages cut out of a byte stream, over standard input and output or TCP.

pygls's own loops know only the exact header `Content-Length: `, read standard input on the thread pool that runs
handlers, and always exit with 0.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import logging
import os
import select
import signal
import socket
import stat
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType
from typing import Any

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.lsp.protocol import Protocol

logger = logging.getLogger(__name__)

MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 256 * 1024 * 1024
_READ_BYTES = 64 * 1024
_HEADER_END = b"\r\n\r\n"
_LENGTH = b"Content-Length: "
_SURE_DIGITS = len(str(MAX_BODY_BYTES)) - 1
"""A length of so many digits is small enough."""
_HEADER_NAME = lazy_pattern(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class StreamLost(Exception):
    """The next message's beginning cannot be found any more."""


class Framer:
    """Cuts a byte stream into the bodies of messages, as LSP's base protocol frames them."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take in `data`, then give each body that is complete. Raises StreamLost if a header makes no sense."""
        buffer, start = self._buffer, 0
        buffer += data
        try:
            while True:
                end = buffer.find(_HEADER_END, start)
                if end < 0:
                    if len(buffer) - start > MAX_HEADER_BYTES:
                        raise StreamLost("a header that does not end")
                    return
                body = end + len(_HEADER_END)
                stop = body + _content_length(bytes(buffer[start:end]))
                if len(buffer) < stop:
                    return
                start = stop
                yield bytes(buffer[body:stop])
        finally:
            del buffer[:start]


def _content_length(header: bytes) -> int:
    # Nearly every client sends just this.
    if header.startswith(_LENGTH) and (digits := header[len(_LENGTH) :]).isdigit() and len(digits) <= _SURE_DIGITS:
        return int(digits)
    length = None
    for line in header.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        # A web page can send a request of HTTP, which begins with a line that is not a header.
        if not colon or not _HEADER_NAME.fullmatch(name.strip()):
            raise StreamLost(f"no header: {line[:80]!r}")
        if length is None and name.strip().lower() == b"content-length":
            value = value.strip()
            if not value.isdigit() or len(value) > len(str(MAX_BODY_BYTES)) or int(value) > MAX_BODY_BYTES:
                raise StreamLost(f"Content-Length {value[:40]!r}")
            length = int(value)
    if length is None:
        raise StreamLost(f"no Content-Length in {header[:80]!r}")
    return length


class _Connection(asyncio.Protocol):
    """Hands what the client sends to the protocol, until either side ends it. `ended` is set when all is closed."""

    def __init__(self, protocol: Protocol, initialized: Callable[[], object] = lambda: None) -> None:
        self._loop = asyncio.get_running_loop()
        self.ended = asyncio.Event()
        self._protocol = protocol
        self._initialized = initialized
        self._framer = Framer()
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self.ended.is_set():
            return
        try:
            for body in self._framer.feed(data):
                self._protocol.receive(body)
                if self._protocol.exited:
                    self.end()
                    return
        except StreamLost as error:
            logger.error("Lost message framing: %s", error)
            self.end()

    def eof_received(self) -> None:
        self.end()

    def connection_lost(self, error: Exception | None) -> None:
        self.ended.set()

    def write_by(self, send: Callable[[memoryview], int], file: int) -> None:
        """Let the protocol write messages with `send`, which gives how much it took, to the open file `file`."""
        lock = threading.Lock()

        def write(message: bytes) -> None:
            rest = memoryview(message)
            with lock:
                while rest:
                    try:
                        rest = rest[send(rest) :]
                    except BlockingIOError:
                        select.select([], [file], [])
                    except OSError:  # the client does not read any more
                        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                            self._loop.call_soon_threadsafe(self.end)
                        return

        self._protocol.connect(write, self.end, self._initialized)

    def end(self) -> None:
        if self._transport is not None:
            self._transport.close()
        else:
            self.connection_lost(None)


def serve_stdio(protocol: Protocol) -> int:
    """Serve the client on standard input and output until it leaves; gives the exit status."""
    return _run(_serve_stdio(protocol, _take_stdout()), protocol)


def serve_tcp(protocol: Protocol, host: str, port: int) -> int:
    """Wait for one client and serve it until it leaves; gives the exit status.

    A client that never sends `initialize`, such as a port scanner or a web page, does not count. Says "listening on
    HOST:PORT" on standard error; port 0 takes a free one. Raises OSError if the address cannot be had.
    """
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1)
    listener.setblocking(False)
    print(f"listening on {host}:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    return _run(_serve_tcp(protocol, listener), protocol)


def _run(serving: Coroutine[Any, Any, None], protocol: Protocol) -> int:
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGINT, _terminate)
    asyncio.run(serving)
    return protocol.exit_status


def _terminate(signal_number: int, frame: FrameType | None) -> None:
    # What the server has started ends with it. An exception could be lost where it is raised, and the loop would wait
    # for a client that reads nothing.
    atexit._run_exitfuncs()
    os._exit(128 + signal_number)


async def _serve_stdio(protocol: Protocol, output: int) -> None:
    loop = asyncio.get_running_loop()
    connection = _Connection(protocol)
    connection.write_by(functools.partial(os.write, output), output)
    if _loop_can_read_stdin():
        await loop.connect_read_pipe(lambda: connection, os.fdopen(os.dup(0), "rb", buffering=0))
    else:
        threading.Thread(target=_pump_stdin, args=(loop, connection), daemon=True).start()
    await connection.ended.wait()


async def _serve_tcp(protocol: Protocol, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    with listener:
        while not protocol.is_initialized and not protocol.exited:
            client, _ = await loop.sock_accept(listener)
            await _serve_client(_Connection(protocol, listener.close), client)


async def _serve_client(connection: _Connection, client: socket.socket) -> None:
    connection.write_by(client.send, client.fileno())
    await asyncio.get_running_loop().connect_accepted_socket(lambda: connection, client)
    await connection.ended.wait()


def _take_stdout() -> int:
    """The real standard output; whatever prints from now on, a child process included, goes to standard error."""
    output = os.dup(1)
    try:
        os.dup2(2, 1)
    except OSError:  # there is no standard error
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout = sys.stderr
    return output


def _loop_can_read_stdin() -> bool:
    # asyncio refuses regular files; it would take a terminal, but make it non-blocking for the shell behind it as well.
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return os.name == "posix" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))


def _pump_stdin(loop: asyncio.AbstractEventLoop, connection: _Connection) -> None:
    with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
        with contextlib.suppress(OSError):
            while data := os.read(0, _READ_BYTES):
                loop.call_soon_threadsafe(connection.data_received, data)
        loop.call_soon_threadsafe(connection.end)
