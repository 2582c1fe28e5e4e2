"""What the client reads from a real registry, with each kind of login."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from azureml_dockerfile_ls.images.http import Absent, Deadline, RegistryError
from azureml_dockerfile_ls.images.registry import Registry, Repository
from azureml_dockerfile_ls.images.responses import Configuration, Listing
from tests.images.real_registry import (
    IDENTITY_TOKEN,
    PASSWORD,
    USER,
    Image,
    basic_auth,
    fill,
    make_certificate,
    require_programs,
    running_registry,
    running_token_server,
    without_proxies,
    write_docker_config,
)
from tests.waiting import PATIENCE

MINIMAL = "azureml/minimal-py312-inference"
MINIMAL_CONFIG = {
    "User": "dockeruser",
    "Env": ["PATH=/opt/miniconda/bin:/usr/bin", "LD_LIBRARY_PATH=", "AML_APP_ROOT=/var/azureml-app", "TITLE=a=b"],
    "WorkingDir": "/home/dockeruser",
    "ExposedPorts": {"5001/tcp": {}, "8883/tcp": {}, "8888/tcp": {}},
    "Cmd": ["runsvdir", "/var/runit"],
    "Labels": {"maintainer": "somebody"},
}
IMAGES = [
    Image(MINIMAL, "20260316.v1", MINIMAL_CONFIG),
    Image(MINIMAL, "20260316.v2", MINIMAL_CONFIG, architectures=("arm64", "amd64")),
    Image(MINIMAL, "20251002.v10", MINIMAL_CONFIG),
    Image(MINIMAL, "20251002.v9", MINIMAL_CONFIG),
    Image(MINIMAL, "latest", MINIMAL_CONFIG, architectures=("arm64", "amd64")),
    Image("azureml/openmpi4.1.0-ubuntu22.04", "20260715.v1", {"Env": ["LANG=C.UTF-8"]}, created="0001-01-01T00:00:00Z"),
    Image("azureml/curated/sklearn-1.5", "50"),
    Image("azureml/only-for-arm", "1", architectures=("arm64",)),
    Image("aifx/acpt/stable-ubuntu2204-cu126-py310-torch280", "biweekly.202607.1"),
    Image("dotnet/sdk", "10.0"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a registry that holds IMAGES."""
    require_programs()
    folder = tmp_path_factory.mktemp("registry")
    with running_registry(folder, folder / "data") as url:
        fill(url, IMAGES, folder)
    return folder / "data"


