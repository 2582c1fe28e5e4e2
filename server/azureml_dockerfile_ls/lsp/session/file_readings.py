"""What a search through the workspace has read of each file, kept until the file changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from typing import Generic, TypeVar

Stamp = tuple[int, int, int]
"""What changes when somebody writes to a file, or replaces it: its time, its size and its number on the disk."""

T = TypeVar("T")


class FileReadings(Generic[T]):
    """What `read` gives for files, by their absolute paths. It is used by the thread of one search at a time.

    `read` gets the stamp that the file had right before.
    """

    def __init__(self, read: Callable[[str, Stamp], T]) -> None:
        self._read = read
        self._known: dict[str, tuple[Stamp, T]] = {}

    def of(self, path: str) -> T:
        """What was read of a file as it is now. Raises OSError."""
        status = os.stat(path)
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = (stamp, self._read(path, stamp))
        return known[1]

    def forget_all_but(self, paths: Container[str]) -> None:
        """Forget what was read of other files."""
        self._known = {path: known for path, known in self._known.items() if path in paths}
