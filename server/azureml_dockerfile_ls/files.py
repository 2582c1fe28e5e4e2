"""Files on disk: open, replace, and name them."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Callable

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_DOCKERFILE_NAME = lazy_pattern(
    r"(?:docker|container)file(?:[-._].+)?|.+\.(?:docker|container)file|.+[-_](?-i:Docker|Container)file", re.IGNORECASE
)
"""The last form needs its capital letter: `make-dockerfile` is rather a program."""

NOT_DOCKERFILES = frozenset(
    # Programs and their parts.
    "bash bat c cc class cmd cpp cs cxx dart el ex exs fish go h hpp hs java jl js jsx kt kts lua mjs cjs nix php "
    "pl pm ps1 py pyc pyi r rb rs scala sh sql swift tf ts tsx vim vue zsh "
    # Templates, which are Dockerfiles only when something has filled them in.
    "ejs erb gotmpl hbs in j2 jinja jinja2 m4 mako mustache njk template tera tmpl tpl "
    # Texts and data.
    "adoc cfg conf css csv dockerignore htm html ini ipynb json json5 jsonc lock log markdown md mdx rst tex toml tsv "
    "txt xml yaml yml "
    # What editors and programs leave behind.
    "backup bak diff orig patch rej save swn swo swp tmp "
    # What is not text.
    "7z bz2 gif gz jpg jpeg pdf png svg tar tgz xz zip zst asc md5 sha256 sig".split()
)
"""The ends of names such as `Dockerfile.md`, a file about Dockerfiles, and `dockerfile.go`, a program."""

NOT_SEARCHED = frozenset((".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"))
"""The folders in which no Dockerfile of a project is searched for."""


def is_dockerfile_name(name: str) -> bool:
    """Whether a file with this name is a Dockerfile, as far as one can know."""
    if _DOCKERFILE_NAME.fullmatch(name) is None:
        return False
    return name.lower().rpartition(".")[2] not in NOT_DOCKERFILES and not name.endswith(("~", "#"))


def is_yaml_name(name: str) -> bool:
    """Whether a file with this name is YAML."""
    return name.lower().endswith((".yml", ".yaml"))


def is_script_name(name: str) -> bool:
    """Whether a file with this name is a script or notebook in which images are searched for."""
    return name.lower().endswith((".py", ".ipynb", ".sh", ".cs", ".bicep"))


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


def replace_file(
    path: str,
    content: bytes,
    like: os.stat_result | None = None,
    suffix: str = "",
    is_current: Callable[[], bool] = lambda: True,
) -> None:
    """Replace or create a file atomically: at any time it holds either the old or the new content.

    The new file gets the mode and the extended attributes of the old one, which has the status `like`, and its owner
    if the system allows that. Without `like` only the user can read it. A killed process leaves a temporary file beside
    it whose name ends with `suffix`. Right before the end, `is_current` says whether the file may still be replaced.
    Raises OSError.
    """
    import shutil
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
            with contextlib.suppress(OSError):
                shutil.copystat(path, temporary)
            os.utime(temporary)
            os.chmod(temporary, stat.S_IMODE(like.st_mode))
        if not is_current():
            raise OSError(errno.EBUSY, "changed meanwhile")
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
