"""The files in `client-config/` that users copy, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "client-config"


@pytest.mark.parametrize(
    ("first", "second", "start", "end"),
    [
        (
            "neovim/azureml-dockerfile-ls.lua",
            "neovim/init-0.7.lua",
            "-- The server also knows Azure ML's YAML",
            "\nend\n",
        ),
        (
            "emacs/azureml-dockerfile-ls-eglot.el",
            "emacs/azureml-dockerfile-ls-lsp-mode.el",
            ";; The server also knows Azure ML's YAML",
            "azureml-dockerfile-ls-yaml))))))\n",
        ),
        (
            "vim/azureml-dockerfile-ls-ale.vim",
            "vim/azureml-dockerfile-ls-vim-lsp.vim",
            "\" The server also knows Azure ML's YAML",
            "endfunction\n",
        ),
    ],
)
def test_the_files_of_an_editor_take_the_same_yaml(first: str, second: str, start: str, end: str) -> None:
    """A user copies one file alone, so each has the check whether a YAML is Azure ML's, and it is the same."""
    checks = []
    for name in (first, second):
        text = (FOLDER / name).read_text(encoding="utf-8")
        begin = text.index(start)
        checks.append(text[begin : text.index(end, begin) + len(end)])
    assert checks[0] == checks[1]
    assert "apiVersion:" in checks[0]
