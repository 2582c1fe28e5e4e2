"""A real Neovim, driven from outside: keys go in, what the editor shows comes out.

The editor runs headless (or in a terminal, for a picture) and is spoken to by Neovim's own `--remote-send` and
`--remote-expr`. Nothing in it is replaced but the question which code action to take; see `driver.lua`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.editors.terminal import environment, processes, wait_for
from tests.waiting import PATIENCE

HERE = Path(__file__).parent
CLIENT_CONFIG = HERE.parent.parent / "client-config" / "neovim"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic as the editor holds it. `line` counts from 0; `text` is what it covers."""

    rule: str
    source: str
    message: str
    line: int
    column: int  # in bytes from 0, as Neovim counts
    text: str


def _covered_text(lines: Sequence[str], start: tuple[int, int], stop: tuple[int, int]) -> str:
    """The text between two (line, byte column) positions, of which a stale one may be anywhere."""
    covered = [line.encode() for line in lines[start[0] : stop[0] + 1]] or [b""]
    covered[-1] = covered[-1][: stop[1]]
    covered[0] = covered[0][start[1] :]
    return b"\n".join(covered).decode(errors="replace")


@dataclass(frozen=True, slots=True)
class State:
    """What the editor shows at one moment."""

    mode: str
    lines: list[str]
    cursor: tuple[int, int]
    modified: bool
    findings: list[Finding]
    up_to_date: bool  # the findings belong to the text as it is now
    menu: list[str]  # the labels of the completion menu, empty when it is closed
    selected: int
    awaits_answer: bool  # the server has still to answer a request
    hints: list[str]  # the labels of the inlay hints
    floats: list[str]
    actions: list[dict[str, object]]  # the code actions that were offered last
    messages: list[str]

    @property
    def text(self) -> str:
        """The buffer's text, as it is written to disk."""
        return "".join(f"{line}\n" for line in self.lines)

    def screen(self) -> str:
        """Everything above in a form to be read when a test fails."""
        shown = [f"mode {self.mode}, cursor {self.cursor}, findings up to date: {self.up_to_date}"]
        for number, line in enumerate(self.lines):
            shown.append(f"{number + 1:4} | {line}")
            for finding in self.findings:
                if finding.line == number:
                    marks = " " * finding.column + "^" * max(1, len(finding.text.split("\n")[0]))
                    shown.append(f"     | {marks} {finding.rule}: {finding.message}")
        if self.menu:
            entries = [f"{'>' if n == self.selected else ' '} {label}" for n, label in enumerate(self.menu[:40])]
            shown += [f"menu ({len(self.menu)} entries):", *entries]
        for title, items in (("window", self.floats), ("code action", self.actions), ("message", self.messages)):
            shown += [f"{title}: {item}" for item in items]
        return "\n".join(shown)


def find_neovims() -> list[str]:
    """The paths of every `nvim` on the PATH, for a user's may be an old or a new one; the first is the user's own."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = [program for folder in folders if (program := shutil.which("nvim", path=folder))]
    return list(dict.fromkeys(map(os.path.realpath, found)))


def find_neovim() -> str | None:
    """The path of the user's `nvim`, or None when it is not installed."""
    return next(iter(find_neovims()), None)


