"""What the builds share: each is made once in a session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.builds.buildah import Buildah, make_stand_ins, require_programs
from tests.builds.packages import Packages


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """Packages of Python, by the settings that pip has on this machine."""
    return Packages(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory, packages: Packages) -> Iterator[Buildah]:
    """A storage that has the stand-ins for Azure ML's images. It takes some 500 MB, so nothing of it is kept."""
    require_programs()
    folder = tmp_path_factory.mktemp("buildah")
    try:
        yield make_stand_ins(folder, packages)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def buildah(stand_ins: Buildah) -> Iterator[Buildah]:
    """Builds images, which are gone after the test."""
    yield stand_ins
    stand_ins.remove_built()
