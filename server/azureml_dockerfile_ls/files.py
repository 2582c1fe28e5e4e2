"""Files on disk: open, replace, and name them."""

from __future__ import annotations

import contextlib
import os
import re
import stat

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
"""The ends of names such as `Dockerfile.md`, a file about Dockerfiles."""

NOT_SEARCHED = frozenset((".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"))
"""The folders in which no Dockerfile of a project is searched for."""


def is_dockerfile_name(name: str) -> bool:
    """Whether a file with this name is a Dockerfile, as far as one can know."""
    return _DOCKERFILE_NAME.fullmatch(name) is not None and not name.lower().endswith(_OTHER_LANGUAGES)


def path_below(folder: str, path: str) -> str | None:
    """The path relative to a folder, with `/`; None if it is not below that folder."""
    # A file that is itself a link keeps its own name.
    parent, name = os.path.split(os.path.abspath(path))
    try:
        relative = os.path.relpath(os.path.join(os.path.realpath(parent), name), os.path.realpath(folder))
    except ValueError:
        return None
    return None if relative.split(os.sep)[0] == os.pardir else relative.replace(os.sep, "/")


def open_without_waiting(path: str, flags: int = os.O_RDONLY) -> int:
    """Open a file as `os.open` does, but do not wait for a writer of a named pipe."""
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(path, flags)
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


def replace_file(path: str, content: bytes, like: os.stat_result | None = None, suffix: str = "") -> None:
    """Replace or create a file atomically: at any time it holds either the old or the new content.

    The new file gets the mode of `like`, and its owner if the system allows that. Without `like` only the user can read
    it. A killed process leaves a temporary file beside it whose name ends with `suffix`. Raises OSError.
    """
    import tempfile

    folder, name = os.path.split(path)
    descriptor, temporary = tempfile.mkstemp(suffix, f".{name}.", folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            # Without this, a power failure can leave the new name with no content.
            os.fsync(file.fileno())
        if like is not None:
            if hasattr(os, "chown"):
                with contextlib.suppress(OSError):
                    os.chown(temporary, like.st_uid, like.st_gid)
            os.chmod(temporary, stat.S_IMODE(like.st_mode))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
