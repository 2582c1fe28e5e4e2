"""A terminal for editors that are driven as a user drives them: keys go in, what is on the screen comes out.

It is tmux. The screen is read with the styles of its cells, so that a test can say which words an editor has marked.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from tests import machine
from tests.waiting import PATIENCE

CLIENT_CONFIG = Path(__file__).parent.parent.parent / "client-config"

S = TypeVar("S")
T = TypeVar("T")

_STYLE = re.compile(r"\x1b\[([0-9:;]*)m")
_OTHER_ESCAPE = re.compile(
    r"\x1b(?:\[[0-9:;?]*[A-Za-ln-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-Za-z]|[=>])|[\x0e\x0f]"
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks. A colour is what the terminal's escape sequence names: "31", "38;5;9", "48;2;255;0;0"."""

    is_bold: bool = False
    is_underlined: bool = False  # straight or wavy
    foreground: str = ""
    background: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the terminal shows at one moment: the lines, and the style of each of their characters."""

    lines: list[str]
    styles: list[list[Style]]

    def __contains__(self, text: object) -> bool:
        return any(str(text) in line for line in self.lines)

    def texts(self, is_meant: Callable[[Style], bool]) -> list[str]:
        """The longest pieces of the lines whose characters all have such a style, from the top."""
        found = []
        for line, styles in zip(self.lines, self.styles, strict=True):
            for meant, cells in groupby(zip(line, styles, strict=True), lambda cell: is_meant(cell[1])):
                if meant:
                    found.append("".join(character for character, _ in cells))
        return found

    def underlined(self) -> list[str]:
        """The texts that are underlined."""
        return self.texts(lambda style: style.is_underlined)

    def __str__(self) -> str:
        shown = []
        for number, (line, styles) in enumerate(zip(self.lines, self.styles, strict=True)):
            shown.append(f"{number + 1:3} | {line}")
            if any(style.is_underlined for style in styles):
                shown.append("    | " + "".join("^" if style.is_underlined else " " for style in styles).rstrip())
        return "\n".join(shown)


def _restyled(style: Style, codes: str) -> Style:
    """The style after a "select graphic rendition" sequence with these codes."""
    parts = codes.split(";")
    while parts:
        code = parts.pop(0)
        if code in ("", "0"):
            style = Style()
        elif code in ("1", "22"):
            style = replace(style, is_bold=code == "1")
        elif code in ("24", "4:0"):
            style = replace(style, is_underlined=False)
        elif code == "4" or code.startswith("4:"):
            style = replace(style, is_underlined=True)
        elif code in ("38", "48", "58"):
            length = 2 if parts[0] == "5" else 4
            colour = ";".join([code, *parts[:length]])
            del parts[:length]
            if code != "58":
                style = replace(style, **{"foreground" if code == "38" else "background": colour})
        elif re.fullmatch("3[0-79]|9[0-7]", code):
            style = replace(style, foreground="" if code == "39" else code)
        elif re.fullmatch("4[0-79]|10[0-7]", code):
            style = replace(style, background="" if code == "49" else code)
    return style


def read_screen(captured: str) -> Screen:
    """The screen that `tmux capture-pane -e -p` printed."""
    screen = Screen([], [])
    style = Style()
    for line in _OTHER_ESCAPE.sub("", captured).rstrip("\n").split("\n"):
        text, styles = "", []
        for index, part in enumerate(_STYLE.split(line)):
            if index % 2:
                style = _restyled(style, part)
            else:
                text += part
                styles += [style] * len(part)
        screen.lines.append(text.rstrip())
        screen.styles.append(styles[: len(text.rstrip())])
    return screen


def require(program: str) -> str:
    """The path of a program; the test is skipped where it, or tmux, is not installed."""
    machine.require("tmux", program)
    return str(shutil.which(program))


def processes(home: Path) -> dict[int, str]:
    """The command lines of the processes that have this home folder, by their numbers."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"HOME={home}".encode() in (process / "environ").read_bytes().split(b"\0"):
                command = (process / "cmdline").read_bytes()
                found[int(process.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # It has ended, or is somebody else's.
    return found


def wait_until_left(home: Path) -> None:
    """Wait until an editor with this home folder has ended, and its server with it."""
    deadline = time.monotonic() + PATIENCE
    while left := processes(home):
        if time.monotonic() > deadline:
            raise AssertionError(f"these are left: {left}")
        time.sleep(0.02)


def environment(home: Path) -> dict[str, str]:
    """The environment of an editor that reads no configuration and no cache of the machine, but those in `home`.

    The server is the command `azureml-dockerfile-ls` that belongs to the Python which runs the tests.
    """
    return {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }


def wait_for(
    what: str, look: Callable[[], S], condition: Callable[[S], T], seconds: float, shown: Callable[[S], str]
) -> T:
    """Look until `condition` gives something truthy, and return it; else fail the test, with what is `shown`."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        answer = condition(seen)
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s for {what}\n{shown(seen)}")
        time.sleep(0.02)


class Terminal:
    """A terminal with one program in it.

    `folder` is its home folder; see `environment`.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self._tmux = ["tmux", "-S", str(folder / "tmux.socket"), "-f", os.devnull]
        self._environment = {
            **{name: value for name, value in environment(folder).items() if name not in ("TMUX", "TMUX_PANE")},
            "LC_ALL": "C.UTF-8",
        }
        self._run("new-session", "-d", "-x", "160", "-y", "40", *command)

    def _run(self, *arguments: str) -> str:
        answer = subprocess.run(
            [*self._tmux, *arguments],
            env=self._environment,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        if answer.returncode:
            raise RuntimeError(f"tmux {arguments[0]}: {answer.stderr or answer.stdout}")
        return answer.stdout

    def keys(self, *keys: str) -> None:
        """Press keys, in tmux's notation: `C-x`, `M-.`, `Escape`, `Enter`, or a text without such a name."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text, letter by letter what it says."""
        self._run("send-keys", "-l", "--", text)

    def screen(self) -> Screen:
        """What the terminal shows now."""
        return read_screen(self._run("capture-pane", "-e", "-p"))

    def wait_for(self, what: str, condition: Callable[[Screen], T], seconds: float = PATIENCE) -> T:
        """Return the first truthy answer of `condition`; fail the test, with the screen, when there is none in time."""
        return wait_for(what, self.screen, condition, seconds, str)

    def wait_until_shown(self, text: str) -> Screen:
        """Wait for this text on one line of the screen."""
        return self.wait_for(repr(text), lambda screen: screen if text in screen else None)

    def wait_until_underlined(self, *texts: str) -> None:
        """Wait until exactly these texts are underlined, from the top."""
        self.wait_for(f"{texts} underlined", lambda screen: screen.underlined() == list(texts))

    def leave(self, *keys: str) -> None:
        """Leave the program by these keys, one after the other; end it when it stays."""
        try:
            for key in keys:
                self.keys(key)
                time.sleep(0.05)  # An escape and a key at once would be the key with Alt.
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                self._run("has-session")
                time.sleep(0.05)
            self._run("kill-server")
        except RuntimeError:
            return  # The session ends with its program, and tmux with its last session.
