"""The progress bar of `check`."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import CLEAN, run
from tests.cli.terminal import Screen, on_terminal


def checked_slowly(*arguments: str) -> Screen:
    """What a terminal shows of a check whose first file takes longer than a second."""
    os.mkfifo("Dockerfile.slow")
    for name in "ab":
        Path(f"Dockerfile.{name}").write_text(CLEAN)

    def write(process: subprocess.Popen[bytes]) -> None:
        with open("Dockerfile.slow", "w") as pipe:
            time.sleep(1.2)
            pipe.write(CLEAN)

    return on_terminal(80, "check", *arguments, "Dockerfile.slow", "Dockerfile.a", "Dockerfile.b", meanwhile=write)


@pytest.mark.slow
def test_a_long_check_shows_its_progress_on_a_terminal(folder: Path) -> None:
    """The bar is on standard error, and nothing of it is left."""
    screen = checked_slowly()
    assert screen.status == 0
    drawn = [line for line in map(str.rstrip, screen.errors.split("\r")) if line]
    assert drawn[0].startswith("checking: 1 of 3 [#####")
    assert screen.errors.endswith(" \r")
    assert "\n" not in screen.errors


@pytest.mark.slow
def test_quiet_shows_no_progress(folder: Path) -> None:
    """Nor does a short check, or one without a terminal."""
    assert checked_slowly("--quiet").errors == ""
    assert on_terminal(80, "check", "Dockerfile.a").errors == ""
    assert run("check", "Dockerfile.a").errors == []
