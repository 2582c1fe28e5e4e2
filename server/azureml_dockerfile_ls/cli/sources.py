"""Dockerfiles on disk: read them, and write a repaired one."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from dataclasses import dataclass

from azureml_dockerfile_ls.files import open_without_waiting, replace_file
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.text import TextEdit, apply_edits

STANDARD_INPUT = "-"

MAX_BYTES = 16 << 20
"""The size limit of a file. Azure ML accepts 100 kB; a file beyond this limit is not a Dockerfile."""

REPLACEMENT = "\ufffd"
"""The character in place of a byte that is not UTF-8."""

_NOT_UTF8 = lazy_pattern("[\udc80-\udcff]")
"""What Python decodes such a byte to, so that it can be encoded again."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text file that was read: its bytes, and their text without a byte order mark.

    The text has U+FFFD in place of each byte that is not UTF-8. `is_file` is False for standard input and pipes.
    """

    path: str
    data: bytes
    text: str
    is_file: bool

    def edited(self, edits: tuple[TextEdit, ...]) -> bytes:
        """The bytes of the file after edits of the text. Bytes that are not UTF-8 stay. Raises OSError."""
        if any(REPLACEMENT in edit.text for edit in edits):
            raise OSError(errno.EILSEQ, "not UTF-8 text")
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return mark + apply_edits(_decoded(self.data), edits).encode("utf-8", errors="surrogateescape")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or folder that cannot be read, the reason, and the line, if there is one. `data` is what was read."""

    path: str
    reason: str
    line: int | None = None
    data: bytes = b""

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.line is None else f"{self.path}:{self.line}: {self.reason}"


def read(path: str, name: str | None = None) -> Source | Unreadable:
    """Read a file, or standard input for `-`, whose name can be another one."""
    is_standard_input = path == STANDARD_INPUT
    shown = path if name is None else name
    try:
        opened = 0 if is_standard_input else path
        with open(opened, "rb", closefd=not is_standard_input, opener=open_without_waiting) as file:
            data = file.read(MAX_BYTES + 1)
            is_file = not is_standard_input and stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except OSError as error:
        return Unreadable(shown, error.strerror or str(error))
    if len(data) > MAX_BYTES:
        return Unreadable(shown, f"larger than {MAX_BYTES >> 20} MiB")
    if (line := _line_of_nul(data)) is not None:
        is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        reason = "UTF-16 text; save it as UTF-8" if is_wide else "not a text file: it contains a NUL character"
        return Unreadable(shown, reason, line, data)
    return Source(shown, data, _NOT_UTF8.sub(REPLACEMENT, _decoded(data)), is_file)


def write(source: Source, content: bytes, path: str | None = None) -> None:
    """Replace the content of a file atomically.

    The file keeps its mode, its extended attributes, and its owner if the system allows that. A symbolic link still
    leads to it. A file with several names is not written, because only one of them would have the new content. A file
    that another program has changed since it was read is not written either. Raises OSError.
    """
    if not source.is_file:
        raise OSError(errno.EINVAL, "not a regular file")
    path = os.path.realpath(path or source.path)
    status = os.stat(path)
    if status.st_nlink > 1:
        raise OSError(errno.EMLINK, "a file with several hard links")
    # Replacing a file needs no permission to write to it, so ask for that permission here.
    os.close(os.open(path, os.O_WRONLY))
    replace_file(path, content, status, is_current=lambda: _content(path) == source.data)


def _content(path: str) -> bytes:
    with open(path, "rb", opener=open_without_waiting) as file:
        return file.read(MAX_BYTES + 1)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", errors="surrogateescape")


def _line_of_nul(data: bytes) -> int | None:
    offset = data.find(b"\0")
    return None if offset < 0 else data.count(b"\n", 0, offset) + 1
