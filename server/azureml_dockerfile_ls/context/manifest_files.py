"""The files around a YAML of Azure ML: paths in it start from its folder, and may lead to folders beside that one."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.file_memory import FileMemory

T = TypeVar("T")


class _Files(BuildContext):
    """A folder with all its files: `.dockerignore` excludes files from a build only."""

    def _ignore_files(self) -> Iterator[str]:
        return iter(())


class ManifestFiles:
    """One reading of the files around a YAML.

    `root` is the folder of the repository, and nothing outside it is read. `path` is the path of the YAML below it. A
    path that a YAML names is relative to the folder of the YAML. No method raises.
    """

    def __init__(
        self, root: str, path: str, open_files: Mapping[str, str] | None = None, files: FileMemory | None = None
    ) -> None:
        self.context: BuildContext = _Files(root, path, open_files, files)
        self.folder = posixpath.dirname(path)

    def path(self, *parts: str) -> str | None:
        """The path below the root of a path that the YAML names; None if it is outside the root."""
        found = posixpath.normpath(posixpath.join(self.folder, *parts))
        if found == ".." or found.startswith(("../", "/")):
            return None
        return "" if found == "." else found

    def kind_of(self, *parts: str) -> EntryKind:
        """What a path that the YAML names is; UNKNOWN outside the root."""
        found = self.path(*parts)
        return EntryKind.UNKNOWN if found is None else self.context.kind_of(found)

    def read(self, *parts: str) -> str | None:
        """The text of a file that the YAML names; None if it cannot be read."""
        found = self.path(*parts)
        return None if found is None else self.context.read(found)

    def value_of(self, function: Callable[[str], T], *parts: str) -> T | None:
        """The value of a function for the text of a file that the YAML names: see `BuildContext.value_of`."""
        found = self.path(*parts)
        return None if found is None else self.context.value_of(found, function)

    def names_in(self, *parts: str) -> tuple[str, ...]:
        """The names of the files and folders in a folder that the YAML names; empty if it cannot be listed."""
        found = self.path(*parts)
        entries = self.context.entries(found) if found is not None else None
        return tuple(entry.name for entry in entries or ())
