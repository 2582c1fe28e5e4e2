"""A server that misbehaves like faulty registries, proxies and captive portals.

A fault is a function that gets the request and the open connection, and writes any bytes.
"""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from tests.waiting import PATIENCE

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Request:
    """A received request; the names of its headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        """The path, without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query, each key once."""
        return {key: values[0] for key, values in parse_qs(urlsplit(self.target).query).items()}


Fault = Callable[[Request, socket.socket], None]


@dataclass
class FaultServer:
    """A running server. `fault` may be changed at any time."""

    url: str
    fault: Fault
    requests: list[Request] = field(default_factory=list)
    has_lost_patience: bool = False
    """Whether a client has waited for an endless fault for longer than PATIENCE."""


@contextmanager
def running_fault_server(fault: Fault, certificate: tuple[Path, Path] | None = None) -> Iterator[FaultServer]:
    """Run a server on loopback that answers every request with `fault`, over TLS if it has a certificate."""

    class Handler(socketserver.StreamRequestHandler):
        def setup(self) -> None:
            if context:
                self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()

        def handle(self) -> None:
            try:
                while request := self.read_request():
                    server.requests.append(request)
                    server.fault(request, self.connection)
            except TimeoutError:
                server.has_lost_patience = True
            except OSError:
                pass

        def read_request(self) -> Request | None:
            line = self.rfile.readline(1 << 16).decode("latin-1").split()
            headers = {}
            while (header := self.rfile.readline(1 << 16).decode("latin-1").strip()) != "":
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            return Request(line[0], line[1], headers) if len(line) == 3 else None

    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        request_queue_size = 64

        def handle_error(self, *_: object) -> None:
            """Ignore a client that disconnects."""

    with Listener(("127.0.0.1", 0), Handler) as listener:
        scheme = "https" if certificate else "http"
        server = FaultServer(f"{scheme}://127.0.0.1:{listener.server_address[1]}", fault)
        threading.Thread(target=listener.serve_forever, args=[0.05], daemon=True).start()
        try:
            yield server
        finally:
            listener.shutdown()


def answer(connection: socket.socket, status: int = 200, body: bytes = b"", *headers: str, head: bool = False) -> None:
    """Send a complete response; `headers` are lines such as `Retry-After: 3`."""
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", *headers, "", ""]
    connection.sendall("\r\n".join(lines).encode("latin-1") + (b"" if head else body))


def answering(status: int = 200, body: bytes = b"", *headers: str) -> Fault:
    """The same response to every request."""
    return lambda request, connection: answer(connection, status, body, *headers, head=request.method == "HEAD")


def answering_json(document: object, *headers: str) -> Fault:
    """A JSON document in response to every request."""
    return answering(200, json.dumps(document).encode(), "Content-Type: application/json", *headers)


xml_not_found = answering(
    404,
    BOM + b'<?xml version="1.0" encoding="utf-8"?><Error><Code>BlobNotFound</Code><Message>The specified blob does '
    b"not exist.\nRequestId:1f</Message></Error>",
    "Content-Type: application/xml",
)
captive_portal = answering(200, b"<!DOCTYPE html><title>Log in</title>", "Content-Type: text/html")
html_not_found = answering(404, b"<html>Not here</html>", "Content-Type: text/html")
redirect_loop = answering(302, b"", "Location: /v2/again")


def half_body(request: Request, connection: socket.socket) -> None:
    """A body that is shorter than its Content-Length."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"tags": ["1", "2"')
    connection.shutdown(socket.SHUT_RDWR)


def half_body_of_unknown_length(request: Request, connection: socket.socket) -> None:
    """A body that has no Content-Length and ends in the middle."""
    connection.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"tags": ["1", "2"')
    connection.shutdown(socket.SHUT_RDWR)


def silent(request: Request, connection: socket.socket) -> None:
    """No response while the client waits."""
    connection.settimeout(PATIENCE)
    connection.recv(1)


def one_byte_a_time(content: bytes, seconds: float, at_once: bytes = b"") -> Fault:
    """`at_once`, then `content` again and again, one byte at a time with a pause after each."""

    def drip(request: Request, connection: socket.socket) -> None:
        connection.sendall(at_once)
        end = time.monotonic() + PATIENCE
        for byte in cycle(content):
            connection.sendall(bytes([byte]))
            time.sleep(seconds)
            if time.monotonic() > end:
                raise TimeoutError

    return drip


HEAD_OF_BODY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"


def two_hundred_megabytes(with_length: bool) -> Fault:
    """A body of 200 MB, with or without a Content-Length."""

    def flood(request: Request, connection: socket.socket) -> None:
        length = b"Content-Length: 209715200\r\n" if with_length else b""
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + b'\r\n{"tags": ["')
        for _ in range(200):
            connection.sendall(b"a" * (1 << 20))
        connection.shutdown(socket.SHUT_RDWR)

    return flood


def paged(names: list[str], field: str = "tags", *, absolute: bool = False, link: bool = True) -> Fault:
    """A list in pages of `n`, each with a Link to the next page, like the tags of distribution v3."""

    def page(request: Request, connection: socket.socket) -> None:
        size = int(request.query.get("n", len(names)))
        last = request.query.get("last")
        start = names.index(last) + 1 if last in names else 0
        shown = names[start : start + size]
        headers = ["Content-Type: application/json"]
        if link and start + size < len(names):
            base = f"http://{request.headers['host']}" if absolute else ""
            headers.append(f'Link: <{base}{request.path}?last={quote(shown[-1], safe="")}&n={size}>; rel="next"')
        body: dict[str, Any] = {"name": "x", field: shown}
        answer(connection, 200, json.dumps(body).encode(), *headers)

    return page
