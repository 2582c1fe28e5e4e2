"""A real Vim with ALE, in a terminal."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.editors.terminal import CLIENT_CONFIG, Terminal, require

# ALE marks findings by a background, and repeats their messages behind the line in the same colour.
VIMRC = """\
set nocompatible
filetype plugin on
highlight ALEError cterm=underline
highlight ALEWarning cterm=underline
highlight ALEInfo cterm=underline
let g:ale_virtualtext_cursor = 0
let g:azureml_dockerfile_ls = json_decode('%s')
packadd! ale
"""


class Vim(Terminal):
    """A Vim that edits one Dockerfile. Lines and columns count from 0."""

    def __init__(self, folder: Path, dockerfile: Path, settings: Mapping[str, object]) -> None:
        program = require("vim")
        if not Path("/usr/share/vim-ale").exists():
            pytest.skip("vim-ale is not installed")
        (folder / ".vim" / "plugin").mkdir(parents=True)
        configuration = CLIENT_CONFIG / "vim" / "azureml-dockerfile-ls-ale.vim"
        shutil.copy(configuration, folder / ".vim" / "plugin" / "azureml-dockerfile-ls.vim")
        (folder / ".vim" / "vimrc").write_text(VIMRC % json.dumps(settings), encoding="utf-8")
        super().__init__([program, str(dockerfile)], folder)
        self._line = 0

    def go_to(self, line: int, column: int) -> None:
        """Move the cursor."""
        self.type(f":call cursor({line + 1}, {column + 1})")
        self.keys("Enter")

    def append(self, line: int, text: str) -> None:
        """Type at the end of a line, and stay there."""
        self._line = line
        self.type(f"{line + 1}GA{text}")

    def complete(self, label: str) -> None:
        """Ask for completion and take the first entry, which has to be this one."""
        self.keys("C-x", "C-o")
        self.wait_for(f"{label} in the line", lambda screen: label in screen.lines[self._line])
        self.keys("Escape")

    def code_action(self, title: str) -> None:
        """Take this code action at the cursor."""
        self.type("gra")
        screen = self.wait_until_shown(title)
        (number,) = re.findall(rf"^(\d+)\) {re.escape(title)}$", "\n".join(screen.lines), re.MULTILINE)
        self.type(number)
        self.keys("Enter")

    def hover(self) -> None:
        """Ask what is under the cursor."""
        self.type("K")

    def save(self) -> None:
        """Write the file."""
        self.type(":write")
        self.keys("Enter")

    def close(self) -> None:
        """Leave without saving."""
        self.leave("Escape", ":qall!", "Enter")
