"""What paths of a build context lead to, and what one reading of it has looked up."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from azureml_dockerfile_ls.context.entries import Entry, EntryKind
from azureml_dockerfile_ls.records import NamedTuple


class Place(NamedTuple):
    """The target of a path: `path` on the disk, without links; `through_link` if a link leads there.

    `stamp` identifies the content of a file: it changes when somebody writes to the file, or replaces it.
    """

    kind: EntryKind
    path: str
    size: int | None = None
    through_link: bool = False
    stamp: tuple[int, ...] = ()


class Seen(NamedTuple):
    """What a reading of a build context has looked up: each path with its place and the identity of the file there.

    `files` has the same paths in the notation of the system. `listings` has the folders with their entries.
    """

    places: Mapping[str, tuple[Place, object]]
    listings: Mapping[str, tuple[Entry, ...] | None]
    files: frozenset[str]


def normal(path: str) -> str:
    """A path of the context in normal form: relative to the root, without `.`, `..` and double `/`."""
    return posixpath.normpath(f"/{path}").lstrip("/")


def folders_above(path: str) -> Iterator[str]:
    """The folders that hold a path, from the nearest up, without the root."""
    while path := posixpath.dirname(path):
        yield path
