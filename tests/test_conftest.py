"""A missing program must not turn CI green."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = """
import pytest

def test_of_an_editor():
    pytest.skip("Neovim is not installed: nvim is not on the PATH")

@pytest.mark.xfail(strict=True)
def test_that_is_known_to_fail():
    assert False

def test_that_passes():
    pass
"""
SKIPPED_MODULE = 'import pytest\npytest.skip("Emacs is not installed", allow_module_level=True)\n'
REQUIRES = 'from tests.machine import require\n\ndef test_of_a_program():\n    require("no-such-program")\n'


def run_pytest(folder: Path, test: str, ci: str) -> subprocess.CompletedProcess[str]:
    """Run `test` in a folder of its own under this project's conftest.py."""
    shutil.copy(Path(__file__).parent / "conftest.py", folder)
    (folder / "test_it.py").write_text(test)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--rootdir", folder, "-p", "no:cacheprovider", folder],
        cwd=folder,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "reason"),
    [
        (SKIPS, "Neovim is not installed: nvim is not on the PATH"),
        (SKIPPED_MODULE, "Emacs is not installed"),
        (REQUIRES, "no-such-program is not installed: it is not on the PATH"),
    ],
    ids=["test", "module", "program"],
)
def test_a_skipped_test_fails_the_session_in_ci(tmp_path: Path, test: str, reason: str) -> None:
    """The session fails, names the test and its reason, and ends with pytest's closing line."""
    finished = run_pytest(tmp_path, test, ci="true")
    assert finished.returncode == pytest.ExitCode.TESTS_FAILED
    lines = finished.stdout.splitlines()
    assert lines[lines.index(f"1 test: {reason}") + 1].startswith("    test_it.py")
    assert "1 skipped" in finished.stdout.splitlines()[-1]


@pytest.mark.slow
def test_a_skipped_test_is_fine_elsewhere(tmp_path: Path) -> None:
    """On a machine without the editors the other tests still pass."""
    finished = run_pytest(tmp_path, SKIPS, ci="")
    assert finished.returncode == pytest.ExitCode.OK


@pytest.mark.slow
def test_skipped_tests_are_listed_by_reason(tmp_path: Path) -> None:
    """Each reason is one line, however many tests have it."""
    finished = run_pytest(tmp_path, SKIPS + REQUIRES + REQUIRES.replace("test_of_a", "test_of_the"), ci="")
    lines = finished.stdout.splitlines()
    assert "2 tests: no-such-program is not installed: it is not on the PATH" in lines
    assert "1 test: Neovim is not installed: nvim is not on the PATH" in lines


@pytest.mark.slow
def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    """A test that is marked as failing does not fail the session."""
    finished = run_pytest(tmp_path, SKIPS.replace("pytest.skip", "print"), ci="true")
    assert finished.returncode == pytest.ExitCode.OK
