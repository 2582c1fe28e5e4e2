"""The end of a request to a registry that is silent or slow."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from azureml_dockerfile_ls.images.http import Cancelled, Deadline, RegistryError
from azureml_dockerfile_ls.images.registry import Registry
from tests.images.fault_server import (
    HEAD_OF_BODY,
    Fault,
    FaultServer,
    Request,
    answering_json,
    one_byte_a_time,
    running_fault_server,
    silent,
)
from tests.images.real_registry import make_certificate
from tests.images.registry.client import IMAGE, ask, ask_again
from tests.waiting import PATIENCE


@pytest.mark.slow
def test_silence(server: FaultServer) -> None:
    """A silent registry is abandoned after 5 s, even if the deadline is later."""
    server.fault = silent

    with pytest.raises(RegistryError, match="no response within 5 s"):
        ask(server.url, seconds=10 * PATIENCE)
    assert not server.has_lost_patience


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        one_byte_a_time(b"HTTP/1.1 200 OK\r\n", 0.2),
        one_byte_a_time(b"X: y\r\n", 0.2, b"HTTP/1.1 200 OK\r\n"),
        one_byte_a_time(b" ", 0.2, HEAD_OF_BODY),
        one_byte_a_time(b" ", 0.2, b"HTTP/1.1 200 OK\r\n\r\n{"),
        one_byte_a_time(b"1\r\n \r\n", 0.2, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        one_byte_a_time(b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
    ],
    ids=["status", "headers", "body", "body of unknown length", "chunks", "continue"],
)
def test_one_byte_a_time(server: FaultServer, fault: Fault) -> None:
    """A response that trickles in does not extend a request beyond its deadline."""
    server.fault = fault

    with pytest.raises(RegistryError, match="it took longer than 1 s"):
        ask(server.url, seconds=1)
    assert not server.has_lost_patience


@pytest.mark.slow
def test_one_byte_a_time_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A response that trickles in over TLS does not extend a request beyond its deadline."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with running_fault_server(one_byte_a_time(b" ", 0.2, HEAD_OF_BODY), certificate) as server:
        with pytest.raises(RegistryError, match="it took longer than 1 s"):
            ask(server.url, seconds=1)
        assert not server.has_lost_patience


@pytest.mark.slow
def test_a_tls_handshake_that_never_completes() -> None:
    """A port that accepts connections but never completes a TLS handshake is abandoned."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        patience = threading.Timer(PATIENCE, listener.close)
        patience.start()
        with pytest.raises(RegistryError, match="it took longer than 1 s"):
            ask(f"https://127.0.0.1:{listener.getsockname()[1]}", seconds=1)
        assert patience.is_alive()
        patience.cancel()


@pytest.mark.slow
@pytest.mark.usefixtures("_endless_silence")
@pytest.mark.parametrize("fault", [silent, one_byte_a_time(b"X: y\r\n", 0.2, b"HTTP/1.1 200 OK\r\n")])
def test_a_proxy_that_hangs(server: FaultServer, monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """A proxy that never opens the tunnel does not extend a request beyond its deadline."""
    server.fault = fault
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    monkeypatch.setenv("https_proxy", server.url)

    with pytest.raises(RegistryError, match="it took longer than 1 s"):
        ask("https://registry.invalid", seconds=1)
    assert not server.has_lost_patience
    assert server.requests[0].method == "CONNECT"


@pytest.mark.usefixtures("_endless_silence")
@pytest.mark.parametrize("fault", [silent, one_byte_a_time(b" ", 0.2, HEAD_OF_BODY)], ids=["silent", "slow"])
def test_cancel(server: FaultServer, fault: Fault) -> None:
    """A running request ends when another thread cancels it."""

    def cancel_later(request: Request, connection: socket.socket) -> None:
        threading.Timer(0.3, deadline.cancel).start()
        fault(request, connection)

    server.fault = cancel_later
    registry = Registry({"mcr.microsoft.com": server.url})
    where = registry.locate(IMAGE)
    assert where is not None

    with Deadline(10 * PATIENCE) as deadline:
        with pytest.raises(Cancelled):
            registry.tags(where, deadline)
        assert not server.has_lost_patience
        with pytest.raises(Cancelled):
            registry.tags(where, deadline)

    # A cancelled request is not a failure, so the next one is sent at once.
    server.fault = answering_json({"tags": ["1"]})
    assert ask_again(registry).names == ("1",)
