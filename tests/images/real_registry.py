"""A real registry on this machine: Debian's docker-registry, filled by skopeo, with each kind of login.

`apt-get install docker-registry skopeo openssl`. Tests are skipped where they are not installed.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.machine import require
from tests.waiting import wait_until

USER = "anna"
PASSWORD = "open sesame"
# The password as a bcrypt hash, because Python's library has no bcrypt.
HTPASSWD = f"{USER}:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n"
IDENTITY_TOKEN = "the-identity-token-of-anna"

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def require_programs() -> None:
    """Skip the test where a program is missing."""
    require("docker-registry", "skopeo", "openssl")


@dataclass(frozen=True)
class Image:
    """An image to push: its repository, its tag, and the `config` of its configuration for each architecture."""

    repository: str
    tag: str
    config: Mapping[str, Any] = field(default_factory=dict)
    architectures: tuple[str, ...] = ("amd64",)
    """An image for anything but amd64 alone is pushed as an index."""
    created: str = "2026-07-15T08:09:10.123456789Z"


def fill(url: str, images: Iterable[Image], folder: Path) -> None:
    """Push images to a registry that has an http URL."""
    for number, image in enumerate(images):
        layout = folder / f"layout{number}"
        _write_layout(layout, image)
        host = url.removeprefix("http://")
        target = f"docker://{host}/{image.repository}:{image.tag}"
        command = ["skopeo", "--insecure-policy", "copy", "--quiet", "--all", "--dest-tls-verify=false"]
        subprocess.run([*command, f"oci:{layout}:{image.tag}", target], check=True, timeout=60)


def _write_layout(folder: Path, image: Image) -> None:
    """Write an OCI image layout: https://github.com/opencontainers/image-spec/blob/main/image-layout.md."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def add(content: bytes, media_type: str) -> dict[str, Any]:
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    def add_json(document: object, media_type: str) -> dict[str, Any]:
        return add(json.dumps(document).encode(), media_type)

    empty_tar = bytes(10240)
    layer = add(gzip.compress(empty_tar, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip")
    manifests = []
    for architecture in image.architectures:
        configuration = {
            "created": image.created,
            "architecture": architecture,
            "os": "linux",
            "config": {**image.config, "Labels": {"architecture": architecture, **image.config.get("Labels", {})}},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(empty_tar).hexdigest()}"]},
        }
        config = add_json(configuration, "application/vnd.oci.image.config.v1+json")
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]}
        platform = {"os": "linux", "architecture": architecture}
        manifests.append({**add_json(manifest, MANIFEST), "platform": platform})
    top = manifests[0]
    if image.architectures != ("amd64",):
        top = add_json({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}, INDEX)
    top = {**top, "annotations": {"org.opencontainers.image.ref.name": image.tag}}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [top]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def free_port() -> int:
    """A port of loopback without a listener."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a self-signed certificate for 127.0.0.1, and its key."""
    require("openssl")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command, *names], check=True, capture_output=True, timeout=60)
    return certificate, key


@contextmanager
def running_registry(
    folder: Path,
    data: Path,
    *,
    certificate: tuple[Path, Path] | None = None,
    auth: Mapping[str, Any] | None = None,
) -> Iterator[str]:
    """Run docker-registry over the files in `data`, with TLS if it has a certificate; gives its URL."""
    port = free_port()
    http: dict[str, Any] = {"addr": f"127.0.0.1:{port}"}
    if certificate:
        http["tls"] = {"certificate": str(certificate[0]), "key": str(certificate[1])}
    configuration = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(data)},
            "maintenance": {"uploadpurging": {"enabled": False}},
        },
        "http": http,
        **({"auth": auth} if auth else {}),
    }
    file = folder / f"registry-{port}.yml"
    file.write_text(json.dumps(configuration))  # JSON is YAML
    with (folder / f"registry-{port}.log").open("wb") as log:
        process = subprocess.Popen(["docker-registry", "serve", str(file)], stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    def answers() -> bool:
        assert process.poll() is None, "docker-registry did not start"
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers)


def basic_auth(folder: Path) -> dict[str, Any]:
    """The registry's settings for a login with the name and password above."""
    (folder / "htpasswd").write_text(HTPASSWD)
    return {"htpasswd": {"realm": "tests", "path": str(folder / "htpasswd")}}


@dataclass
class TokenServer:
    """A token server like those of Docker Hub and Azure Container Registry."""

    url: str
    auth: dict[str, Any]
    """The settings of a registry that trusts its tokens."""
    requests: list[str] = field(default_factory=list)
    """How each token was requested: `anonymous`, `password` or `identity token`, with the scope."""


@contextmanager
def running_token_server(folder: Path, *, anonymous: bool) -> Iterator[TokenServer]:
    """Run a token server that gives tokens to every client, or only to the user above."""
    certificate, key = make_certificate(folder)
    der = subprocess.run(
        ["openssl", "x509", "-in", str(certificate), "-outform", "der"], check=True, capture_output=True, timeout=60
    ).stdout

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            given = self.headers.get("Authorization")
            how = "password" if given == f"Basic {login}" else "anonymous" if given is None else "wrong password"
            self.grant(how, query)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            fits = form["grant_type"] == ["refresh_token"] and form["refresh_token"] == [IDENTITY_TOKEN]
            self.grant("identity token" if fits else "wrong identity token", form)

        def grant(self, how: str, query: dict[str, list[str]]) -> None:
            scope = query.get("scope", [""])[0]
            server.requests.append(f"{how} {scope}")
            if how.startswith("wrong") or (how == "anonymous" and not anonymous):
                self.answer(401, {"errors": [{"code": "UNAUTHORIZED"}]})
                return
            kind, _, rest = scope.partition(":")
            name, _, actions = rest.rpartition(":")
            access = [{"type": kind, "name": name, "actions": actions.split(",")}]
            claims = {"iss": "tests", "sub": USER, "aud": query["service"][0], "access": access, "jti": "1"}
            now = int(time.time())
            token = _signed({**claims, "iat": now, "nbf": now - 60, "exp": now + 300}, der, key)
            # Azure Container Registry sends access_token, Docker's server sends both.
            self.answer(200, {"access_token" if how == "identity token" else "token": token})

        def answer(self, status: int, document: object) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        url = f"http://127.0.0.1:{listener.server_address[1]}/token"
        settings = {"realm": url, "service": "tests", "issuer": "tests", "rootcertbundle": str(certificate)}
        server = TokenServer(url, {"token": settings})
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            listener.shutdown()


def _signed(claims: Mapping[str, Any], der: bytes, key: Path) -> str:
    """A JSON web token that carries its certificate (RFC 7515, 4.1.6)."""

    def encode(content: bytes) -> bytes:
        return base64.urlsafe_b64encode(content).rstrip(b"=")

    header = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
    text = encode(json.dumps(header).encode()) + b"." + encode(json.dumps(claims).encode())
    command = ["openssl", "dgst", "-sha256", "-sign", str(key)]
    signature = subprocess.run(command, input=text, check=True, capture_output=True, timeout=60).stdout
    return (text + b"." + encode(signature)).decode()


def write_docker_config(folder: Path, config: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Write Docker's `config.json` of the user."""
    (folder / "config.json").write_text(json.dumps(config))
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))


def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connect to loopback directly, whatever proxies the environment names."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
