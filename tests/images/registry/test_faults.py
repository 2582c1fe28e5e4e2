"""Faults of registries: each is one RegistryError with one line that names the registry."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress

import pytest

from azureml_dockerfile_ls.images.http import Absent, RegistryError, Resting
from azureml_dockerfile_ls.images.registry import Registry
from tests.images.fault_server import (
    Fault,
    FaultServer,
    answering,
    captive_portal,
    half_body,
    half_body_of_unknown_length,
    html_not_found,
    redirect_loop,
    two_hundred_megabytes,
    xml_not_found,
)
from tests.images.real_registry import free_port
from tests.images.registry.client import ask
from tests.waiting import wait_until

FAULTS: dict[str, tuple[Fault, str]] = {
    "403": (answering(403), r"access denied \(403\)"),
    "401 without a challenge": (answering(401), r"access denied \(401\)"),
    "401 with nonsense": (
        answering(401, b"", 'WWW-Authenticate: Bearer ,,="", realm'),
        "the URL of its token server is insecure",
    ),
    "429": (answering(429), r"too many requests \(429\)"),
    "500": (answering(500), r"server error \(500\)"),
    "503": (answering(503, b"x" * 1000), r"server error \(503\)"),
    "204": (answering(204), "unexpected status 204"),
    "a web page instead of an answer": (captive_portal, "the response is a web page"),
    "a web page with status 404": (html_not_found, "unexpected status 404"),
    "redirects in a circle": (redirect_loop, "too many redirects"),
    "a redirect to another host": (answering(302, b"", "Location: http://127.0.0.2:1/"), "redirects to another host"),
    "a redirect to a file": (answering(302, b"", "Location: file:///etc/passwd"), "redirects to another host"),
    "a redirect to nowhere": (answering(302, b"", "Location: http://[/"), "unusable response"),
    "a redirect without a place": (answering(302), "unexpected status 302"),
    "half a body": (half_body, "the response is incomplete|unusable response"),
    "half a body of unknown length": (half_body_of_unknown_length, "unusable response"),
    "an empty body": (answering(200), "unusable response: not JSON"),
    "an array": (answering(200, b"[]"), "unusable response: not JSON"),
    "nested without end": (answering(200, b'{"a":' * 200_000), "unusable response"),
    "a number without end": (answering(200, b'{"a":' + b"1" * 1_000_000 + b"}"), "unusable response"),
    "not UTF-8": (answering(200, b'{"tags": ["\xff"]}'), "unusable response"),
    "packed": (answering(200, b"\x1f\x8b", "Content-Encoding: gzip"), "the response is compressed"),
    "not HTTP": (lambda _, connection: connection.sendall(b"SSH-2.0-OpenSSH_9\r\n" * 10), "BadStatusLine|SSH-2.0"),
    "a closed connection": (lambda _, connection: connection.shutdown(socket.SHUT_RDWR), "Remote end closed|closed"),
    "200 MB": (two_hundred_megabytes(with_length=True), "the response exceeds 4,194,304 bytes"),
    "200 MB of unknown length": (two_hundred_megabytes(with_length=False), "exceeds 4,194,304 bytes"),
}


@pytest.mark.parametrize("operation", ["tags", "images", "configuration"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_line_that_names_the_registry(server: FaultServer, name: str, operation: str) -> None:
    """A fault gives one printable line that names the registry, for little CPU time."""
    server.fault, reason = FAULTS[name]

    start = time.process_time()
    with pytest.raises(RegistryError, match=reason) as caught:
        ask(server.url, operation)
    assert time.process_time() - start < 3
    message = str(caught.value)
    assert message.startswith("cannot get the ")
    assert f" from {server.url.removeprefix('http://')}: " in message
    assert message.isprintable()
    assert len(message) <= 300
    assert not isinstance(caught.value, (Absent, Resting))


@pytest.mark.parametrize("name", [name for name in FAULTS if "200 MB" not in name])
def test_a_fault_of_a_digest(server: FaultServer, name: str) -> None:
    """A request for a digest fails like any other request."""
    server.fault, _ = FAULTS[name]

    with pytest.raises(RegistryError):
        ask(server.url, "digest")


@pytest.mark.parametrize("operation", ["tags", "digest", "configuration"])
def test_not_found_in_the_form_of_microsofts_registry(server: FaultServer, operation: str) -> None:
    """XML with a byte-order mark means that there is no such tag, like OCI's JSON."""
    server.fault = xml_not_found

    with pytest.raises(Absent):
        ask(server.url, operation)


def test_closed_port() -> None:
    """A closed port fails at once."""
    with pytest.raises(RegistryError, match="Connection refused"):
        ask(f"http://127.0.0.1:{free_port()}")


def test_no_such_host() -> None:
    """A host without an address fails."""
    with pytest.raises(RegistryError, match="host name not found"):
        ask("http://registry.invalid")


def test_an_invalid_host_name() -> None:
    """A host name that is too long is an ordinary failure."""
    with pytest.raises(RegistryError):
        ask(f"http://{'x' * 70}.example")


def test_no_connection_is_left_open(server: FaultServer) -> None:
    """Responses that are cut off, redirected or refused leave no open connection."""
    registry = Registry({"mcr.microsoft.com": server.url})
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for number, (fault, _) in enumerate(FAULTS.values()):
        server.fault = fault
        with suppress(RegistryError):
            ask(server.url, ["tags", "images", "configuration"][number % 3])
    del registry

    if before:
        wait_until(lambda: len(os.listdir("/proc/self/fd")) <= before + 4)
