"""The files of the workspace's folders that are checked, and the images that they name."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice

from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import (
    MAX_ENTRIES,
    FileKind,
    images_in,
    is_manifest,
    kind_by_name,
    script_bytes,
    walk,
)
from azureml_dockerfile_ls.lsp.session.background_search import BackgroundSearch
from azureml_dockerfile_ls.lsp.session.file_readings import FileReadings, Stamp
from azureml_dockerfile_ls.records import NamedTuple

MAX_FILES = 2_000
"""How many files are checked in all folders together."""

_MAX_BYTES = 1 << 20
_MAX_AGE_SECONDS = 10.0
"""How old an outcome may be before `refresh` searches again."""


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
        self._readings = FileReadings(_read)
        self._examined = set[str]()
        """The files that the search has looked at, with something found in them or not."""
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
        files = (item for folder in folders for item in walk(folder, self._examine, most_entries=MAX_ENTRIES))
        found = dict(islice((item for item in files if not isinstance(item, OSError)), MAX_FILES))
        self._readings.forget_all_but(self._examined)
        self._examined = set()
        return found

    def _examine(self, path: str, _: FileKind) -> FoundFile | None:
        try:
            found = self._readings.of(path)
        except OSError:
            return None
        self._examined.add(path)
        return found


def _read(path: str, stamp: Stamp) -> FoundFile | None:
    kind = kind_by_name(os.path.basename(path))
    if kind is None:
        return None
    if kind is FileKind.SCRIPT:
        images = images_in(script_bytes(path))
        return FoundFile(kind, stamp, images) if images else None
    with open(path, "rb", opener=open_without_waiting) as file:
        data = file.read(_MAX_BYTES)
    if kind is FileKind.YAML and not is_manifest(data):
        return None
    return FoundFile(kind, stamp, images_in(data))
