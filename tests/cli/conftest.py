"""Fixtures of the tests of the command."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, the current folder of the command."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
