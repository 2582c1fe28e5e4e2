"""The images of the real registry, and a client for them."""

from __future__ import annotations

from azureml_dockerfile_ls.images.http import Deadline
from azureml_dockerfile_ls.images.registry import Registry, Repository
from azureml_dockerfile_ls.images.responses import Configuration, Listing
from tests.images.real_registry import Image

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


def tags(url: str, name: str = MINIMAL) -> Listing:
    """The tags of a repository at a registry in place of Microsoft's."""
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
