"""What can be searched for in the Dockerfiles of the workspace's folders, open or not.

A thread of its own searches the folders and reads the files, so no request waits on the loop for the disk. What it read
of a file is kept until the file changes.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.features.symbols import Definition, definitions
from azureml_dockerfile_ls.files import NOT_SEARCHED, is_dockerfile_name, open_without_waiting
from azureml_dockerfile_ls.project import Projects, leads_out
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Encoding, LineIndex
from azureml_dockerfile_ls.workspace import EditorSettings, resolve

_MAX_AGE_SECONDS = 2.0
"""How long the outcome of a search is used: a client asks with each key that is pressed."""

_MAX_ENTRIES = 100_000
_MAX_FILES = 2_000
_MAX_BYTES = 2**20

Place = tuple[int, int, int]
"""A line, and the columns where a name in it starts and ends."""


class Folder(NamedTuple):
    """A folder of the workspace, and the settings of the client for it."""

    path: str
    editor: tuple[EditorSettings, ...]


class PlacedDefinition(NamedTuple):
    """A definition, and its place in the unit of the client."""

    definition: Definition
    place: Place


FoundFiles = dict[str, tuple[PlacedDefinition, ...]]
"""The definitions of Dockerfiles, by the absolute paths of the files."""

_Version = tuple[int, int]


class WorkspaceFiles:
    """Searches the folders of the workspace. All methods are called on the loop."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding: Encoding = encoding
        self._read: dict[str, tuple[_Version, tuple[PlacedDefinition, ...]]] = {}
        """What was read of each file; used by the thread of the one search at a time."""
        self._search: asyncio.Future[FoundFiles] | None = None
        self._ended_at = 0.0

    async def found(self, folders: tuple[Folder, ...]) -> FoundFiles:
        """The definitions of the Dockerfiles in folders, which are read again if they changed."""
        search = self._search
        is_running = search is not None and not search.done()
        if search is None or not (is_running or time.monotonic() - self._ended_at <= _MAX_AGE_SECONDS):
            loop = asyncio.get_running_loop()
            search = self._search = loop.create_future()
            arguments = (loop, search, folders)
            threading.Thread(target=self._run, args=arguments, name="workspace-files", daemon=True).start()
        # A request that is cancelled does not end the search, for which others may wait.
        return await asyncio.shield(search)

    def _run(
        self, loop: asyncio.AbstractEventLoop, search: asyncio.Future[FoundFiles], folders: tuple[Folder, ...]
    ) -> None:
        found: FoundFiles = {}
        try:
            found = dict(self._files(folders))
            self._read = {path: known for path, known in self._read.items() if path in found}
        finally:

            def end() -> None:
                self._ended_at = time.monotonic()
                search.set_result(found)

            # The loop is closed when the client has left meanwhile.
            if not loop.is_closed():
                loop.call_soon_threadsafe(end)

    def _files(self, folders: Iterable[Folder]) -> Iterator[tuple[str, tuple[PlacedDefinition, ...]]]:
        projects = Projects()
        count = 0
        for folder in folders:
            for path in _dockerfiles(folder.path):
                count += 1
                if count > _MAX_FILES:
                    return
                if not resolve(path, projects, editor=folder.editor).settings.dockerfile_features:
                    continue
                try:
                    yield path, self._definitions(path)
                except OSError:
                    continue

    def _definitions(self, path: str) -> tuple[PlacedDefinition, ...]:
        with open(path, "rb", opener=open_without_waiting) as file:
            status = os.fstat(file.fileno())
            version = (status.st_mtime_ns, status.st_size)
            known = self._read.get(path)
            if known is not None and known[0] == version:
                return known[1]
            text = file.read(_MAX_BYTES).decode("utf-8", errors="replace")
        found = tuple(placed(text, LineIndex(text, self._encoding)))
        self._read[path] = (version, found)
        return found


def placed(text: str, index: LineIndex) -> Iterator[PlacedDefinition]:
    """The definitions in a text with their places."""
    for definition in definitions(parse(text)):
        line, start = index.position(definition.span.start)
        end = index.position(definition.span.end)[1]
        yield PlacedDefinition(definition, (line, start, max(start, end)))


def _dockerfiles(folder: str) -> Iterator[str]:
    entries = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_SEARCHED)
        entries += len(folders) + len(names)
        if entries > _MAX_ENTRIES:
            return
        for name in sorted(names):
            path = os.path.join(parent, name)
            if is_dockerfile_name(name) and os.path.isfile(path) and not leads_out(path):
                yield path
