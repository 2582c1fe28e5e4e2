"""A client of a fault server, and images for such a server."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Callable
from typing import Any

from azureml_dockerfile_ls.images.http import Deadline
from azureml_dockerfile_ls.images.registry import Registry, Repository
from tests.images.fault_server import Fault, Request, answer

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
Operation = Callable[[Registry, Repository, Deadline], object]
OPERATIONS: dict[str, Operation] = {
    "tags": lambda registry, where, deadline: registry.tags(where, deadline),
    "images": lambda registry, where, deadline: registry.images("mcr.microsoft.com/azureml", deadline),
    "digest": lambda registry, where, deadline: registry.digest(where, "latest", deadline),
    "configuration": lambda registry, where, deadline: registry.configuration(where, "latest", deadline),
}


def ask(url: str, operation: str = "tags", seconds: float = 10.0) -> Any:
    """The result of a new client."""
    return ask_again(Registry({"mcr.microsoft.com": url}), operation, seconds)


def ask_again(registry: Registry, operation: str = "tags", seconds: float = 10.0, image: str = IMAGE) -> Any:
    """The result of a client that may have asked before."""
    where = registry.locate(image)
    assert where is not None
    with Deadline(seconds) as deadline:
        return OPERATIONS[operation](registry, where, deadline)


HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "../../etc/passwd",
    "a/b",
    "a b",
    "",
    "-a",
    ".a",
    "a" * 129,
    "é",
    "a\n",
    "\ud800",
    "\u202ea",
]


def digest_of(content: bytes) -> str:
    """The digest of a body."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def image(config: object, **changes: Any) -> Fault:
    """A registry with one image; `changes` replace parts of its manifest."""
    blob = json.dumps(config).encode()
    manifest = {"schemaVersion": 2, "config": {"digest": digest_of(blob)}, "layers": []} | changes
    return serving(json.dumps(manifest).encode(), blob)


def serving(manifest: bytes, blob: bytes) -> Fault:
    """A registry with one manifest and one blob."""

    def serve(request: Request, connection: socket.socket) -> None:
        body = blob if "/blobs/" in request.path else manifest
        answer(connection, 200, body, head=request.method == "HEAD")

    return serve
