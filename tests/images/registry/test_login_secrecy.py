"""Logins and tokens are sent to the registry that they are for, and nowhere else."""

from __future__ import annotations

import base64
import json
import socket
from pathlib import Path

import pytest

from azureml_dockerfile_ls.images.http import RegistryError
from azureml_dockerfile_ls.images.registry import Registry
from tests.images.fault_server import (
    Fault,
    FaultServer,
    Request,
    answer,
    answering,
    answering_json,
    running_fault_server,
)
from tests.images.real_registry import make_certificate, write_docker_config
from tests.images.registry.client import ask, ask_again, digest_of

LOGIN = {"auth": "YW5uYTpvcGVuIHNlc2FtZQ=="}


def log_in_to(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Store a login for the server in Docker's configuration."""
    host = server.url.partition("//")[2]
    write_docker_config(tmp_path, {"auths": {host: LOGIN}}, monkeypatch)


def requiring_a_login(serve: Fault, challenge: str = "Basic realm=x") -> Fault:
    """Serve requests that have an Authorization header; refuse the others."""

    def check(request: Request, connection: socket.socket) -> None:
        if "authorization" in request.headers:
            serve(request, connection)
        else:
            answer(connection, 401, b"", f"WWW-Authenticate: {challenge}", head=request.method == "HEAD")

    return check


def test_the_login_stays_with_the_registry(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A blob on another host is fetched from there, without the registry's login."""
    log_in_to(server, tmp_path, monkeypatch)
    blob = json.dumps({"config": {"User": "dockeruser"}}).encode()
    manifest = json.dumps({"config": {"digest": digest_of(blob)}}).encode()
    with running_fault_server(answering(200, blob)) as elsewhere:

        def serve(request: Request, connection: socket.socket) -> None:
            if "/blobs/" in request.path:
                answer(connection, 307, b"", f"Location: {elsewhere.url}/data?signature=1")
            else:
                answer(connection, 200, manifest)

        server.fault = requiring_a_login(serve)
        assert ask(server.url, "configuration").user == "dockeruser"

    (asked,) = elsewhere.requests
    assert asked.target == "/data?signature=1"
    assert "authorization" not in asked.headers
    assert "cookie" not in asked.headers


def test_the_login_is_not_sent_after_a_detour(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that was redirected elsewhere carries no login, even if it is redirected back."""
    log_in_to(server, tmp_path, monkeypatch)
    manifest = json.dumps({"config": {"digest": digest_of(b"{}")}}).encode()
    with running_fault_server(answering(302, b"", f"Location: {server.url}/back")) as elsewhere:

        def serve(request: Request, connection: socket.socket) -> None:
            if "/blobs/" in request.path:
                answer(connection, 302, b"", f"Location: {elsewhere.url}/there")
            else:
                answer(connection, 200, manifest if "/manifests/" in request.path else b"{}")

        server.fault = lambda request, connection: (
            answer(connection, 200, b"{}") if request.path == "/back" else requiring_a_login(serve)(request, connection)
        )
        assert ask(server.url, "configuration").user == ""

    (back,) = [request for request in server.requests if request.path == "/back"]
    assert "authorization" not in back.headers


def test_another_host_that_requires_a_login(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another host that requires a login gets none."""
    log_in_to(server, tmp_path, monkeypatch)
    manifest = json.dumps({"config": {"digest": digest_of(b"{}")}}).encode()
    with running_fault_server(answering(401, b"", "WWW-Authenticate: Basic realm=x")) as elsewhere:

        def serve(request: Request, connection: socket.socket) -> None:
            if "/blobs/" in request.path:
                answer(connection, 302, b"", f"Location: {elsewhere.url}/there")
            else:
                answer(connection, 200, manifest)

        server.fault = serve
        with pytest.raises(RegistryError, match=r"access denied \(401\)"):
            ask(server.url, "configuration")
    assert all("authorization" not in request.headers for request in elsewhere.requests)


def test_a_login_for_a_part_of_a_registry_stays_there(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The login of `HOST/team` is not sent for `HOST/azureml`, and that of the longest path is."""
    host = server.url.partition("//")[2]
    other = {"auth": base64.b64encode(b"other:secret").decode()}
    server.fault = requiring_a_login(answering_json({"tags": ["1"]}))
    logins = {f"{host}/team": other, f"{host}/azure": other, f"{host}/azureml/x": other}
    write_docker_config(tmp_path, {"auths": logins}, monkeypatch)

    with pytest.raises(RegistryError, match=r"access denied \(401\)"):
        ask(server.url)
    write_docker_config(tmp_path, {"auths": {host: other, f"{host}/azureml": LOGIN, **logins}}, monkeypatch)
    assert ask(server.url).names == ("1",)
    sent = {request.headers.get("authorization") for request in server.requests}
    assert sent == {None, f"Basic {LOGIN['auth']}"}


@pytest.mark.slow
def test_the_login_is_not_sent_to_a_token_server_on_another_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a server is asked without a login, unless one is kept for that host itself."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with (
        running_fault_server(answering_json({"token": "abc"}), certificate) as tokens,
        running_fault_server(answering_json({"tags": ["1"]}), certificate) as registry,
    ):
        realm = tokens.url.replace("127.0.0.1", "localhost")
        registry.fault = requiring_a_login(answering_json({"tags": ["1"]}), f'Bearer realm="{realm}/token"')
        log_in_to(registry, tmp_path, monkeypatch)
        assert ask(registry.url).names == ("1",)
        write_docker_config(tmp_path, {"auths": {realm.partition("//")[2]: LOGIN}}, monkeypatch)
        assert ask(registry.url).names == ("1",)
        write_docker_config(tmp_path, {"auths": {registry.url.partition("//")[2]: {"identitytoken": "x"}}}, monkeypatch)
        assert ask(registry.url).names == ("1",)

    sent = [(request.method, request.headers.get("authorization")) for request in tokens.requests]
    assert sent == [("GET", None), ("GET", f"Basic {LOGIN['auth']}"), ("GET", None)]


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]:1/",
        "http://[::ffff:169.254.169.254]/",
        "http://localhost:1/",
        "http://2130706433:1/",
        "http://0x7f.1:1/",
        "http://0:1/",
    ],
)
def test_a_registry_elsewhere_cannot_send_us_to_this_machine(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """A blob is not fetched from an address of this machine, or from the service that tells it its secrets."""
    manifest = json.dumps({"config": {"digest": digest_of(b"{}")}}).encode()
    for name in ("http_proxy", "no_proxy"):
        monkeypatch.setenv(name, server.url if name == "http_proxy" else "")

    def serve(request: Request, connection: socket.socket) -> None:
        if "/blobs/" in request.path:
            answer(connection, 302, b"", f"Location: {target}")
        else:
            answer(connection, 200, manifest)

    server.fault = serve
    with pytest.raises(RegistryError, match="it redirects to an address of this machine"):
        ask("http://registry.example", "configuration")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "proxy",
    [
        "http://anna:open-sesame@",
        "http://anna:open-sesame@127.0.0.1:1",
        "http://anna:open/sesame@127.0.0.1:1",
        "http://anna:open#sesame@127.0.0.1:1",
        "http://anna:open?sesame@127.0.0.1:1",
        "http://anna:open sesame@127.0.0.1:x",
        "http://anna:open%zzsesame@[",
        "anna:open-sesame@127.0.0.1:1",
        "//anna:open-sesame@127.0.0.1:1",
        "socks5://anna:open-sesame@127.0.0.1:1",
    ],
)
def test_the_login_of_a_proxy_is_in_no_message(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """However the variable is written, the failure is one sentence without any part of the password."""
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")

    with pytest.raises(RegistryError) as caught:
        ask("http://registry.example")
    for part in ("open", "sesame", "anna"):
        assert part not in str(caught.value)


@pytest.mark.parametrize("realm", ["http://127.0.0.2:1/token", "file:///etc/passwd", "", "token", "http://["])
def test_insecure_token_servers(server: FaultServer, realm: str) -> None:
    """Without TLS a token is requested from the registry's own host only."""
    server.fault = answering(401, b"", f'WWW-Authenticate: Bearer realm="{realm}",service="x"')

    with pytest.raises(RegistryError, match="the URL of its token server is insecure"):
        ask(server.url)


def test_no_downgrade_from_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: FaultServer) -> None:
    """A registry with TLS can refer neither to a token server nor to blobs without TLS."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    manifest = json.dumps({"config": {"digest": digest_of(b"{}")}}).encode()

    def serve(request: Request, connection: socket.socket) -> None:
        if "/blobs/" in request.path:
            answer(connection, 302, b"", f"Location: {server.url}/data")
        else:
            answer(connection, 200, manifest)

    with running_fault_server(serve, certificate) as secure:
        with pytest.raises(RegistryError, match="it redirects to an insecure URL"):
            ask(secure.url, "configuration")
        secure.fault = answering(401, b"", f'WWW-Authenticate: Bearer realm="{server.url}/token"')
        with pytest.raises(RegistryError, match="the URL of its token server is insecure"):
            ask(secure.url)
    assert server.requests == []


@pytest.mark.parametrize(
    "token",
    [b"", b"{}", b'{"token": ""}', b'{"token": "a b"}', b'{"token": "a\\r\\nX: y"}', b'{"token": 7}', b"[]", b"<html>"],
)
def test_invalid_tokens(server: FaultServer, token: bytes) -> None:
    """The response of a token server is checked like that of the registry."""

    def serve(request: Request, connection: socket.socket) -> None:
        if request.path == "/token":
            answer(connection, 200, token)
        else:
            answer(connection, 401, b"", f'WWW-Authenticate: Bearer realm="{server.url}/token"')

    server.fault = serve
    with pytest.raises(RegistryError):
        ask(server.url)


@pytest.mark.parametrize(
    "challenge",
    [
        'Bearer realm="{url}/token",service="a,b",scope="repository:x:pull,push"',
        'bearer Realm = x, realm="{url}/token", service="a,b" , scope="repository:x:pull,push"',
        'Basic realm="x, Bearer", Bearer realm="{url}/token",service="a,b",scope="repository:x:pull,push"',
        'Negotiate abc==, Bearer realm="{url}/token",service="a\\,b",scope="repository:x:pull,push",error="x"',
    ],
)
def test_challenges(server: FaultServer, challenge: str) -> None:
    """Service and scope are sent as the registry names them, whatever other schemes it offers."""

    def serve(request: Request, connection: socket.socket) -> None:
        if request.path == "/token":
            answer(connection, 200, b'{"token": "abc"}')
        else:
            ready = requiring_a_login(answering_json({"tags": ["1"]}), challenge.format(url=server.url))
            ready(request, connection)

    server.fault = serve
    assert ask(server.url).names == ("1",)
    (token,) = [request for request in server.requests if request.path == "/token"]
    assert token.query == {"service": "a,b", "scope": "repository:x:pull,push"}
    assert server.requests[-1].headers["authorization"] == "Bearer abc"


def test_an_expired_token_is_replaced(server: FaultServer) -> None:
    """An expired token is replaced once."""
    valid = ["first"]

    def serve(request: Request, connection: socket.socket) -> None:
        if request.path == "/token":
            answer(connection, 200, json.dumps({"token": valid[0]}).encode())
        elif request.headers.get("authorization") == f"Bearer {valid[0]}":
            answer(connection, 200, b'{"tags": ["1"]}')
        else:
            answer(connection, 401, b"", f'WWW-Authenticate: Bearer realm="{server.url}/token"')

    server.fault = serve
    registry = Registry({"mcr.microsoft.com": server.url})
    ask_again(registry)
    valid[0] = "second"

    assert ask_again(registry).names == ("1",)
    assert len([request for request in server.requests if request.path == "/token"]) == 2


def test_nothing_personal_is_sent(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the name of the image and of this program are sent: no cookies, and no login from ~/.netrc."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login anna password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.fault = answering_json({"tags": ["1"]}, "Set-Cookie: who=you; Path=/")
    registry = Registry({"mcr.microsoft.com": server.url})
    ask_again(registry)
    ask_again(registry)

    for request in server.requests:
        assert set(request.headers) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert request.headers["user-agent"].startswith("azureml-dockerfile-ls/")
        assert request.target == "/v2/azureml/minimal-py312-inference/tags/list?n=1000"
