"""Dockerfiles on the disk: which there are, what is in them, and how a repaired one is written."""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azureml_dockerfile_ls.files import open_without_waiting, replace_file

_DOCKERFILE_NAME = re.compile(r"(?:docker|container)file(?:\..+)?|.+\.(?:docker|container)file", re.IGNORECASE)
_OTHER_LANGUAGES = (
    ".dockerignore",
    ".md",
    ".rst",
    ".py",
    ".js",
    ".ts",
    ".json",
    ".yaml",
    ".yml",
    ".lua",
    ".vim",
    ".html",
)
"""What `Dockerfile.…` ends with when it is about Dockerfiles rather than one."""

_NOT_SEARCHED = frozenset((".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"))

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its bytes, and the text of them without a byte order mark.

    `text` is None where it is no text at all. `is_utf8` is False where bytes that are not UTF-8 were replaced by
    U+FFFD. `is_file` is False for standard input, pipes and the like.
    """

    path: str
    data: bytes
    text: str | None
    is_utf8: bool
    is_file: bool


def dockerfiles(paths: Sequence[str], failures: list[str]) -> Iterator[str]:
    """The files that paths stand for, each once; a folder stands for the Dockerfiles below it.

    A folder that cannot be read is told in `failures`.
    """
    seen: set[str] = set()
    for path in paths:
        for file in _below(path, failures) if path != STANDARD_INPUT and os.path.isdir(path) else (path,):
            identity = file if file == STANDARD_INPUT else os.path.realpath(file)
            if identity not in seen:
                seen.add(identity)
                yield file


def _below(folder: str, failures: list[str]) -> Iterator[str]:
    found = False

    def failed(error: OSError) -> None:
        nonlocal found
        found = True
        failures.append(f"{error.filename}: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if name not in _NOT_SEARCHED)
        for name in sorted(names):
            path = os.path.join(parent, name)
            is_special = os.path.exists(path) and not os.path.isfile(path)
            if _DOCKERFILE_NAME.fullmatch(name) and not name.lower().endswith(_OTHER_LANGUAGES) and not is_special:
                found = True
                yield path
    if not found:
        print(f"azureml-dockerfile-ls: {folder}: no Dockerfile in this folder", file=sys.stderr)


def read(path: str, failures: list[str]) -> Source | None:
    """What is in a file, `-` for standard input; None where it cannot be read. What is wrong is told in `failures`."""
    try:
        is_standard_input = path == STANDARD_INPUT
        opened = 0 if is_standard_input else path
        with open(opened, "rb", closefd=not is_standard_input, opener=open_without_waiting) as file:
            data = file.read()
            is_file = not is_standard_input and stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except OSError as error:
        failures.append(f"{path}: {error.strerror or error}")
        return None
    text = data.decode("utf-8-sig", errors="replace")
    try:
        data.decode("utf-8-sig")
        is_utf8 = True
    except UnicodeDecodeError as error:
        is_utf8 = False
        line = data.count(b"\n", 0, error.start) + 1
        failures.append(f"{path}:{line}: not UTF-8 text (byte {error.start + 1} of the file); save it as UTF-8")
    is_text = "\0" not in text
    if is_utf8 and not is_text:
        line = text.count("\n", 0, text.index("\0")) + 1
        failures.append(f"{path}:{line}: not text, since it holds a NUL character")
    return Source(path, data, text if is_text else None, is_utf8, is_file)


def encoded(source: Source, text: str) -> bytes:
    """The bytes of a file that is to hold `text` now: with the byte order mark that it had."""
    mark = codecs.BOM_UTF8 if source.data.startswith(codecs.BOM_UTF8) else b""
    return mark + text.encode()


def write(source: Source, text: str) -> None:
    """Puts `text` in place of a file's content: at no time does the file hold anything but the old or the new.

    The file keeps its byte order mark, its mode, and its owner where that is allowed; a link still leads to it. Raises
    OSError.
    """
    if not source.is_file:
        raise OSError(errno.EINVAL, "not a regular file")
    path = os.path.realpath(source.path)
    status = os.stat(path)
    # To replace a file takes no right to write it.
    os.close(os.open(path, os.O_WRONLY))
    replace_file(path, encoded(source, text), status)
