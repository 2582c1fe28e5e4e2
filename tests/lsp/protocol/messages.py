"""Messages and requests to the probe server."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.lsp.raw_client import RawClient, frame

URI = "file:///project/Dockerfile"
BASE_PROTOCOL = {"jsonrpc": "2.0"}
INITIALIZE = frame({**BASE_PROTOCOL, "id": 1, "method": "initialize", "params": {"capabilities": {}}})
SHUTDOWN_AND_EXIT = frame({**BASE_PROTOCOL, "id": 2, "method": "shutdown"}) + frame({**BASE_PROTOCOL, "method": "exit"})
posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")


def position_at(line: object, character: object) -> dict[str, object]:
    """The parameters of a request at a position."""
    return {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}


def text_of(client: RawClient) -> Any:
    """The text and the version that the server has, or None."""
    return client.request("test/text", {"uri": URI})


def offset_of(client: RawClient, line: int, character: int) -> int:
    """The offset at which the server sees a position."""
    return int(client.request("textDocument/hover", position_at(line, character))["contents"])
