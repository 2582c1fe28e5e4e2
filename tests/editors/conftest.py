"""What the tests of VS Code share, and those of Neovim."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editors.neovim import Neovim, find_neovims, version
from tests.editors.terminal import wait_until_left
from tests.editors.vscode import VSCode, build_extension, what_is_missing


@pytest.fixture(scope="session")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension as it is installed."""
    if reason := what_is_missing():
        pytest.skip(reason)
    return build_extension(tmp_path_factory.mktemp("sources"))


@pytest.fixture
def open_vscode(vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., VSCode]]:
    """A function that opens a folder in a VS Code of its own, with the options of VSCode."""
    opened = []

    def start(folder: Path, **options: Any) -> VSCode:
        opened.append(VSCode(vsix, tmp_path_factory.mktemp("vscode"), folder, **options))
        return opened[-1]

    yield start
    for editor in opened:
        editor.close()


@pytest.fixture(params=find_neovims() or [None], ids=lambda found: ".".join(map(str, version(found))) if found else "")
def program(request: pytest.FixtureRequest) -> str:
    """The path of a Neovim."""
    if request.param is None:
        pytest.skip("Neovim is not installed: nvim is not on the PATH")
    return str(request.param)


@pytest.fixture
def neovim(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neovim]:
    """A running Neovim with an empty home folder and the configuration that users copy."""
    editor = Neovim(program, tmp_path_factory.mktemp("home"))
    yield editor
    editor.close()
    wait_until_left(editor.folder)
