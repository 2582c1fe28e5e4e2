"""Manifests, digests and configurations with missing or invalid values."""

from __future__ import annotations

import json
import socket

import pytest

from azureml_dockerfile_ls.images.http import RegistryError
from azureml_dockerfile_ls.images.responses import Configuration
from tests.images.fault_server import FaultServer, Request, answer, answering, answering_json
from tests.images.registry.client import ask, digest_of, image


def test_unprintable_values(server: FaultServer) -> None:
    """A value with control characters is dropped; its variable is kept."""
    environment = ["A=plain", "B=\x1b[31m", "C", "=x", "", "\x07=x", 7, "D=\ud800", "E=" + "x" * 9000, "A=again"]
    labels = {"good": "1", "bad": "\x1b]0;title\x07", "worse\n": "1", "none": None, "number": 7}
    ports: dict[str, object] = {"80/tcp": {}, "53/udp": {}, "9000-9010": {}, "http": {}, "80/tcp\x1b": {}}
    config = {"User": "u", "Env": environment, "Labels": labels, "ExposedPorts": ports}
    server.fault = image({"created": "yesterday", "config": config})

    found: Configuration = ask(server.url, "configuration")
    assert found.environment == {"A": "again", "B": None, "C": None, "D": None, "E": None}
    assert found.labels == {"good": "1"}
    assert found.exposed_ports == ("80/tcp", "53/udp", "9000-9010")
    assert (found.user, found.created) == ("u", None)


@pytest.mark.parametrize(
    "config", [None, {}, {"config": None}, {"config": {"Env": None, "Labels": None, "User": None}}]
)
def test_configuration_without_fields(server: FaultServer, config: object) -> None:
    """Missing fields have defaults; a document that is not an object is refused."""
    server.fault = image(config)

    if config is None:
        with pytest.raises(RegistryError):
            ask(server.url, "configuration")
    else:
        assert ask(server.url, "configuration").user == ""


def test_digest_without_a_header(server: FaultServer) -> None:
    """If the response to HEAD has no digest, the manifest is requested."""
    server.fault = image({"config": {}})

    assert ask(server.url, "digest") == ask(server.url, "configuration").digest
    assert [request.method for request in server.requests[:2]] == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [400, 404, 405, 500])
def test_digest_where_head_is_refused(server: FaultServer, status: int) -> None:
    """If HEAD is not supported, GET is used."""
    serve = image({"config": {}})

    def no_head(request: Request, connection: socket.socket) -> None:
        if request.method == "HEAD":
            answer(connection, status, b"x", head=True)
        else:
            serve(request, connection)

    server.fault = no_head
    assert ask(server.url, "digest").startswith("sha256:")


def test_a_wrong_digest(server: FaultServer) -> None:
    """A manifest that does not match its digest is refused."""
    server.fault = answering(200, b'{"config": {}}', f"Docker-Content-Digest: sha256:{'0' * 64}")

    with pytest.raises(RegistryError, match="its digest does not match"):
        ask(server.url, "configuration")


@pytest.mark.parametrize(
    "manifest",
    [
        {"schemaVersion": 1, "fsLayers": [], "history": []},
        {"config": None},
        {"config": {"digest": "../../secret"}},
        {"config": {"digest": "sha256:" + "0" * 64 + "\n"}},
        {"manifests": []},
        {"manifests": None},
        {"manifests": 7},
        {"manifests": [7]},
        {"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}, "digest": "sha256:../x"}]},
        {"manifests": [{"platform": "linux/amd64", "digest": "sha256:" + "0" * 64}]},
        {"manifests": [{"platform": {"os": [], "architecture": {}}, "digest": []}]},
    ],
)
def test_invalid_manifests(server: FaultServer, manifest: object) -> None:
    """A manifest without a valid digest of a configuration is unusable, and nothing else is requested."""
    server.fault = answering_json(manifest)

    with pytest.raises(RegistryError, match="unusable response"):
        ask(server.url, "configuration")
    assert len(server.requests) == 1


def test_an_index_within_an_index(server: FaultServer) -> None:
    """An index that refers to another index is not followed endlessly."""
    entry = {"platform": {"os": "linux", "architecture": "amd64"}}
    inner = json.dumps({"manifests": []}).encode()
    outer = json.dumps({"manifests": [{**entry, "digest": digest_of(inner)}]}).encode()

    def serve(request: Request, connection: socket.socket) -> None:
        answer(connection, 200, outer if request.path.endswith("latest") else inner)

    server.fault = serve
    with pytest.raises(RegistryError, match="unusable response"):
        ask(server.url, "configuration")
