"""An environment without proxies and logins, a server for faults, and real registries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from azureml_dockerfile_ls.images import http
from tests.images.fault_server import FaultServer, answering, running_fault_server
from tests.images.real_registry import fill, require_programs, running_registry, without_proxies
from tests.images.registry.real_images import IMAGES
from tests.waiting import PATIENCE


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxy and no login."""
    without_proxies(monkeypatch)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-docker-config"))


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A fault server without a fault."""
    with running_fault_server(answering()) as running:
        yield running


@pytest.fixture
def _endless_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time limit for a registry that is silent."""
    monkeypatch.setattr(http, "SECONDS_TO_READ", 10 * PATIENCE)


@pytest.fixture(scope="package")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a registry that contains IMAGES."""
    require_programs()
    folder = tmp_path_factory.mktemp("registry")
    with running_registry(folder, folder / "data") as url:
        fill(url, IMAGES, folder)
    return folder / "data"


@pytest.fixture(scope="package")
def registry_url(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry without a login."""
    with running_registry(tmp_path_factory.mktemp("plain"), data) as url:
        yield url


@pytest.fixture
def starting(data: Path, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A function that starts registries over the same files: `starting(certificate=…, auth=…)`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(running_registry(tmp_path, data, **options))
