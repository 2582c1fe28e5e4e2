"""The entries of a build context's folders."""

from __future__ import annotations

import stat
from enum import Enum
from typing import TYPE_CHECKING

from azureml_dockerfile_ls.records import NamedTuple

if TYPE_CHECKING:
    from os import DirEntry


class EntryKind(Enum):
    """The kind of thing that a path of the context names.

    IGNORED: it exists, but `.dockerignore` excludes it, so COPY does not find it. UNKNOWN: it cannot be read, is not
    a file or folder, or leads out of the context.
    """

    FILE = "file"
    FOLDER = "folder"
    MISSING = "missing"
    IGNORED = "ignored"
    UNKNOWN = "unknown"


EXISTING = (EntryKind.FILE, EntryKind.FOLDER)
"""The kinds of paths that COPY finds."""


class Entry(NamedTuple):
    """A file or folder in a folder of the context, with its size in bytes: None for a folder and the open Dockerfile.

    A link has the kind and the size of its target.
    """

    name: str
    kind: EntryKind
    size: int | None
    is_link: bool = False


def kind_of_mode(mode: int) -> EntryKind:
    """The kind of what has this mode: FILE, FOLDER or UNKNOWN."""
    return EntryKind.FILE if stat.S_ISREG(mode) else EntryKind.FOLDER if stat.S_ISDIR(mode) else EntryKind.UNKNOWN


def is_text(name: str) -> bool:
    """Whether a name is valid Unicode, so that a Dockerfile can contain it."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def entry_on_disk(item: DirEntry[str]) -> Entry:
    """An entry on the disk. Links are not followed, so that a link is UNKNOWN."""
    try:
        found = item.stat(follow_symlinks=False)
    except OSError:
        return Entry(item.name, EntryKind.UNKNOWN, None, False)
    kind = kind_of_mode(found.st_mode)
    return Entry(item.name, kind, found.st_size if kind is EntryKind.FILE else None, stat.S_ISLNK(found.st_mode))
