"""The answers of registries, in a cache folder of the user that several programs share.

Each answer is a file of two lines: its format and the digest of the second line, then the answer with its question. A
file is written under another name and then renamed, so that a reader sees the old or the new one and needs no lock. A
file that is incomplete, belongs to another user or answers another question is ignored; the next write replaces it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import os
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from azureml_dockerfile_ls.files import replace_file
from azureml_dockerfile_ls.images.registry import Repository
from azureml_dockerfile_ls.images.responses import Answer, QuestionKind

logger = logging.getLogger(__name__)

FORMAT = 1
MOST_FILES = 1024
MOST_BYTES = 32 << 20
LARGEST_FILE = 1 << 20
NEGATIVE_HOURS = 1.0
"""The time for which an answer that there is nothing is up to date."""

_SUFFIX = ".json"
_TEMPORARY = ".tmp"
_ABANDONED_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Stored(Generic[Answer]):
    """An answer and its time."""

    answer: Answer | None
    """None if the registry answered that there is nothing."""
    fetched: float
    """In seconds since 1970."""

    def is_fresh(self, max_age_hours: float) -> bool:
        """Whether the answer is up to date. One from the future is not, because its age is unknown."""
        hours = max_age_hours if self.answer is not None else min(max_age_hours, NEGATIVE_HOURS)
        return 0 <= time.time() - self.fetched < hours * 3600


def default_folder() -> Path:
    """The folder of this program in the user's cache folder. It may not exist yet."""
    import platformdirs

    return platformdirs.user_cache_path("azureml-dockerfile-ls", appauthor=False)


def stored_files(folder: Path) -> list[os.stat_result]:
    """The size and the time of each stored answer, whatever its age. Raises OSError."""
    return [path.stat() for path in folder.glob(f"*{_SUFFIX}")] if folder.is_dir() else []


def clear(folder: Path) -> int:
    """Remove the stored answers; return their number. Other files in the folder stay. Raises OSError."""
    count = 0
    for path in [*folder.glob(f"*{_SUFFIX}"), *folder.glob(f".*{_TEMPORARY}")] if folder.is_dir() else []:
        path.unlink(missing_ok=True)
        count += path.suffix == _SUFFIX
    with suppress(OSError):
        folder.rmdir()
    return count


def read(folder: Path, kind: QuestionKind[Answer], where: Repository, reference: str = "") -> Stored[Answer] | None:
    """The stored answer of one kind about a repository or one of its tags, of any age; None if there is none."""
    try:
        text = _read_file(folder / _file_name(kind, where, reference))
        header, _, body = text.partition(b"\n")
        if json.loads(header) != _header(body):
            return None
        record = json.loads(body)
        fetched = record["fetched"]
        if record["about"] != _about(kind, where, reference):
            return None
        if not isinstance(fetched, float) or not 0 <= fetched < math.inf:
            return None
        answer = record["answer"]
        return Stored(None if answer is None else kind.from_json(answer), fetched)
    # RecursionError: somebody else's file may be nested without end.
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def write(folder: Path, kind: QuestionKind[Answer], where: Repository, reference: str, answer: Answer | None) -> None:
    """Store an answer of this moment; None means that the registry has nothing.

    It never raises: a failure to write is logged.
    """
    record = {
        "about": _about(kind, where, reference),
        "fetched": time.time(),
        "answer": None if answer is None else kind.to_json(answer),
    }
    body = json.dumps(record).encode()
    content = json.dumps(_header(body)).encode() + b"\n" + body
    if len(content) > LARGEST_FILE:
        return
    try:
        _prepare(folder)
        path = folder / _file_name(kind, where, reference)
        replace_file(str(path), content, suffix=_TEMPORARY)
        _remove_oldest(folder)
    except OSError as error:
        logger.warning("Cannot keep the answer about %s in %s: %s", where.name, folder, error.strerror or error)


def _about(kind: QuestionKind[Answer], where: Repository, reference: str) -> list[str]:
    return [kind.name, where.registry, where.name, reference]


def _file_name(kind: QuestionKind[Answer], where: Repository, reference: str) -> str:
    """A readable and unique name, of plain characters only."""
    about = _about(kind, where, reference)
    words = re.sub(r"[^a-z0-9.]+", "-", f"{kind.name}-{where.name}-{reference}".lower()).strip("-.")[:100]
    return f"{words}-{hashlib.sha256(json.dumps([FORMAT, *about]).encode()).hexdigest()[:24]}{_SUFFIX}"


def _header(body: bytes) -> dict[str, object]:
    return {"format": FORMAT, "sha256": hashlib.sha256(body).hexdigest()}


def _read_file(path: Path) -> bytes:
    # Links are not followed, and a pipe or device does not block. Windows has neither flag.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if path.is_symlink():
        raise OSError("a symbolic link")
    descriptor = os.open(path, flags)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_FILE or not _is_ours(status):
            raise OSError("not a regular file of this user")
        return file.read(LARGEST_FILE)


def _is_ours(status: os.stat_result) -> bool:
    return not hasattr(os, "getuid") or status.st_uid == os.getuid()


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if not _is_ours(status):
        raise PermissionError(0, "the folder belongs to another user")
    if os.name == "posix" and stat.S_IMODE(status.st_mode) != 0o700:
        folder.chmod(0o700)


def _remove_oldest(folder: Path) -> None:
    """Keep the folder within its limits, and remove the temporary files of programs that were killed."""
    kept: list[tuple[float, int, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            # Another program may remove the same file.
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if entry.name.endswith(_SUFFIX):
                    kept.append((status.st_mtime, status.st_size, entry.path))
                # In either direction, because the clock may have been set back.
                elif entry.name.endswith(_TEMPORARY) and abs(time.time() - status.st_mtime) > _ABANDONED_SECONDS:
                    os.unlink(entry.path)
    kept.sort(reverse=True)
    size = 0
    for index, (_, length, path) in enumerate(kept):
        size += length
        if index >= MOST_FILES or size > MOST_BYTES:
            with suppress(OSError):
                os.unlink(path)
