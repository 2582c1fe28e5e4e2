"""Packages of Python as this machine's pip gets them, from the place that its settings name."""

from __future__ import annotations

import sys
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.machine import last_line, must_run, run

SERVER = "azureml-inference-server-http==1.5.1"
"""The inference server, in the version that our facts are from."""


class Packages:
    """Downloads what the tests need, once for each version of Python."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._failures: dict[str, str] = {}
        """Why there are no packages, by the version of Python."""

    @cached_property
    def _pip(self) -> tuple[str | Path, ...]:
        # The environment of the tests need not have a pip.
        if find_spec("ensurepip") is None:
            pytest.skip("ensurepip, which is in Debian's python3-venv, is not installed beside this Python")
        must_run(sys.executable, "-m", "venv", self._folder / "pip")
        return (self._folder / "pip" / "bin" / "python", "-m", "pip", "--quiet")

    def download(self, version: str) -> Path:
        """The folder with the packages for a version of Python, such as `3.11`. Skips the test without a network."""
        folder = self._folder / version
        if version not in self._failures and not folder.exists():
            only_wheels = ("--only-binary", ":all:", "--python-version", version)
            done = run(*self._pip, "download", "--dest", folder, *only_wheels, "packaging", "pandas", SERVER)
            if done.returncode:
                self._failures[version] = last_line(done)
        if version in self._failures:
            pytest.skip(f"pip cannot download packages: {self._failures[version]}")
        return folder

    @cached_property
    def server_python(self) -> Path:
        """A Python of this machine that has the inference server."""
        python = self._folder / "server" / "bin" / "python"
        wheels = self.download(f"{sys.version_info.major}.{sys.version_info.minor}")
        must_run(sys.executable, "-m", "venv", self._folder / "server")
        must_run(python, "-m", "pip", "--quiet", "install", "--no-index", "--find-links", wheels, SERVER)
        return python
