"""Logins at a real registry: passwords, tokens and Docker's configuration."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from azureml_dockerfile_ls.images.http import Deadline, RegistryError
from tests.images.real_registry import (
    IDENTITY_TOKEN,
    PASSWORD,
    USER,
    basic_auth,
    running_token_server,
    write_docker_config,
)
from tests.images.registry.real_images import MINIMAL, MINIMAL_TAGS, at, configuration, tags


def encoded(user: str = USER, password: str = PASSWORD) -> str:
    """A login as Docker stores it."""
    return base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "login"),
    [
        ("{host}", {"auth": encoded()}),
        ("http://{host}", {"auth": encoded()}),
        ("https://{host}/v1/", {"auth": encoded()}),
        ("{host}", {"username": USER, "password": PASSWORD}),
    ],
)
def test_basic_login(
    starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, login: Mapping[str, str]
) -> None:
    """A name and password are read from Docker's config.json in every form that Docker writes."""
    url = starting(auth=basic_auth(tmp_path))
    host = url.removeprefix("http://")
    write_docker_config(tmp_path, {"auths": {key.format(host=host): login}}, monkeypatch)

    assert tags(url).names == MINIMAL_TAGS
    assert configuration(url, "latest").user == "dockeruser"


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"auths": {"another.example": {"auth": encoded()}}},
        {"auths": {"{host}": {"auth": encoded(password="wrong")}}},
        {"auths": {"{host}": {"auth": "not base64"}}},
        {"auths": {"{host}": {"auth": 7, "username": [], "identitytoken": {}}}},
        {"auths": {"{host}": None}},
        {"auths": {"{host}": {"username": "\ud800", "password": "\ud800"}}},
        {"auths": []},
    ],
)
def test_without_the_right_login(
    starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Any
) -> None:
    """Without the right login the registry denies access, and the message does not contain the password."""
    url = starting(auth=basic_auth(tmp_path))
    host = url.removeprefix("http://")
    if isinstance(config.get("auths"), dict):
        config = {"auths": {key.format(host=host): login for key, login in config["auths"].items()}}
    write_docker_config(tmp_path, config, monkeypatch)

    with pytest.raises(RegistryError, match=r"access denied \(401\)") as caught:
        tags(url)
    assert PASSWORD not in str(caught.value)
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"null"])
def test_a_damaged_docker_config(
    starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """A damaged file contains no login."""
    url = starting(auth=basic_auth(tmp_path))
    (tmp_path / "config.json").write_bytes(content)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    with pytest.raises(RegistryError, match=r"access denied \(401\)"):
        tags(url)


@pytest.mark.parametrize("store", [{"credsStore": "desktop"}, {"credHelpers": {"{host}": "acr-env"}}])
def test_credential_helpers_are_not_run(
    starting: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    store: dict[str, Any],
) -> None:
    """A login of a helper program is not used, which is logged once."""
    url = starting(auth=basic_auth(tmp_path))
    host = url.removeprefix("http://")
    if "credHelpers" in store:
        store = {"credHelpers": {host: "acr-env"}}
    write_docker_config(tmp_path, {"auths": {host: {}}, **store}, monkeypatch)
    ran = tmp_path / "ran"
    for helper in ("desktop", "acr-env"):
        program = tmp_path / f"docker-credential-{helper}"
        program.write_text(f"#!/bin/sh\ntouch {ran}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    for _ in range(2):
        with pytest.raises(RegistryError):
            tags(url)
    warning = f"No login is sent to {host}: Docker's credential helpers are not run."
    assert [record.getMessage() for record in caplog.records] == [warning]
    assert not ran.exists()


@pytest.mark.slow
def test_token_without_a_login(starting: Callable[..., str], tmp_path: Path) -> None:
    """A registry with anonymous tokens is asked with a token, which is reused."""
    with running_token_server(tmp_path, anonymous=True) as server:
        url = starting(auth=server.auth)
        registry, where = at(url)
        with Deadline() as deadline:
            assert registry.tags(where, deadline).names == MINIMAL_TAGS
            assert registry.configuration(where, "latest", deadline).user == "dockeruser"
            assert (
                "mcr.microsoft.com/azureml/curated/sklearn-1.5"
                in registry.images("mcr.microsoft.com/azureml", deadline).names
            )

    pull = f"repository:{MINIMAL}:pull"
    assert server.requests == [f"anonymous {pull}", "anonymous registry:catalog:*"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("login", "how"),
    [
        ({"auth": encoded()}, "password"),
        (
            {"auth": encoded("00000000-0000-0000-0000-000000000000", ""), "identitytoken": IDENTITY_TOKEN},
            "identity token",
        ),
    ],
)
def test_token_for_a_login(
    starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: Mapping[str, str], how: str
) -> None:
    """A password or an identity token is exchanged for a token."""
    with running_token_server(tmp_path, anonymous=False) as server:
        url = starting(auth=server.auth)
        write_docker_config(tmp_path, {"auths": {url.removeprefix("http://"): login}}, monkeypatch)

        assert tags(url).names == MINIMAL_TAGS
    assert server.requests == [f"{how} repository:{MINIMAL}:pull"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "login", [{}, {"auth": encoded(password="wrong")}, {"identitytoken": "stale"}], ids=["none", "password", "token"]
)
def test_token_refused(
    starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: Mapping[str, str]
) -> None:
    """Without the right login there is no token, and no response."""
    with running_token_server(tmp_path, anonymous=False) as server:
        url = starting(auth=server.auth)
        write_docker_config(tmp_path, {"auths": {url.removeprefix("http://"): login}}, monkeypatch)

        with pytest.raises(RegistryError, match=r"its token server denies access \(401\)"):
            tags(url)
