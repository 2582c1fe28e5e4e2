"""The search for the files to check: paths, patterns and folders, without what is left out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT, Unreadable
from azureml_dockerfile_ls.folder_search import FileKind, is_checked, walk
from azureml_dockerfile_ls.ignored import Exclusion


@dataclass(frozen=True, slots=True)
class EmptyFolder:
    """A folder without a file that is looked for, which is a Dockerfile, or also another file `with_others`."""

    path: str
    with_others: bool

    def __str__(self) -> str:
        return f"{self.path}: {'nothing to check' if self.with_others else 'no Dockerfile'} in this folder"


Found = str | Unreadable | EmptyFolder


def find(paths: Sequence[str], exclude: Sequence[str] = (), *, with_others: bool = True) -> Iterator[Found]:
    """Yield the files that `paths` name, each once.

    A folder names all Dockerfiles, YAML of Azure ML and scripts with its images below it, but those that a `.gitignore`
    leaves out. A path that does not exist can be a pattern, which a shell such as that of Windows leaves to the
    program. `exclude` has patterns as in `.gitignore`, relative to the current folder; what they match is left out,
    even if another path names it. Without `with_others`, a folder names Dockerfiles only. A link in a folder is not
    followed out of the repository.
    """
    seen: set[str] = set()
    exclusion = Exclusion(exclude)
    for path in _expanded(paths):
        is_folder = isinstance(path, str) and path != STANDARD_INPUT and os.path.isdir(path)
        for found in _below(str(path), exclusion, with_others) if is_folder else (path,):
            if not isinstance(found, str):
                yield found
                continue
            identity = found if found == STANDARD_INPUT else os.path.realpath(found)
            if identity not in seen and not (found != STANDARD_INPUT and exclusion.covers(found)):
                seen.add(identity)
                yield found


def _expanded(paths: Sequence[str]) -> Iterator[str | Unreadable]:
    """The paths, without `./` at the start, with what patterns match in their place."""
    import glob

    for path in paths:
        if path == STANDARD_INPUT or os.path.lexists(path) or not glob.has_magic(path):
            yield _plain(path)
            continue
        matches = sorted(glob.glob(path, recursive=True))
        yield from map(_plain, matches) if matches else (Unreadable(path, "no file matches this pattern"),)


def _plain(path: str) -> str:
    here = os.path.join(os.curdir, "")
    plain = path
    while plain.startswith(here):
        plain = plain[len(here) :].lstrip(os.sep)
    return plain or os.curdir


def _below(folder: str, exclusion: Exclusion, with_others: bool) -> Iterator[Found]:
    is_empty = True

    def is_wanted(path: str, kind: FileKind) -> bool | None:
        return ((with_others or kind is FileKind.DOCKERFILE) and is_checked(path, kind)) or None

    for found in walk(folder, is_wanted, exclusion.covers):
        is_empty = False
        if isinstance(found, OSError):
            yield Unreadable(_plain(found.filename), found.strerror or str(found))
        else:
            yield _plain(found[0])
    if is_empty:
        yield EmptyFolder(folder, with_others)
