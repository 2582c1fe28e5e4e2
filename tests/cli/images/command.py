"""The sub-command `images`, run as a process of its own, with a registry or a cache."""

from __future__ import annotations

import time

import pytest

from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.registry import Repository
from azureml_dockerfile_ls.images.responses import TAGS, Listing
from tests.cli.command import Outcome, run
from tests.images.real_registry import Image

CONFIG = {
    "User": "dockeruser",
    "Env": ["PATH=/opt/miniconda/bin:/usr/bin", "AML_APP_ROOT=/var/azureml-app"],
    "WorkingDir": "/home/dockeruser",
    "ExposedPorts": {"5001/tcp": {}},
    "Labels": {"maintainer": "somebody"},
}
IMAGES = [
    Image("azureml/minimal-py312-inference", "20261101.v1", CONFIG),
    Image("azureml/minimal-py312-inference", "latest", CONFIG),
    Image("azureml/curated/brand-new-1.0", "7"),
    Image("azureml/profilers", "3"),
    Image("aifx/acpt/stable-ubuntu2604-cu140-py314-torch300", "biweekly.202611.1"),
    Image("dotnet/sdk", "10.0"),
]


def images(*arguments: str, url: str | None = None) -> Outcome:
    """Run `images` with the registry at `url` in place of Microsoft's."""
    return run("images", *arguments, *([f"--registry=mcr.microsoft.com={url}"] if url else []))


def listed(outcome: Outcome) -> dict[str, str]:
    """The lines of the table by image name."""
    lines = outcome.output.partition("\n\n")[0].splitlines()
    return {line.split()[0]: line for line in lines}


def store(tags: Listing | None, seconds_ago: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write tags of `minimal-py312-inference` to the cache, as an answer that is this old."""
    then = time.time() - seconds_ago
    with monkeypatch.context() as context:
        context.setattr(time, "time", lambda: then)
        where = Repository("https://mcr.microsoft.com", "azureml/minimal-py312-inference")
        cache.write(cache.default_folder(), TAGS, where, "", tags)
