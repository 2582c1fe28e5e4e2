"""What the tests of VS Code share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

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
