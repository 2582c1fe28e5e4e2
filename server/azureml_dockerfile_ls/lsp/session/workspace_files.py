"""What can be searched for in the Dockerfiles of the workspace's folders, open or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from azureml_dockerfile_ls.features.symbols import Definition, definitions
from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import FileKind, files_of
from azureml_dockerfile_ls.lsp.session.background_search import BackgroundSearch
from azureml_dockerfile_ls.lsp.session.file_readings import FileReadings, Stamp
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.records import NamedTuple
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


class WorkspaceFiles:
    """Searches the folders of the workspace. All methods are called on the loop."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding: Encoding = encoding
        self._readings = FileReadings(self._definitions)
        self._search = BackgroundSearch[tuple[Folder, ...], FoundFiles](self._found, {})

    def files_changed(self) -> None:
        """Search again for the next request."""
        self._search.files_changed()

    async def found(self, folders: tuple[Folder, ...]) -> FoundFiles:
        """The definitions of the Dockerfiles in folders, which are read again if they changed."""
        return await self._search.found(folders)

    def _found(self, folders: tuple[Folder, ...]) -> FoundFiles:
        found = dict(self._files(folders))
        self._readings.forget_all_but(found)
        return found

    def _files(self, folders: Iterable[Folder]) -> Iterator[tuple[str, tuple[PlacedDefinition, ...]]]:
        projects = Projects()
        paths = ((folder, path) for folder in folders for path in files_of(folder.path, FileKind.DOCKERFILE))
        for folder, path in islice(paths, _MAX_FILES):
            if resolve(path, projects, editor=folder.editor).settings.dockerfile_features:
                with suppress(OSError):
                    yield path, self._readings.of(path)

    def _definitions(self, path: str, _: Stamp) -> tuple[PlacedDefinition, ...]:
        with open(path, "rb", opener=open_without_waiting) as file:
            text = file.read(_MAX_BYTES).decode("utf-8", errors="replace")
        return tuple(placed(text, LineIndex(text, self._encoding)))


def placed(text: str, index: LineIndex) -> Iterator[PlacedDefinition]:
    """The definitions in a text with their places."""
    for definition in definitions(parse(text)):
        line, start = index.position(definition.span.start)
        end = index.position(definition.span.end)[1]
        yield PlacedDefinition(definition, (line, start, max(start, end)))
