"""Tags, images, configurations and digests of a real registry."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from azureml_dockerfile_ls.images.http import Absent, Deadline, RegistryError
from azureml_dockerfile_ls.images.registry import Registry, Repository
from azureml_dockerfile_ls.images.responses import Listing
from tests.images.real_registry import make_certificate
from tests.images.registry.real_images import MINIMAL, MINIMAL_TAGS, at, configuration, tags
from tests.waiting import PATIENCE


@pytest.mark.slow
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


def test_a_sparse_configuration(registry_url: str) -> None:
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
    """Equal digests show which tag `latest` refers to."""
    registry, where = at(registry_url)
    with Deadline() as deadline:
        digests = {tag: registry.digest(where, tag, deadline) for tag in MINIMAL_TAGS}
        with pytest.raises(Absent):
            registry.digest(where, "20990101.v1", deadline)

    assert digests["latest"] == digests["20260316.v2"] != digests["20260316.v1"]
    assert digests["latest"] == configuration(registry_url, "latest").digest


@pytest.mark.parametrize("reference", ["", "../../_catalog", "a b", "-x", "sha256:12", "a" * 129, "é", "x\n"])
def test_invalid_references(registry_url: str, reference: str) -> None:
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


def test_https(starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate is trusted only if REQUESTS_CA_BUNDLE names it."""
    certificate = make_certificate(tmp_path)
    url = starting(certificate=certificate)

    with pytest.raises(RegistryError, match="its certificate is not trusted: self-signed certificate"):
        tags(url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    assert tags(url).names == MINIMAL_TAGS
    assert configuration(url, "latest").user == "dockeruser"


def test_a_missing_certificate_bundle(
    starting: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing REQUESTS_CA_BUNDLE is an ordinary failure."""
    url = starting(certificate=make_certificate(tmp_path))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))

    with pytest.raises(RegistryError, match=r"missing\.pem"):
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


def test_success_is_not_logged(registry_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Success is not logged."""
    with caplog.at_level(logging.INFO):
        tags(registry_url)
        configuration(registry_url, "latest")

    assert caplog.records == []


def test_a_changed_blob_is_refused(starting: Callable[..., str], data: Path) -> None:
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


def test_the_digest_is_that_of_the_manifest(registry_url: str) -> None:
    """The digest of a tag is the digest of the manifest that the registry sends."""
    accept = "application/vnd.oci.image.index.v1+json"
    answer = requests.get(f"{registry_url}/v2/{MINIMAL}/manifests/latest", headers={"Accept": accept}, timeout=PATIENCE)

    assert configuration(registry_url, "latest").digest == f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
