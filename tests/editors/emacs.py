"""A real Emacs, with eglot or with lsp-mode, in a terminal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.editors.terminal import CLIENT_CONFIG, Screen, Terminal, require

# In a new home folder Emacs compiles its packages again, and reports that in a window. In a terminal it marks findings
# by colour alone.
INIT = r"""
(setq native-comp-deferred-compilation nil
      native-comp-jit-compilation nil
      native-comp-async-report-warnings-errors nil
      make-backup-files nil)
(custom-set-faces
 '(flymake-error ((t :underline t)))
 '(flymake-warning ((t :underline t)))
 '(flymake-note ((t :underline t))))
(setq server-settings (json-parse-string %s :object-type 'plist :false-object :json-false))
"""

EGLOT = r"""
(setq-default eglot-workspace-configuration (list :azuremlDockerfile server-settings))
(load (locate-user-emacs-file "azureml-dockerfile-ls-eglot"))
(azureml-dockerfile-ls-serve-yaml)
"""

# Before it starts a server in a new project, lsp-mode asks. It underlines links, too, and the name of the file.
LSP_MODE = r"""
(setq lsp-auto-guess-root t
      lsp-enable-links nil
      lsp-headerline-breadcrumb-enable nil
      azureml-dockerfile-ls-settings server-settings)
(load (locate-user-emacs-file "azureml-dockerfile-ls-lsp-mode"))
"""


class Emacs(Terminal):
    """An Emacs with eglot that edits one Dockerfile. Lines and columns count from 0."""

    client = "eglot"
    packages: tuple[str, ...] = ("eglot",)
    init = EGLOT
    action_keys = ("C-c", "a")
    action_prompt = "Pick an action"
    hover_keys = ("C-c", "h")

    def __init__(self, folder: Path, dockerfile: Path, settings: Mapping[str, object]) -> None:
        program = require("emacs")
        for package in (*self.packages, "dockerfile-mode", "yaml-mode"):
            if not any(Path("/usr/share/emacs/site-lisp/elpa").glob(f"{package}-[0-9]*")):
                pytest.skip(f"elpa-{package} is not installed")
        configuration = folder / ".emacs.d"
        configuration.mkdir()
        shutil.copy(CLIENT_CONFIG / "emacs" / f"azureml-dockerfile-ls-{self.client}.el", configuration)
        init = INIT % json.dumps(json.dumps(settings)) + self.init
        (configuration / "init.el").write_text(init, encoding="utf-8")
        super().__init__([program, "-nw", str(dockerfile)], folder)
        self._row = 1

    def go_to(self, line: int, column: int) -> None:
        """Move the cursor."""
        self.keys("M-g", "g", str(line + 1), "Enter", "C-a", *["C-f"] * column)

    def append(self, line: int, text: str) -> None:
        """Type at the end of a line, and stay there."""
        self._row = line + 1  # below the menu bar
        self.go_to(line, 0)
        self.keys("C-e")
        self.type(text)

    def complete(self, label: str) -> None:
        """Ask for completion and take this entry; Emacs takes one that is alone by itself."""
        self.keys("C-M-i")
        if "*Completions*" in self.wait_until_shown(label):
            self.type(label)
            self.keys("C-M-i")
            self.wait_for("the list to close", lambda screen: "*Completions*" not in screen)

    def code_action(self, title: str) -> None:
        """Take this code action at the cursor."""
        self.keys(*self.action_keys)
        self.wait_until_shown(self.action_prompt)
        self.type(title.partition(" ")[0])
        self.keys("Tab")
        self.wait_for("the whole title", lambda screen: any(line.endswith(f": {title}") for line in screen.lines))
        self.keys("Enter")

    def hover(self) -> None:
        """Ask what is under the cursor."""
        self.keys(*self.hover_keys)

    def save(self) -> None:
        """Write the file."""
        self.keys("C-x", "C-s")

    def close(self) -> None:
        """Leave without saving."""
        self.leave("C-g", "M-x", "kill-emacs", "Enter")


class EmacsLspMode(Emacs):
    """The same with lsp-mode, which completes by company-mode."""

    client = "lsp-mode"
    packages = ("lsp-mode", "company")
    init = LSP_MODE
    action_keys = ("M-x", "lsp-execute-code-action", "Enter")
    action_prompt = "Select code action"
    hover_keys = ("M-x", "lsp-describe-thing-at-point", "Enter")

    def complete(self, label: str) -> None:
        """Take the first entry of the menu, which opens by itself; one that is alone is shown behind the cursor."""
        self.wait_for(
            f"{label} to be offered",
            lambda screen: (
                any(entry.startswith(label) for entry in menu(screen)) or screen.lines[self._row].endswith(label)
            ),
        )
        self.keys("Enter")
        self.wait_for("the menu to close", lambda screen: not menu(screen))


def menu(screen: Screen) -> list[str]:
    """The entries of company-mode's menu, which is drawn in a colour of its own over the text."""
    return [text.strip() for text in screen.texts(lambda style: style.background not in ("", "48;5;250", "48;5;239"))]
