"""What can be searched for in the Dockerfiles of the workspace's folders, open or not.

What was read of a file is kept until the file changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.features.symbols import Definition, definitions
from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import FileKind, files_of
from azureml_dockerfile_ls.lsp.session.background_search import BackgroundSearch
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Encoding, LineIndex
from azureml_dockerfile_ls.workspace import EditorSettings, resolve

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
        self._search = BackgroundSearch[tuple[Folder, ...], FoundFiles](self._found, {})

    def files_changed(self) -> None:
        """Search again for the next request."""
        self._search.files_changed()

    async def found(self, folders: tuple[Folder, ...]) -> FoundFiles:
        """The definitions of the Dockerfiles in folders, which are read again if they changed."""
        return await self._search.found(folders)

    def _found(self, folders: tuple[Folder, ...]) -> FoundFiles:
        found = dict(self._files(folders))
        self._read = {path: known for path, known in self._read.items() if path in found}
        return found

    def _files(self, folders: Iterable[Folder]) -> Iterator[tuple[str, tuple[PlacedDefinition, ...]]]:
        projects = Projects()
        count = 0
        for folder in folders:
            for path in files_of(folder.path, FileKind.DOCKERFILE):
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
