"""One server for each editor, which the tests of all requests share; and servers for one test each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.clients.emacs import EGLOT
from tests.lsp.editors import MINIMAL, NEOVIM_07, PLAIN, VSCODE, Editor
from tests.lsp.projects import Project
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient


def _editor(name: str, capabilities: Json) -> Iterator[Editor]:
    with RawClient(REAL_SERVER) as client:
        yield Editor(client, name, capabilities)
        assert client.stderr() == ""


@pytest.fixture(scope="session")
def vscode() -> Iterator[Editor]:
    """An editor that can do everything."""
    yield from _editor("Visual Studio Code", VSCODE)


@pytest.fixture(scope="session")
def neovim() -> Iterator[Editor]:
    """Debian's Neovim."""
    yield from _editor("Neovim", NEOVIM_07)


@pytest.fixture(scope="session")
def plain() -> Iterator[Editor]:
    """An editor that shows plain text only."""
    yield from _editor("Emacs", PLAIN)


@pytest.fixture(scope="session")
def minimal() -> Iterator[Editor]:
    """An editor that says hardly anything about itself."""
    yield from _editor("", MINIMAL)


@pytest.fixture(scope="session")
def eglot() -> Iterator[Editor]:
    """Eglot 1.9, which does not send its name."""
    yield from _editor("", EGLOT)


@pytest.fixture(params=["vscode", "neovim", "plain", "minimal"])
def editor(request: pytest.FixtureRequest) -> Editor:
    """Each of them."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Editor)
    return found


@pytest.fixture
def client() -> Iterator[RawClient]:
    """A real server before the first message."""
    with RawClient(REAL_SERVER) as started:
        yield started


@pytest.fixture
def project(client: RawClient, tmp_path: Path) -> Project:
    """A project whose Dockerfile is right, and an editor that has not opened it yet."""
    return Project(client, tmp_path)
