"""The search for Dockerfiles and YAML of Azure ML: paths, patterns and folders, without what is left out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azureml_dockerfile_ls.cli.ignored import Exclusion, IgnoreFiles
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT, Unreadable
from azureml_dockerfile_ls.files import NOT_SEARCHED, is_dockerfile_name, is_yaml_name, open_without_waiting
from azureml_dockerfile_ls.manifest.recognition import HEAD, kind_of
from azureml_dockerfile_ls.project import leads_out


@dataclass(frozen=True, slots=True)
class EmptyFolder:
    """A folder without Dockerfiles, and without YAML of Azure ML."""

    path: str

    def __str__(self) -> str:
        return f"{self.path}: no Dockerfile in this folder"


Found = str | Unreadable | EmptyFolder


def find(paths: Sequence[str], exclude: Sequence[str] = (), *, with_yaml: bool = True) -> Iterator[Found]:
    """Yield the files that `paths` name, each once.

    A folder names all Dockerfiles and YAML of Azure ML below it, but those that a `.gitignore` leaves out. A path that
    does not exist can be a pattern, which a shell such as that of Windows leaves to the program. `exclude` has patterns
    as in `.gitignore`, relative to the current folder; what they match is left out, even if another path names it.
    Without `with_yaml`, a folder names Dockerfiles only. A link in a folder is not followed out of the repository.
    """
    seen: set[str] = set()
    exclusion = Exclusion(exclude)
    for path in _expanded(paths):
        is_folder = isinstance(path, str) and path != STANDARD_INPUT and os.path.isdir(path)
        for found in _below(str(path), exclusion, with_yaml) if is_folder else (path,):
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


def _below(folder: str, exclusion: Exclusion, with_yaml: bool) -> Iterator[Found]:
    is_empty = True
    failures: list[Unreadable] = []
    ignored = IgnoreFiles(folder)

    def failed(error: OSError) -> None:
        failures.append(Unreadable(_plain(error.filename), error.strerror or str(error)))

    def is_left_out(path: str, is_folder: bool) -> bool:
        return exclusion.covers(path, is_folder) or ignored.covers(path, is_folder)

    for parent, folders, names in os.walk(folder, onerror=failed):
        yield from failures
        is_empty = is_empty and not failures
        failures.clear()
        if parent != folder:
            ignored.enter(parent, names)
        folders[:] = sorted(
            name for name in folders if name not in NOT_SEARCHED and not is_left_out(os.path.join(parent, name), True)
        )
        for name in sorted(names):
            path = os.path.join(parent, name)
            if os.path.exists(path) and not os.path.isfile(path):
                continue
            is_wanted = is_dockerfile_name(name) or (with_yaml and is_yaml_name(name))
            if not is_wanted or is_left_out(path, False):
                continue
            if os.path.isfile(path) and leads_out(path):
                if is_dockerfile_name(name):
                    failures.append(Unreadable(_plain(path), "a link that leads out of the repository"))
            elif is_dockerfile_name(name) or _is_manifest(path):
                is_empty = False
                yield _plain(path)
    yield from failures
    if is_empty and not failures:
        yield EmptyFolder(folder)


def _is_manifest(path: str) -> bool:
    """Whether a YAML is one of Azure ML, by its head."""
    try:
        with open(path, "rb", opener=open_without_waiting) as file:
            return kind_of(file.read(HEAD).decode("utf-8-sig", errors="replace")) is not None
    except OSError:
        return False
