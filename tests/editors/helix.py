"""A real Helix, in a terminal."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from tests.editors.terminal import CLIENT_CONFIG, Screen, Terminal, require

# Newer ones underline links too, unless the theme does without.
THEME = 'inherits = "base16_default"\n"markup.link.url" = {}\n'


class Helix(Terminal):
    """A Helix that edits one Dockerfile. Lines and columns count from 0."""

    def __init__(self, folder: Path, dockerfile: Path, settings: Mapping[str, object]) -> None:
        program = require("hx")
        configuration = folder / "config" / "helix"
        configuration.mkdir(parents=True)
        lines = (CLIENT_CONFIG / "helix" / "languages.toml").read_text(encoding="utf-8")
        # The lines about YAML are for users who want them.
        head, block, rest = re.split(r"(?<=\n)((?:# [\[ln\]].*\n|#   .*\n)+)", lines, maxsplit=1)
        lines = head + re.sub("^# ", "", block, flags=re.MULTILINE) + rest
        # An object of JSON is an inline table of TOML but for the sign between name and value.
        section = json.dumps(settings, separators=(", ", " = "))
        lines += f"\n[language-server.azureml-dockerfile-ls.config]\nazuremlDockerfile = {section}\n"
        (configuration / "languages.toml").write_text(lines, encoding="utf-8")
        (configuration / "themes").mkdir()
        (configuration / "themes" / "marks.toml").write_text(THEME, encoding="utf-8")
        (configuration / "config.toml").write_text('theme = "marks"\n', encoding="utf-8")
        super().__init__([program, str(dockerfile)], folder)
        self._line = 0

    def go_to(self, line: int, column: int) -> None:
        """Move the cursor."""
        self.type(f":{line + 1}")
        self.keys("Enter")
        self.type("gh" + "l" * column)

    def append(self, line: int, text: str) -> None:
        """Type at the end of a line, and stay there."""
        self._line = line
        self.go_to(line, 0)
        self.type(f"A{text}")

    def complete(self, label: str) -> None:
        """Take the first entry of the menu, which opens by itself; it has to be this one."""
        in_menu = re.compile(rf" {re.escape(label)} +\w+\b")

        def is_in_menu(screen: Screen) -> bool:
            return any(map(in_menu.search, screen.lines))

        def is_in_line(screen: Screen) -> bool:
            return label in screen.lines[self._line]

        for _ in range(5):
            self.wait_for(f"{label} in the menu", is_in_menu)
            self.keys("Tab")
            # The forms of the instruction, which Helix asks for at the same time, can close the menu.
            with contextlib.suppress(AssertionError):
                self.wait_for(f"{label} in the line", is_in_line, seconds=10)
                break
            if not is_in_menu(self.screen()):
                self.keys("C-x")
        self.wait_for(f"{label} in the line", is_in_line)
        self.keys("Enter")
        self.keys("Escape")
        self.wait_until_shown(" NOR ")

    def code_action(self, title: str) -> None:
        """Take the first code action at the cursor, which has to be this one."""
        self.type(" a")
        self.wait_until_shown(title)
        self.keys("Enter")

    def hover(self) -> None:
        """Ask what is under the cursor."""
        self.type(" k")

    def save(self) -> None:
        """Write the file."""
        self.type(":write")
        self.keys("Enter")

    def close(self) -> None:
        """Leave without saving."""
        self.leave("Escape", ":quit-all!", "Enter")
