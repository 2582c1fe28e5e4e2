"""Where the YAML of the workspace's folders defines and uses environments, open or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import FileKind, files_of
from azureml_dockerfile_ls.lsp.session.background_search import BackgroundSearch
from azureml_dockerfile_ls.lsp.session.file_readings import FileReadings, Stamp
from azureml_dockerfile_ls.manifest.model import EnvironmentName, Manifest, read_manifest
from azureml_dockerfile_ls.records import NamedTuple
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


class WorkspaceEnvironments:
    """Searches the folders of the workspace. All methods are called on the loop."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding: Encoding = encoding
        self._readings = FileReadings(self._names)
        self._search = BackgroundSearch[tuple[str, ...], FoundNames](self._found, {})

    def files_changed(self) -> None:
        """Search again for the next request."""
        self._search.files_changed()

    async def found(self, folders: tuple[str, ...]) -> FoundNames:
        """The names in the YAML below folders, which is read again if it changed."""
        return await self._search.found(folders)

    def _found(self, folders: tuple[str, ...]) -> FoundNames:
        read = dict(islice(self._files(folders), _MAX_FILES))
        self._readings.forget_all_but(read)
        return {path: names for path, names in read.items() if names}

    def _files(self, folders: tuple[str, ...]) -> Iterator[tuple[str, tuple[PlacedName, ...]]]:
        for folder in folders:
            for path in files_of(folder, FileKind.YAML):
                with suppress(OSError):
                    yield path, self._readings.of(path)

    def _names(self, path: str, _: Stamp) -> tuple[PlacedName, ...]:
        with open(path, "rb", opener=open_without_waiting) as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            return ()
        text = data.decode("utf-8-sig", errors="replace")
        manifest = read_manifest(text)
        return tuple(placed(manifest, LineIndex(text, self._encoding))) if manifest is not None else ()


def placed(manifest: Manifest, index: LineIndex) -> Iterator[PlacedName]:
    """The names in a YAML with their places."""
    for name in manifest.environment_names:
        line, start = index.position(name.span.start)
        end = index.position(name.span.end)[1]
        yield PlacedName(name, line, start, max(start, end))
