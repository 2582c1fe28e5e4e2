"""The files of a folder that are checked: Dockerfiles, YAML of Azure ML, and scripts that name images of Azure ML."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from enum import Enum
from typing import TypeVar

from azureml_dockerfile_ls.files import (
    NOT_SEARCHED,
    is_dockerfile_name,
    is_script_name,
    is_yaml_name,
    open_without_waiting,
)
from azureml_dockerfile_ls.ignored import IgnoreFiles
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.manifest.recognition import HEAD, kind_of
from azureml_dockerfile_ls.project import leads_out

MAX_SCRIPT_BYTES = 4 << 20
"""The largest script that is searched. A larger one is data, such as a notebook full of pictures."""

MAX_ENTRIES = 100_000
"""How many files and folders are searched through for a client, which waits for the outcome."""

_HOST = b"mcr.microsoft.com/"
_IMAGE = lazy_pattern(rb"mcr\.microsoft\.com/(?:azureml|aifx)/[a-z0-9._/-]+")

T = TypeVar("T")


class FileKind(Enum):
    """What a file is to the program, as far as its name says."""

    DOCKERFILE = "Dockerfile"
    YAML = "YAML, perhaps Azure ML's"
    SCRIPT = "script, which may name images"


def kind_by_name(name: str) -> FileKind | None:
    """What a file with this name can be; None for one that is not checked."""
    if is_dockerfile_name(name):
        return FileKind.DOCKERFILE
    if is_yaml_name(name):
        return FileKind.YAML
    return FileKind.SCRIPT if is_script_name(name) else None


def walk(
    folder: str,
    examine: Callable[[str, FileKind], T | None],
    is_excluded: Callable[[str, bool], bool] = lambda path, is_folder: False,
    most_entries: int | None = None,
) -> Iterator[tuple[str, T] | OSError]:
    """The files below a folder for which `examine` gives a value, with that value, in the order of their names.

    Left out are what a `.gitignore` names, and what is excluded. `examine` gets the path of a file and what its name
    says. A folder that cannot be listed gives the error, and so does a Dockerfile that is a link out of the
    repository; other such links are left out. The search ends after `most_entries` files and folders.
    """
    failures: list[OSError] = []
    ignored = IgnoreFiles(folder)
    entries = 0

    def is_left_out(path: str, is_folder: bool) -> bool:
        return is_excluded(path, is_folder) or ignored.covers(path, is_folder)

    for parent, folders, names in os.walk(folder, onerror=failures.append):
        yield from failures
        failures.clear()
        entries += len(folders) + len(names)
        if most_entries is not None and entries > most_entries:
            return
        if parent != folder:
            ignored.enter(parent, names)
        folders[:] = sorted(
            name for name in folders if name not in NOT_SEARCHED and not is_left_out(os.path.join(parent, name), True)
        )
        for name in sorted(names):
            kind = kind_by_name(name)
            path = os.path.join(parent, name)
            if kind is None or (os.path.exists(path) and not os.path.isfile(path)):
                continue
            if leads_out(path):
                if kind is FileKind.DOCKERFILE and not is_left_out(path, False):
                    failures.append(OSError(errno.ELOOP, "a link that leads out of the repository", path))
                continue
            found = examine(path, kind)
            if found is not None and not is_left_out(path, False):
                yield path, found
    yield from failures


def files_of(folder: str, wanted: FileKind) -> Iterator[str]:
    """The paths of the files of one kind below a folder, as `walk` finds them; of a huge folder only a part."""
    for found in walk(folder, lambda _, kind: kind is wanted or None, most_entries=MAX_ENTRIES):
        if not isinstance(found, OSError):
            yield found[0]


def is_checked(path: str, kind: FileKind) -> bool:
    """Whether a file is checked: every Dockerfile, the YAML of Azure ML, and the scripts that name its images."""
    try:
        if kind is FileKind.YAML:
            return is_manifest(_start(path))
        return kind is FileKind.DOCKERFILE or bool(images_in(script_bytes(path)))
    except OSError:
        return False


def is_manifest(head: bytes) -> bool:
    """Whether the first bytes of a YAML are those of one of Azure ML."""
    return kind_of(head[:HEAD].decode("utf-8-sig", errors="replace")) is not None


def _start(path: str) -> bytes:
    with open(path, "rb", opener=open_without_waiting) as file:
        return file.read(HEAD)


def script_bytes(path: str) -> bytes:
    """The content of a script; empty for one that is too large or no text. Raises OSError."""
    with open(path, "rb", opener=open_without_waiting) as file:
        if os.fstat(file.fileno()).st_size > MAX_SCRIPT_BYTES:
            return b""
        data = file.read(MAX_SCRIPT_BYTES)
    return data if _HOST in data and b"\0" not in data else b""


def images_in(data: bytes) -> frozenset[str]:
    """The full names of Azure ML's images, without tags, that stand literally in the content of a file."""
    if _HOST not in data:
        return frozenset()
    return frozenset(name.decode() for name in _IMAGE.findall(data))
