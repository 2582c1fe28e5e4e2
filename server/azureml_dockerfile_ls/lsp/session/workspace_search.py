"""The files of the workspace's folders that are checked, and the images that they name.

What was read of a file is kept until the file changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import MAX_ENTRIES, FileKind, images_in, is_manifest, script_bytes, walk
from azureml_dockerfile_ls.lsp.session.background_search import BackgroundSearch

MAX_FILES = 2_000
"""How many files are checked in all folders together."""

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
        self._examined: dict[str, tuple[Stamp, FoundFile | None]] = {}
        """What was found in each file; used by the thread of the one search at a time."""
        self._search = BackgroundSearch[tuple[str, ...], FoundFiles](self._found, {})

    @property
    def known(self) -> FoundFiles:
        """The outcome of the last search."""
        return self._search.latest

    async def found(self, folders: tuple[str, ...]) -> FoundFiles:
        """The files in the folders as they are now."""
        self._search.files_changed()
        return await self._search.found(folders)

    def refresh(self, folders: tuple[str, ...]) -> None:
        """Search again, for `known`, unless the last search was a moment ago."""
        self._search.refresh(folders, _MAX_AGE_SECONDS)

    def _found(self, folders: Iterable[str]) -> FoundFiles:
        found: FoundFiles = {}
        for folder in folders:
            self._search_folder(folder, found)
        self._examined = {path: known for path, known in self._examined.items() if os.path.exists(path)}
        return found

    def _search_folder(self, folder: str, found: FoundFiles) -> None:
        for item in walk(folder, self._examine, most_entries=MAX_ENTRIES):
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
