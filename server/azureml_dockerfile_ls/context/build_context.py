"""What is in a build context: its folders and files, as far as Docker would send them to the build.

Paths are as COPY means them: relative to the root of the context, with `/`, normal, without a leading `/`; the root
itself is "".
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple

MAX_FILE_BYTES = 1024 * 1024
MAX_ENTRIES = 20_000


class Kind(Enum):
    """What a path of the context is. UNKNOWN is what cannot be read, or leads out of the context."""

    FILE = "file"
    FOLDER = "folder"
    MISSING = "missing"
    IGNORED = "ignored"
    UNKNOWN = "unknown"


class Entry(NamedTuple):
    """A file or folder in a folder of the context; `size` counts bytes, and is None where it is not a file."""

    name: str
    kind: Kind
    size: int | None


class BuildContext:
    """One reading of a build context: what is asked for is read once, and stays the same. To see changes, make another.

    `root` is the absolute path of its folder, `dockerfile` the name of the Dockerfile, whose own `NAME.dockerignore`
    goes before `.dockerignore`. `open_files` holds the texts of files that an editor has open, by absolute path. No
    method raises.
    """

    def __init__(self, root: str, dockerfile: str = "Dockerfile", open_files: Mapping[str, str] | None = None) -> None:
        self.root = os.path.realpath(root)
        self._open_files = open_files or {}
        self.kind_of = cache(self._kind_of)
        self.entries = cache(self._entries)
        self.read = cache(self._read)

    def absolute(self, path: str) -> str:
        """The absolute path of a path of the context, as the system writes it."""
        return os.path.join(self.root, *path.split("/")) if path else self.root

    def _kind_of(self, path: str) -> Kind:
        file = Path(self.absolute(path))
        return Kind.FILE if file.is_file() else Kind.FOLDER if file.is_dir() else Kind.MISSING

    def _entries(self, folder: str) -> tuple[Entry, ...] | None:
        found = sorted(Path(self.absolute(folder)).iterdir())
        return tuple(
            Entry(
                path.name, Kind.FILE if path.is_file() else Kind.FOLDER, path.stat().st_size if path.is_file() else None
            )
            for path in found
        )

    def _read(self, path: str) -> str | None:
        try:
            return self._open_files.get(self.absolute(path)) or Path(self.absolute(path)).read_text("utf-8")
        except OSError:
            return None
