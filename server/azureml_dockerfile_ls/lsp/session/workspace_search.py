"""The files of the workspace's folders that are checked, and the images that they name.

A thread of its own walks through the folders, and searches in the bytes of scripts. What it has read of a file is kept
until the file changes.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterable
from typing import NamedTuple

from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import FileKind, images_in, is_manifest, script_bytes, walk

MAX_FILES = 2_000
"""How many files are checked in all folders together."""

_MAX_ENTRIES = 100_000
_MAX_BYTES = 1 << 20
_MAX_AGE_SECONDS = 10.0
"""How old an outcome may be before `refresh` searches again."""

Stamp = tuple[int, int, int]
"""What changes when somebody writes to a file, or replaces it: its time, its size and its number on the disk."""


class FoundFile(NamedTuple):
    """A file that is checked, and the full names of the images of Azure ML in it."""

    kind: FileKind
    stamp: Stamp
    images: frozenset[str]


FoundFiles = dict[str, FoundFile]
"""The files by their absolute paths."""


class WorkspaceSearch:
    """Searches the folders of the workspace. All methods are called on the loop."""

    def __init__(self) -> None:
        self.known: FoundFiles = {}
        """The outcome of the last search."""
        self._examined: dict[str, tuple[Stamp, FoundFile | None]] = {}
        """What was found in each file; used by the thread of the one search at a time."""
        self._search: asyncio.Future[FoundFiles] | None = None
        self._ended_at: float | None = None

    async def found(self, folders: tuple[str, ...]) -> FoundFiles:
        """The files in the folders as they are now."""
        while self._search is not None:
            await asyncio.shield(self._search)
        return await asyncio.shield(self._start(folders))

    def refresh(self, folders: tuple[str, ...]) -> None:
        """Search again, for `known`, unless the last search was a moment ago."""
        is_recent = self._ended_at is not None and time.monotonic() - self._ended_at <= _MAX_AGE_SECONDS
        if self._search is None and not is_recent:
            self._start(folders)

    def _start(self, folders: tuple[str, ...]) -> asyncio.Future[FoundFiles]:
        loop = asyncio.get_running_loop()
        search = self._search = loop.create_future()
        threading.Thread(target=self._run, args=(loop, search, folders), name="workspace-search", daemon=True).start()
        return search

    def _run(self, loop: asyncio.AbstractEventLoop, search: asyncio.Future[FoundFiles], folders: Iterable[str]) -> None:
        found: FoundFiles = {}
        try:
            for folder in folders:
                self._search_folder(folder, found)
            self._examined = {path: known for path, known in self._examined.items() if os.path.exists(path)}
        finally:

            def end() -> None:
                self.known, self._search, self._ended_at = found, None, time.monotonic()
                search.set_result(found)

            # The loop is closed when the client has left meanwhile.
            if not loop.is_closed():
                loop.call_soon_threadsafe(end)

    def _search_folder(self, folder: str, found: FoundFiles) -> None:
        for item in walk(folder, self._examine, most_entries=_MAX_ENTRIES):
            if isinstance(item, OSError):
                continue
            found[item[0]] = item[1]
            if len(found) >= MAX_FILES:
                return

    def _examine(self, path: str, kind: FileKind) -> FoundFile | None:
        try:
            status = os.stat(path)
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._examined.get(path)
            if known is None or known[0] != stamp:
                known = self._examined[path] = (stamp, _read(path, kind, stamp))
        except OSError:
            return None
        return known[1]


def _read(path: str, kind: FileKind, stamp: Stamp) -> FoundFile | None:
    if kind is FileKind.SCRIPT:
        images = images_in(script_bytes(path))
        return FoundFile(kind, stamp, images) if images else None
    with open(path, "rb", opener=open_without_waiting) as file:
        data = file.read(_MAX_BYTES)
    if kind is FileKind.YAML and not is_manifest(data):
        return None
    return FoundFile(kind, stamp, images_in(data))
