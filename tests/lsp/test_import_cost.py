"""What the server imports before an editor has its first answer."""

from __future__ import annotations

import sys

import pytest

from tests.lsp.raw_client import REAL_SERVER, RawClient

TOO_EARLY = {"requests", "urllib3", "dockerfile_parse", "platformdirs", "importlib.metadata", "_ssl"}


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
