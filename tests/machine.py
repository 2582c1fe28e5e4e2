"""Programs of this machine, with the network as its user has set it up."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.surroundings import STARTED_WITH

_TIMEOUT = 300


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program; what it prints, errors too, is in `stdout`."""
    return subprocess.run(
        command,
        env=STARTED_WITH,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=_TIMEOUT,
    )


def must_run(*command: str | Path) -> str:
    """What a program prints, which must not fail."""
    done = run(*command)
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The end of what a program printed, where it says why it stopped."""
    return done.stdout.rstrip().rpartition("\n")[2]
