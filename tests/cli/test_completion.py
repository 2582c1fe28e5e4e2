"""The sub-command `completion`: what the TAB key does in real shells."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, run
from tests.machine import require
from tests.waiting import PATIENCE

SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
LOADING = {
    "bash": 'eval "$(cat completion)"',
    "zsh": 'autoload -U compinit; compinit -u -D; eval "$(cat completion)"',
    "fish": "source completion",
}


class Shell:
    """An interactive shell on a terminal, with the completion loaded."""

    def __init__(self, name: str, folder: Path) -> None:
        (folder / "completion").write_text(run("completion", name).output)
        self._pid, self._controller = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            environment = {**os.environ, "TERM": "xterm", "HOME": str(folder), "PS1": "> ", "COLUMNS": "300"}
            os.execvpe(SHELLS[name][0], SHELLS[name], environment)
        self.screen = ""
        assert self.press(f"{LOADING[name]}; printf 're%s\\n' ady\n", "ready\r"), self.screen

    def press(self, keys: str, expected: str) -> bool:
        """Press keys; whether the expected text appears."""
        start = len(self.screen)
        os.write(self._controller, keys.encode())
        deadline = time.monotonic() + PATIENCE
        while expected not in self.screen[start:]:
            readable, _, _ = select.select([self._controller], [], [], max(deadline - time.monotonic(), 0))
            if not readable:
                return False
            self.screen += os.read(self._controller, 4096).decode(errors="replace")
        return True

    def close(self) -> None:
        """End the shell."""
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._controller)


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_completes_commands_options_rules_and_images(tmp_path: Path, name: str) -> None:
    """TAB finishes each word that has only one end; the names of rules are a list with commas."""
    require(name)
    shell = Shell(name, tmp_path)
    try:
        for typed, completed in (
            ("expl", "explain"),
            ("explain FinalU", "FinalUserRoot"),
            ("check --only-b", "--only-buildkit"),
            ("check --format gith", "github"),
            ("check --select azureml,FinalU", "FinalUserRoot"),
            ("images minimal-py312-inf", "minimal-py312-inference"),
        ):
            rest = completed[len(typed.split()[-1].split(",")[-1]) :]
            # CTRL-U removes what is in the line.
            assert shell.press(f"\x15azureml-dockerfile-ls {typed}\t", rest), shell.screen
    finally:
        shell.close()


def test_an_unknown_shell_is_refused() -> None:
    """The message names the shells that are known."""
    outcome = run("completion", "cmd.exe")
    assert outcome.status == 2
    assert "'bash', 'zsh', 'fish'" in outcome.errors[-1]


def test_the_server_does_not_import_the_library() -> None:
    """Completion costs nothing where it is not used."""
    done = subprocess.run([*COMMAND[:1], "-X", "importtime", *COMMAND[1:], "--help"], capture_output=True, text=True)
    assert "argparse" in done.stderr
    assert "shtab" not in done.stderr
