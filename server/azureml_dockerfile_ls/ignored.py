"""Which files git ignores, and which ones the user excludes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from azureml_dockerfile_ls.path_patterns import PathPatterns

_NAME = ".gitignore"
_MAX_CHARACTERS = 1 << 20


class Exclusion:
    """Patterns as in `.gitignore`, relative to the current folder."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = PathPatterns(patterns, os.getcwd()) if patterns else None

    def covers(self, path: str, is_folder: bool = False) -> bool:
        """Whether a pattern matches the path, or a folder that holds it."""
        return self._patterns is not None and bool(self._patterns.verdict(os.path.abspath(path), is_folder))


class IgnoreFiles:
    """The `.gitignore` files that apply below a folder: those in it, below it, and above it in its repository.

    The search of the folder enters each subfolder once, before it asks about what is in it.
    """

    def __init__(self, folder: str) -> None:
        self._of_folders: dict[str, PathPatterns] = {}
        above = _up_to_repository(os.path.abspath(folder))
        for path in above:
            self._read(path, os.path.join(path, _NAME))
        self._top = above[-1]
        lines = _lines(os.path.join(self._top, ".git", "info", "exclude"))
        self._of_repository = PathPatterns(lines, self._top) if lines else None

    def enter(self, folder: str, names: Iterable[str]) -> None:
        """Read the `.gitignore` of a folder that has files with these names."""
        if _NAME in names:
            self._read(os.path.abspath(folder), os.path.join(folder, _NAME))

    def covers(self, path: str, is_folder: bool) -> bool:
        """Whether git ignores a file or folder. The nearest `.gitignore` with a pattern for it decides."""
        if not self._of_folders and self._of_repository is None:
            return False
        path = os.path.abspath(path)
        folder = os.path.dirname(path)
        while True:
            patterns = self._of_folders.get(folder)
            verdict = patterns.verdict(path, is_folder) if patterns else None
            if verdict is not None:
                return verdict
            if folder == self._top or os.path.dirname(folder) == folder:
                return self._of_repository is not None and bool(self._of_repository.verdict(path, is_folder))
            folder = os.path.dirname(folder)

    def _read(self, folder: str, path: str) -> None:
        if lines := _lines(path):
            self._of_folders[folder] = PathPatterns(lines, folder)


def _up_to_repository(folder: str) -> list[str]:
    """The folder and those above it, up to the root of its repository; the folder alone if it is in none."""
    folders = [folder]
    while not os.path.lexists(os.path.join(folders[-1], ".git")):
        above = os.path.dirname(folders[-1])
        if above == folders[-1]:
            return [folder]
        folders.append(above)
    return folders


def _lines(path: str) -> list[str]:
    """The lines of a file of patterns that are not empty or comments; none where it cannot be read."""
    if not os.path.isfile(path):
        return []
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            lines = file.read(_MAX_CHARACTERS).splitlines()
    except OSError:
        return []
    return [line for line in lines if line.strip() and not line.startswith("#")]
