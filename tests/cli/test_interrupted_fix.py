"""`check --fix` that does not get to its end: every file is old or new, and nothing else is left behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import CLEAN, COMMAND, run
from tests.waiting import PATIENCE, wait_until

BEFORE = f"{CLEAN}RUN pip install b>=2\n"
AFTER = f"{CLEAN}RUN pip install 'b>=2'\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A thousand files with a safe repair each, so many that `check` starts further processes."""
    monkeypatch.chdir(tmp_path)
    found = [tmp_path / f"Dockerfile.{number:03}" for number in range(1000)]
    for file in found:
        file.write_text(BEFORE)
    return found


@pytest.mark.slow
def test_ctrl_c(files: list[Path]) -> None:
    """A run that Ctrl-C ends leaves each file old or new, and no temporary file."""
    with subprocess.Popen(
        [*COMMAND, "check", "--fix", "."], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        wait_until(lambda: any(file.read_text() != BEFORE for file in files))
        # A terminal sends it to all processes of the command.
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, errors) == (130, b"azureml-dockerfile-ls: interrupted\n")
    assert {file.read_text() for file in files} <= {BEFORE, AFTER}
    assert sorted(os.listdir()) == [file.name for file in files]


@pytest.mark.slow
def test_a_file_that_cannot_be_written_whole(files: list[Path]) -> None:
    """A file whose new content does not fit on the disk keeps the old one; the others are repaired."""
    long = files[7]
    long.write_text(f"{BEFORE}# {'x' * 2000}\n")
    before = long.read_text()

    outcome = run(
        "check", "--fix", "Dockerfile.00*", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    )

    assert outcome.status == 2
    assert outcome.errors == [f"azureml-dockerfile-ls: {long.name}: File too large; nothing was fixed in it"]
    assert long.read_text() == before
    assert {file.read_text() for file in files[:10] if file != long} == {AFTER}
    assert sorted(os.listdir()) == [file.name for file in files]
