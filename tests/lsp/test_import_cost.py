"""What the server imports before an editor has its first answer, and before the next ones."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from azureml_dockerfile_ls.lsp.requests import HANDLERS
from tests.lsp.raw_client import REAL_SERVER, RawClient
from tests.waiting import wait_until

TOO_EARLY = {
    *("requests", "urllib3", "dockerfile_parse", "platformdirs", "importlib.metadata", "_ssl"),
    *("azureml_dockerfile_ls.text", "azureml_dockerfile_ls.lsp.edits", "azureml_dockerfile_ls.snapshot"),
}


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """The names of all modules that were imported until `initialize` was answered."""
    with RawClient([sys.executable, "-X", "importtime", *REAL_SERVER[1:]]) as client:
        # What follows brings more: `initialized`.
        client.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        client.process.kill()
        client.process.wait()
        lines = client.stderr().splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def test_the_protocol_is_imported(imported: set[str]) -> None:
    """The list is really that of the server."""
    assert {"asyncio", "lsprotocol.types", "azureml_dockerfile_ls.lsp.protocol"} <= imported


def test_what_only_the_network_or_the_cache_needs_comes_later(imported: set[str]) -> None:
    """The first answer does not wait for packages that it does not need."""
    assert imported & TOO_EARLY == set()


FEATURES = "azureml_dockerfile_ls.features"


@pytest.fixture
def client() -> Iterator[RawClient]:
    """A client of a new server, which lists on standard error what it imports."""
    with RawClient([sys.executable, "-X", "importtime", *REAL_SERVER[1:]]) as client:
        client.initialize()
        yield client


def test_a_request_does_not_wait_for_what_others_need(client: RawClient) -> None:
    """The first outline needs no completion and no formatter."""
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": "file:///Dockerfile"}})
    listed = client.stderr()
    assert f"{FEATURES}.symbols" in listed
    assert f"{FEATURES}.completion" not in listed
    assert f"{FEATURES}.formatting" not in listed


def test_what_requests_need_is_there_before_them(client: RawClient) -> None:
    """When a document is open, the server imports what answers every request, before one is sent."""
    client.open("file:///Dockerfile", "FROM scratch\n")
    features = [
        f"{FEATURES}.{name}" for name in ("completion", "hover", "code_actions", "folding", "inline_completion")
    ]
    wait_until(lambda: all(name in client.stderr() for name in features))


@pytest.mark.slow
@pytest.mark.parametrize("method", HANDLERS)
def test_each_handler_can_be_the_first(method: str) -> None:
    """The module of a handler imports all that it needs by itself."""
    program = f"from azureml_dockerfile_ls.lsp.requests import handler; handler({method!r})"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).stderr == b""
