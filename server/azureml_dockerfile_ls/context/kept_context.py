"""A reading of a build context that can say whether the files are still as it found them."""

from __future__ import annotations

import os
import posixpath
import time
from typing import Any

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import Entry, EntryKind

_COARSEST_TIME = 2_000_000_000
"""In nanoseconds; a file that changes twice in this time can look the same after both changes."""

_Stamp = tuple[int, ...]
"""Identifies what is at a path: first the times of the last changes. None: it may change without a trace."""


class KeptContext(BuildContext):
    """A reading to be kept while nothing that it looked at changes.

    What follows from a reading is worked out for each stage. To look whether it still holds costs about as much as the
    folders and files that exist, however many paths the stages name: what is added to a folder, removed or renamed
    changes the folder.
    """

    def __init__(self, *arguments: Any) -> None:
        """As `BuildContext`."""
        super().__init__(*arguments)
        # Taken before what is looked up in a folder, so that a change in between shows.
        self._stamps: dict[str, _Stamp | None] = {}
        self._lists: dict[str, list[Entry] | None] = {}

    def holds(self, now: KeptContext) -> bool:
        """Whether `now`, a new reading that has read nothing yet, would find all that this one found.

        The text of the Dockerfile itself does not count.
        """
        says = (self.root, self.dockerfile, self.source, self.environments)
        if says != (now.root, now.dockerfile, now.source, now.environments):
            return False
        if self._open_files.keys() != now._open_files.keys():
            return False
        others = self._open_files.keys() - {self.dockerfile}
        if any(self._open_files[path] != now._open_files[path] for path in others):
            return False
        is_unchanged = all(stamp is not None and self._stamp(path) == stamp for path, stamp in self._stamps.items())
        return is_unchanged and all(now._list(folder) == found for folder, found in self._lists.items())

    def _on_disk(self, path: str) -> Any:
        self._note(posixpath.dirname(path))
        found = super()._on_disk(path)
        if found.stamp:
            self._keep(path, found.stamp)
        elif found.kind is not EntryKind.MISSING:
            self._note(path)
        return found

    def _target(self, path: str) -> str | None:
        self._note(posixpath.dirname(path))
        target = super()._target(path)
        if target is not None:
            self._note(path)
        return target

    def _list(self, folder: str) -> list[Entry] | None:
        # The folder does not change when a file in it grows.
        found = self._lists[folder] = super()._list(folder)
        return found

    def _note(self, path: str) -> None:
        if path not in self._stamps:
            self._keep(path, self._stamp(path))

    def _keep(self, path: str, stamp: _Stamp | None) -> None:
        is_settled = stamp is not None and time.time_ns() - max(stamp[:2]) > _COARSEST_TIME
        self._stamps[path] = stamp if is_settled else None

    def _stamp(self, path: str) -> _Stamp | None:
        try:
            found = os.lstat(self._on_system(path))
        except (OSError, ValueError):
            return None
        return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_dev, found.st_ino)
