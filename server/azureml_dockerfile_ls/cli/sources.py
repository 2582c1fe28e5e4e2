"""Dockerfiles on disk: find them, read them, and write a repaired one."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azureml_dockerfile_ls.files import NOT_SEARCHED, is_dockerfile_name, open_without_waiting, replace_file

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its bytes, and their text without a byte order mark.

    `flaw` is a sentence about bytes that are not text, None for a proper text file. `text` then has U+FFFD in place of
    bytes that are not UTF-8, and is None for a binary file. `is_file` is False for standard input and pipes.
    """

    path: str
    data: bytes
    text: str | None
    flaw: str | None
    is_file: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or folder that cannot be read, and the reason."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class EmptyFolder:
    """A folder without Dockerfiles."""

    path: str

    def __str__(self) -> str:
        return f"{self.path}: no Dockerfile in this folder"


def find(paths: Sequence[str]) -> Iterator[str | Unreadable | EmptyFolder]:
    """Yield the files that `paths` name, each once. A folder names all Dockerfiles below it."""
    seen: set[str] = set()
    for path in paths:
        for found in _below(path) if path != STANDARD_INPUT and os.path.isdir(path) else (path,):
            if not isinstance(found, str):
                yield found
                continue
            identity = found if found == STANDARD_INPUT else os.path.realpath(found)
            if identity not in seen:
                seen.add(identity)
                yield found


def _below(folder: str) -> Iterator[str | Unreadable | EmptyFolder]:
    is_empty = True
    failures: list[Unreadable] = []

    def failed(error: OSError) -> None:
        failures.append(Unreadable(error.filename, error.strerror or str(error)))

    for parent, folders, names in os.walk(folder, onerror=failed):
        yield from failures
        is_empty = is_empty and not failures
        failures.clear()
        folders[:] = sorted(name for name in folders if name not in NOT_SEARCHED)
        for name in sorted(names):
            path = os.path.join(parent, name)
            is_special = os.path.exists(path) and not os.path.isfile(path)
            if is_dockerfile_name(name) and not is_special:
                is_empty = False
                yield path
    yield from failures
    if is_empty and not failures:
        yield EmptyFolder(folder)


def read(path: str) -> Source | Unreadable:
    """Read a file, or standard input for `-`."""
    is_standard_input = path == STANDARD_INPUT
    try:
        opened = 0 if is_standard_input else path
        with open(opened, "rb", closefd=not is_standard_input, opener=open_without_waiting) as file:
            data = file.read()
            is_file = not is_standard_input and stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except OSError as error:
        return Unreadable(path, error.strerror or str(error))
    flaw = None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8-sig", errors="replace")
        line = data.count(b"\n", 0, error.start) + 1
        flaw = f"{path}:{line}: not UTF-8 text (byte {error.start + 1} of the file); save it as UTF-8"
    is_text = "\0" not in text
    if flaw is None and not is_text:
        line = text.count("\n", 0, text.index("\0")) + 1
        flaw = f"{path}:{line}: not a text file: it contains a NUL character"
    return Source(path, data, text if is_text else None, flaw, is_file)


def encoded(source: Source, text: str) -> bytes:
    """The bytes to write for `text`, with the byte order mark of the source."""
    mark = codecs.BOM_UTF8 if source.data.startswith(codecs.BOM_UTF8) else b""
    return mark + text.encode()


def write(source: Source, text: str) -> None:
    """Replace the content of a file atomically with `text`.

    The file keeps its byte order mark, its mode, and its owner if the system allows that. A symbolic link still leads
    to it. Raises OSError.
    """
    if not source.is_file:
        raise OSError(errno.EINVAL, "not a regular file")
    path = os.path.realpath(source.path)
    status = os.stat(path)
    # Replacing a file needs no permission to write to it, so ask for that permission here.
    os.close(os.open(path, os.O_WRONLY))
    replace_file(path, encoded(source, text), status)