@pytest.fixture(scope="module")
def registry_url(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry without a login."""
    with running_registry(tmp_path_factory.mktemp("plain"), data) as url:
        yield url


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxy and no login."""
    without_proxies(monkeypatch)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-docker-config"))


@pytest.fixture
def starting(data: Path, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts registries over the same files: `starting(certificate=…, auth=…)`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(running_registry(tmp_path, data, **options))


def tags(url: str, name: str = MINIMAL) -> Listing:
    """The tags on a registry in place of Microsoft's."""
    registry, where = at(url, name)
    with Deadline() as deadline:
        return registry.tags(where, deadline)


def at(url: str, name: str = MINIMAL) -> tuple[Registry, Repository]:
    """A client of the registry at `url`, and one of its repositories."""
    registry = Registry({"mcr.microsoft.com": url})
    where = registry.locate(f"mcr.microsoft.com/{name}")
    assert where is not None
    return registry, where


def configuration(url: str, reference: str, name: str = MINIMAL) -> Configuration:
    """The configuration of an image."""
    registry, where = at(url, name)
    with Deadline() as deadline:
        return registry.configuration(where, reference, deadline)


MINIMAL_TAGS = ("latest", "20260316.v2", "20260316.v1", "20251002.v10", "20251002.v9")


def test_tags(registry_url: str) -> None:
    """All tags of a repository, newest first."""
    assert tags(registry_url) == Listing(MINIMAL_TAGS, is_complete=True)


def test_no_such_repository(registry_url: str) -> None:
    """A missing repository is Absent, and does not pause the registry."""
    registry, missing = at(registry_url, "azureml/no-such-image")
    _, present = at(registry_url)

    with Deadline() as deadline:
        with pytest.raises(Absent, match="does not have the tags of azureml/no-such-image"):
            registry.tags(missing, deadline)
        assert registry.tags(present, deadline).names == MINIMAL_TAGS


def test_images_below_a_prefix(registry_url: str) -> None:
    """Only the names below the prefix are returned, in full."""
    registry, _ = at(registry_url)
    with Deadline() as deadline:
        azureml = registry.images("mcr.microsoft.com/azureml", deadline)
        aifx = registry.images("mcr.microsoft.com/aifx", deadline)

    assert azureml == Listing(
        (
            "mcr.microsoft.com/azureml/curated/sklearn-1.5",
            "mcr.microsoft.com/azureml/minimal-py312-inference",
            "mcr.microsoft.com/azureml/only-for-arm",
            "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04",
        ),
        is_complete=True,
    )
    assert aifx.names == ("mcr.microsoft.com/aifx/acpt/stable-ubuntu2204-cu126-py310-torch280",)


@pytest.mark.parametrize("tag", ["20260316.v1", "latest"])
def test_configuration(registry_url: str, tag: str) -> None:
    """The configuration is read for one platform, and for linux/amd64 among several."""
    found = configuration(registry_url, tag)

    assert found.user == "dockeruser"
    assert found.environment == {
        "PATH": "/opt/miniconda/bin:/usr/bin",
        "LD_LIBRARY_PATH": "",
        "AML_APP_ROOT": "/var/azureml-app",
        "TITLE": "a=b",
    }
    assert found.working_directory == "/home/dockeruser"
    assert found.exposed_ports == ("5001/tcp", "8883/tcp", "8888/tcp")
    assert found.labels == {"architecture": "amd64", "maintainer": "somebody"}
    assert found.created == "2026-07-15"


def test_configuration_that_says_little(registry_url: str) -> None:
    """An image without a user runs as root, and an impossible date is dropped."""
    found = configuration(registry_url, "20260715.v1", "azureml/openmpi4.1.0-ubuntu22.04")

    assert (found.user, found.working_directory, found.exposed_ports, found.created) == ("", "", (), None)
    assert found.environment == {"LANG": "C.UTF-8"}


def test_configuration_by_digest(registry_url: str) -> None:
    """The digest of a tag gives the same image as the tag."""
    by_tag = configuration(registry_url, "latest")

    assert configuration(registry_url, by_tag.digest) == by_tag


def test_no_image_for_the_platform(registry_url: str) -> None:
    """An image for other platforms only has no configuration."""
    with pytest.raises(RegistryError, match="no image for linux/amd64"):
        configuration(registry_url, "1", "azureml/only-for-arm")


def test_no_such_tag(registry_url: str) -> None:
    """A tag that the registry does not have is Absent."""
    with pytest.raises(Absent):
        configuration(registry_url, "20990101.v1")


def test_digest(registry_url: str) -> None:
    """Equal digests show which tag `latest` stands for."""
    registry, where = at(registry_url)
    with Deadline() as deadline:
        digests = {tag: registry.digest(where, tag, deadline) for tag in MINIMAL_TAGS}
        with pytest.raises(Absent):
            registry.digest(where, "20990101.v1", deadline)

    assert digests["latest"] == digests["20260316.v2"] != digests["20260316.v1"]
    assert digests["latest"] == configuration(registry_url, "latest").digest


@pytest.mark.parametrize("reference", ["", "../../_catalog", "a b", "-x", "sha256:12", "a" * 129, "é", "x\n"])
def test_reference_that_cannot_be(registry_url: str, reference: str) -> None:
    """A reference that is neither a tag nor a digest is not requested."""
    with pytest.raises(RegistryError, match="neither a tag nor a digest"):
        configuration(registry_url, reference)


def test_a_path_at_the_mirror(data: Path, registry_url: str) -> None:
    """The URL replaces the prefix, so its path becomes the start of the repository's name."""
    registry = Registry({"images.example/ours": f"{registry_url}/azureml/"})
    where = registry.locate("images.example/ours/curated/sklearn-1.5")

    assert where == Repository(registry_url, "azureml/curated/sklearn-1.5")
    with Deadline() as deadline:
        assert registry.tags(where, deadline).names == ("50",)
        assert "images.example/ours/curated/sklearn-1.5" in registry.images("images.example/ours", deadline).names


def test_where_images_are_asked_for() -> None:
    """By default only Azure ML's images are looked up, on Microsoft's registry."""
    registry = Registry()

    assert registry.locate("mcr.microsoft.com/azureml/x") == Repository("https://mcr.microsoft.com", "azureml/x")
    assert registry.locate("mcr.microsoft.com/aifx/acpt/x") == Repository("https://mcr.microsoft.com", "aifx/acpt/x")
    for image in (
        "mcr.microsoft.com/dotnet/sdk",
        "mcr.microsoft.com/azuremlx/y",
        "ubuntu",
        "example.com/azureml/x",
        "",
    ):
        assert registry.locate(image) is None


def test_the_longest_prefix_wins() -> None:
    """A setting takes precedence over the default, and a longer prefix over a shorter one, at boundaries of names."""
    registry = Registry(
        {
            "mcr.microsoft.com": "http://127.0.0.1:5000",
            "mcr.microsoft.com/azureml/curated": "https://Mirror.example:443/curated/",
            "private.example/team": "https://private.example/team",
        }
    )

    assert registry.locate("mcr.microsoft.com/azureml/x") == Repository("http://127.0.0.1:5000", "azureml/x")
    assert registry.locate("mcr.microsoft.com/azureml/curated/x") == Repository("https://mirror.example", "curated/x")
    assert registry.locate("private.example/team/x") == Repository("https://private.example", "team/x")
    assert registry.locate("private.example/teams/x") is None


@pytest.mark.parametrize(
    "name", ["../../etc", "a/../b", "A", "a//b", "a\x1b[31m", "é", "a b", "a?n=1", "x" * 300, ".."]
)
def test_names_that_cannot_be_are_not_asked_for(name: str) -> None:
    """Only a valid name is sent."""
    assert Registry().locate(f"mcr.microsoft.com/azureml/{name}") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mirror",
        "ftp://mirror",
        "file:///etc",
        "http://",
        "http://a:b@mirror",
        "http://m?x",
        "http://[",
        "http://m:x",
    ],
)
def test_a_setting_that_is_no_url(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """An invalid URL is logged once, and its images are looked up nowhere, not even on Microsoft's registry."""
    registry = Registry({"mcr.microsoft.com": url})

    assert registry.locate("mcr.microsoft.com/azureml/x") is None
    assert [record.getMessage() for record in caplog.records] == [
        f"registry.urls: {url!r} is not the URL of a registry."
    ]


def test_https(starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate is trusted only if REQUESTS_CA_BUNDLE names it."""
    certificate = make_certificate(tmp_path)
    url = starting(certificate=certificate)

    with pytest.raises(RegistryError, match="its certificate is not trusted: self-signed certificate"):
        tags(url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    assert tags(url).names == MINIMAL_TAGS
    assert configuration(url, "latest").user == "dockeruser"


def test_a_bundle_that_is_not_there(
    starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing REQUESTS_CA_BUNDLE is an ordinary failure."""
    url = starting(certificate=make_certificate(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))

    with pytest.raises(RegistryError, match=r"missing\.pem"):
        tags(url)


def encoded(user: str = USER, password: str = PASSWORD) -> str:
    """A login as Docker stores it."""
    return base64.b64encode(f"{user}:{password}".encode()).decode()


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
    """A name and password from Docker's config.json, however Docker wrote them."""
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
def test_no_login_that_fits(
    starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Any
) -> None:
    """Without the right login the registry denies access, and the message does not contain the password."""
    url = starting(auth=basic_auth(tmp_path))
    host = url.removeprefix("http://")
    if isinstance(config.get("auths"), dict):
        config = {"auths": {key.format(host=host): login for key, login in config["auths"].items()}}
    write_docker_config(tmp_path, config, monkeypatch)

    with pytest.raises(RegistryError, match=r"access denied \(401\)"):
        tags(url)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"null"])
