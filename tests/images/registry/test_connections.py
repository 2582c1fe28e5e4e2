"""Connections that are reused, shared by threads, or made through a proxy."""

from __future__ import annotations

import socket
import threading

import pytest

from azureml_dockerfile_ls.images.http import RegistryError
from azureml_dockerfile_ls.images.registry import Registry
from tests.images.fault_server import FaultServer, Request, answer, answering_json, paged
from tests.images.real_registry import free_port
from tests.images.registry.client import ask, ask_again
from tests.waiting import PATIENCE


def test_one_connection_for_many_requests(server: FaultServer) -> None:
    """Connections are reused."""
    connections = set()

    def serve(request: Request, connection: socket.socket) -> None:
        connections.add(connection.getpeername())
        answer(connection, 200, b'{"tags": ["1"]}')

    server.fault = serve
    registry = Registry({"mcr.microsoft.com": server.url})
    for _ in range(5):
        ask_again(registry)
    assert len(connections) == 1


def test_a_connection_that_the_registry_has_closed(server: FaultServer) -> None:
    """A kept connection that the registry has closed is replaced silently."""
    used: set[object] = set()

    def serve_once(request: Request, connection: socket.socket) -> None:
        if connection.getpeername() in used:
            connection.shutdown(socket.SHUT_RDWR)
        else:
            used.add(connection.getpeername())
            answer(connection, 200, b'{"tags": ["1"]}')

    server.fault = serve_once
    registry = Registry({"mcr.microsoft.com": server.url})
    assert [ask_again(registry).names for _ in range(3)] == [("1",)] * 3


def test_proxy(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy of the environment is used, except for excluded hosts."""
    server.fault = answering_json({"tags": ["through-the-proxy"]})
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("http_proxy", server.url)

    assert ask("http://registry.invalid").names == ("through-the-proxy",)
    assert server.requests[0].target.startswith("http://registry.invalid/v2/azureml/")
    monkeypatch.setenv("NO_PROXY", "registry.invalid")
    monkeypatch.setenv("no_proxy", "registry.invalid")
    with pytest.raises(RegistryError, match="host name not found"):
        ask("http://registry.invalid")


def test_an_unreachable_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the proxy."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    with pytest.raises(RegistryError, match="the proxy: Connection refused"):
        ask("http://registry.invalid")


def test_many_threads(server: FaultServer) -> None:
    """Several threads can share a client."""
    server.fault = paged([str(version) for version in range(10)])
    registry = Registry({"mcr.microsoft.com": server.url})
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(ask_again(registry).names[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert found == ["9"] * 8
