"""Where the YAML of the workspace's folders defines and uses environments, open or not.

What was read of a file is kept until the file changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import FileKind, files_of
from azureml_dockerfile_ls.lsp.session.background_search import BackgroundSearch
from azureml_dockerfile_ls.manifest.model import EnvironmentName, Manifest, read_manifest
from azureml_dockerfile_ls.text import Encoding, LineIndex

_MAX_FILES = 5_000
_MAX_BYTES = 64 * 1024
"""Larger YAML is not read: no environment, deployment or job is so long."""


class PlacedName(NamedTuple):
    """The name of an environment, and the line and the columns where it is, in the unit of the client."""

    name: EnvironmentName
    line: int
    start: int
    end: int


FoundNames = dict[str, tuple[PlacedName, ...]]
"""The names in files, by their absolute paths."""

_Version = tuple[int, int]


class WorkspaceEnvironments:
    """Searches the folders of the workspace. All methods are called on the loop."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding: Encoding = encoding
        self._read: dict[str, tuple[_Version, tuple[PlacedName, ...]]] = {}
        """What was read of each file; used by the thread of the one search at a time."""
        self._search = BackgroundSearch[tuple[str, ...], FoundNames](self._found, {})

    def files_changed(self) -> None:
        """Search again for the next request."""
        self._search.files_changed()

    async def found(self, folders: tuple[str, ...]) -> FoundNames:
        """The names in the YAML below folders, which is read again if it changed."""
        return await self._search.found(folders)

    def _found(self, folders: tuple[str, ...]) -> FoundNames:
        return {path: names for path, names in self._files(folders) if names}

    def _files(self, folders: tuple[str, ...]) -> Iterator[tuple[str, tuple[PlacedName, ...]]]:
        read, self._read = self._read, {}
        for folder in folders:
            for path in files_of(folder, FileKind.YAML):
                if len(self._read) >= _MAX_FILES:
                    return
                try:
                    status = os.stat(path)
                    version = (status.st_mtime_ns, status.st_size)
                    known = read.get(path)
                    if known is None or known[0] != version:
                        names = self._names(path) if status.st_size <= _MAX_BYTES else ()
                        known = version, names
                except OSError:
                    continue
                self._read[path] = known
                yield path, known[1]

    def _names(self, path: str) -> tuple[PlacedName, ...]:
        with open(path, "rb", opener=open_without_waiting) as file:
            text = file.read(_MAX_BYTES).decode("utf-8-sig", errors="replace")
        manifest = read_manifest(text)
        return tuple(placed(manifest, LineIndex(text, self._encoding))) if manifest is not None else ()


def placed(manifest: Manifest, index: LineIndex) -> Iterator[PlacedName]:
    """The names in a YAML with their places."""
    for name in manifest.environment_names:
        line, start = index.position(name.span.start)
        end = index.position(name.span.end)[1]
        yield PlacedName(name, line, start, max(start, end))