def test_docker_config_that_is_damaged(
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


def test_token_without_a_login(starting: Callable[..., str], tmp_path: Path) -> None:
    """A registry that issues anonymous tokens is asked with a token, which is reused."""
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


def test_no_layer_is_fetched(registry_url: str, data: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The configuration is available even if all layers are missing."""
    layers = [path for path in data.rglob("data") if path.read_bytes()[:2] == b"\x1f\x8b"]
    assert layers
    contents = [path.read_bytes() for path in layers]
    for path in layers:
        path.unlink()
    try:
        assert configuration(registry_url, "latest").user == "dockeruser"
    finally:
        for path, content in zip(layers, contents, strict=True):
            path.write_bytes(content)


def test_nothing_is_logged_when_all_is_well(registry_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Success is not logged."""
    with caplog.at_level(logging.INFO):
        tags(registry_url)
        configuration(registry_url, "latest")

    assert caplog.records == []


def test_a_changed_blob_is_not_believed(starting: Callable[..., str], data: Path) -> None:
    """A configuration with another digest than in the manifest is refused."""
    url = starting()
    configs = [path for path in data.rglob("data") if b'"dockeruser"' in path.read_bytes()]
    assert configs
    contents = [path.read_bytes() for path in configs]
    for path, content in zip(configs, contents, strict=True):
        path.write_bytes(content.replace(b"dockeruser", b"otheruser1"))
    try:
        with pytest.raises(RegistryError, match="its digest does not match"):
            configuration(url, "latest")
    finally:
        for path, content in zip(configs, contents, strict=True):
            path.write_bytes(content)


def test_digest_is_that_of_the_manifest(registry_url: str) -> None:
    """The digest of a tag is the digest of the manifest that the registry sends."""
    import requests

    accept = "application/vnd.oci.image.index.v1+json"
    answer = requests.get(f"{registry_url}/v2/{MINIMAL}/manifests/latest", headers={"Accept": accept}, timeout=PATIENCE)

    assert configuration(registry_url, "latest").digest == f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