def version(program: str) -> tuple[int, int]:
    """The major and the minor version of this Neovim."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    major, minor = re.match(r"NVIM v(\d+)\.(\d+)", answer).groups()
    return int(major), int(minor)


class Neovim:
    """One running editor, with the configuration that users of its version copy.

    `folder` becomes the home folder, so no configuration or cache of the machine is read. The server is the command
    `azureml-dockerfile-ls` that belongs to the Python which runs the tests.
    """

    def __init__(
        self,
        program: str,
        folder: Path,
        *,
        terminal: Sequence[str] = (),
        settings: Mapping[str, object] | None = None,
        is_server_installed: bool = True,
    ) -> None:
        """Start the editor, headless, or inside `terminal`, a command line to put before its own.

        `settings` are those of the server. Where it is not installed, its command is not on the PATH.
        """
        self.program = program
        self.folder = folder
        config = "azureml-dockerfile-ls.lua" if version(program) >= (0, 11) else "init-0.7.lua"
        plugins = folder / "config" / "nvim" / "plugin"
        plugins.mkdir(parents=True)
        shutil.copy(CLIENT_CONFIG / config, plugins / "azureml-dockerfile-ls.lua")

        self._socket = str(folder / "nvim.socket")
        self._environment = environment(folder)
        if not is_server_installed:
            folders = self._environment["PATH"].split(os.pathsep)
            without = [path for path in folders if not Path(path, "azureml-dockerfile-ls").exists()]
            self._environment["PATH"] = os.pathsep.join(without)
        self._log = (folder / "nvim.log").open("wb")
        self._process = subprocess.Popen(
            [*terminal, program, *([] if terminal else ["--headless"]), "--listen", self._socket]
            + ["--cmd", f"luafile {HERE / 'driver.lua'}"]
            + ["--cmd", f"let g:azureml_dockerfile_ls = json_decode('{json.dumps(settings or {})}')"],
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        deadline = time.monotonic() + PATIENCE
        while not Path(self._socket).exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise RuntimeError(f"Neovim did not start: {(folder / 'nvim.log').read_text(errors='replace')}")
            time.sleep(0.01)

    def _remote(self, option: str, argument: str) -> str:
        # Neovim 0.7 answers on standard error, newer ones on standard output.
        answer = subprocess.run(
            [self.program, "--headless", "--server", self._socket, option, argument],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
        if answer.returncode:
            raise RuntimeError(f"Neovim does not answer: {answer.stdout}")
        return answer.stdout

    def keys(self, keys: str) -> None:
        """Press `keys`, in Neovim's notation: `<C-x>`, `<Esc>`, `<CR>`, `<lt>` for a literal `<`."""
        self._remote("--remote-send", keys)

    def option(self, name: str) -> str:
        """The value of an option of the editor."""
        return self._remote("--remote-expr", f"&{name}").strip()

    def state(self) -> State:
        """What the editor shows now."""
        path = self.folder / "state.json"
        self._remote("--remote-expr", f"luaeval('driver.state(_A)', '{path}')")
        answer = json.loads(path.read_text(encoding="utf-8"))
        answer["findings"] = [
            Finding(
                rule=found["rule"],
                source=found["source"],
                message=found["message"],
                line=found["start"][0],
                column=found["start"][1],
                text=_covered_text(answer["lines"], found["start"], found["stop"]),
            )
            for found in answer["findings"]
        ]
        answer["cursor"] = tuple(answer["cursor"])
        return State(**answer)

    def wait_for(self, what: str, condition: Callable[[State], T], seconds: float = PATIENCE) -> T:
        """Return the first truthy answer of `condition`; fail the test, with the screen, when there is none in time."""
        log = self.folder / "cache" / "nvim" / "lsp.log"

        def shown(state: State) -> str:
            return f"{state.screen()}\n{log.read_text(errors='replace')[-2000:] if log.exists() else ''}"

        return wait_for(what, self.state, condition, seconds, shown)

    def open(self, path: Path) -> None:
        """Edit this file and wait until the server has looked at it."""
        self.keys(f":edit {path}<CR>")
        self.wait_for("the first diagnostics", lambda state: state.up_to_date)

    def put_cursor(self, line: int, column: int) -> None:
        """Move to a line and a byte column, both counted from 0."""
        self.keys(f":call cursor({line + 1}, {column + 1})<CR>")

    def complete(self) -> list[str]:
        """Ask for completion where the cursor is, in insert mode, and return the menu's labels."""
        self.keys("<C-x><C-o>")
        return self.wait_for("the completion menu", lambda state: state.menu)

    def pick(self, label: str) -> None:
        """Walk through the open menu to this label and accept it."""
        state = self.state()
        if label not in state.menu:
            raise AssertionError(f"{label!r} is not in the menu\n{state.screen()}")
        steps = state.menu.index(label) - state.selected
        self.keys(("<C-n>" if steps > 0 else "<C-p>") * abs(steps))
        self.wait_for(f"{label!r} to be selected", lambda state: state.menu and state.menu[state.selected] == label)
        self.keys("<C-y>")
        # Neovim asks for the rest of an item before it inserts it.
        self.wait_for("the menu to close", lambda state: not state.menu and not state.awaits_answer)

    def code_action(self, title: str) -> None:
        """Take the first code action at the cursor whose title contains `title`, and wait for its edit."""
        before = self.state().lines
        self.keys(f":lua driver.wanted = [[{title}]]; driver.actions = {{}}<CR>")
        self.keys("gra")
        self.wait_for(f"the code action {title!r}", lambda state: any(title in str(a["title"]) for a in state.actions))
        self.wait_for(f"the edit of {title!r}", lambda state: state.lines != before)

    def kill_server(self) -> None:
        """End the server as a crash would, and wait until the editor has noticed."""
        for process, command in processes(self.folder).items():
            if "azureml-dockerfile-ls --stdio" in command:
                os.kill(process, signal.SIGKILL)
        self.wait_for("the end of the server", lambda state: not state.findings)

    def findings(self) -> list[Finding]:
        """The findings of the text as it is now."""
        return self.wait_for("the diagnostics of this text", lambda state: state if state.up_to_date else None).findings

    def hover(self) -> str:
        """The text of the window that `K` opens at the cursor."""
        self.keys("K")
        return self.wait_for("the hover window", lambda state: state.floats)[0]

    def evaluate(self, expression: str) -> str:
        """The value of a Lua expression in the editor, as text."""
        quoted = expression.replace("'", "''")
        return self._remote("--remote-expr", f"luaeval('tostring({quoted})')").strip()

    def close(self) -> None:
        """Leave the editor as a user does; it stops the server."""
        try:
            self.keys("<C-\\><C-n>:qall!<CR>")
            self._process.wait(10)
        except (RuntimeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._log.close()
