"""Servers whose messages the tests write themselves: a new one, an initialized one, and a shared one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lsp.protocol.messages import URI
from tests.lsp.raw_client import RawClient


@pytest.fixture
def fresh() -> Iterator[RawClient]:
    """A server before the first message."""
    with RawClient() as client:
        yield client


@pytest.fixture
def own(fresh: RawClient) -> RawClient:
    """An initialized server for one test, which may end it or leave it busy."""
    fresh.initialize()
    return fresh


@pytest.fixture(scope="package")
def shared() -> Iterator[RawClient]:
    """An initialized server that many tests share, because starting one takes most of their time."""
    with RawClient() as client:
        client.initialize()
        yield client


@pytest.fixture
def client(shared: RawClient) -> Iterator[RawClient]:
    """The shared server, which counts columns in UTF-16. A test leaves no request running and opens URI at most."""
    yield shared
    shared.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    shared.request("test/wait", {"seconds": 0.01})
    shared.forget()
