"""The settings of a project, from `.azureml-dockerfile.toml` or `[tool.azureml-dockerfile]` in pyproject.toml."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.settings import DEFAULTS, Settings
from azureml_dockerfile_ls.settings_reader import read

OWN_FILE = ".azureml-dockerfile.toml"
_PYPROJECT = "pyproject.toml"
_TABLE = "azureml-dockerfile"

MAX_BYTES = 256 * 1024
"""The size limit of a settings file. Parsing a file of this size takes a fraction of a second."""

_MAX_KEY_PARTS = 50
_STRING_OR_COMMENT = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'|#.*')
_TOML_ERROR = re.compile(r"(?P<reason>.*) \(at line (?P<line>\d+), column \d+\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Project:
    """The settings of the project that a folder belongs to.

    `path` is the file that they come from, or None. `problems` are sentences about invalid settings, each with the path
    of the file. Valid settings apply all the same.
    """

    path: str | None
    settings: Settings
    problems: tuple[str, ...]


_NO_PROJECT = Project(None, DEFAULTS, ())


class Projects:
    """Finds and reads projects. Reads a file again only after its time or size changed."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[tuple[int, int, int], Project | None]] = {}

    def project_of(self, folder: str) -> Project:
        """The project of a folder: the settings file in it, or in the nearest folder above it within the repository.

        Never raises and never blocks: only a regular file is a settings file.
        """
        try:
            folder = os.path.abspath(folder)
        except OSError:  # the current folder does not exist any more
            return _NO_PROJECT
        while True:
            for name in (OWN_FILE, _PYPROJECT):
                if project := self._project(os.path.join(folder, name)):
                    return project
            above = os.path.dirname(folder)
            if above == folder or os.path.lexists(os.path.join(folder, ".git")):
                return _NO_PROJECT
            folder = above

    def _project(self, path: str) -> Project | None:
        """The project of a settings file; None if there is no such file, or it has no settings of ours."""
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        version = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._read.get(path)
        if known is None or known[0] != version:
            known = self._read[path] = (version, _read_project(path))
        return known[1]


class _InvalidFileError(Exception):
    """A file that is not TOML, or too large to parse. `line` is the number of the line with the error, if known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def _read_project(path: str) -> Project | None:
    is_own = os.path.basename(path) == OWN_FILE
    try:
        with open(path, "rb", opener=open_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(MAX_BYTES + 1)
        if not is_own and _TABLE.encode() not in data:
            return None
        content: object = _parse(data)
    except OSError as error:
        return _ignored(path, error.strerror or str(error)) if is_own else None
    except _InvalidFileError as error:
        return _ignored(path, str(error), error.line)
    if not is_own:
        tools = content.get("tool") if isinstance(content, Mapping) else None
        if not isinstance(tools, Mapping) or _TABLE not in tools:
            return None
        content = tools[_TABLE]
    settings, problems = read(content, os.path.dirname(path), is_project=True)
    return Project(path, settings, tuple(f"{path}: {problem}" for problem in problems))


def _parse(data: bytes) -> dict[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    if len(data) > MAX_BYTES:
        raise _InvalidFileError(f"longer than {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _InvalidFileError("not UTF-8 text; save it as UTF-8", line) from None
    for number, line_text in enumerate(_STRING_OR_COMMENT.sub("", text).split("\n"), 1):
        # The parser takes quadratic time in this number (https://github.com/python/cpython/issues/149231).
        if line_text.count(".") > _MAX_KEY_PARTS:
            raise _InvalidFileError(f"a key with more than {_MAX_KEY_PARTS} parts", number)
    try:
        return tomllib.loads(text)
    except ValueError as error:
        match = _TOML_ERROR.fullmatch(str(error))
        reason = match["reason"] if match else str(error)
        raise _InvalidFileError(reason, int(match["line"]) if match else None) from None
    except RecursionError:
        raise _InvalidFileError("too deeply nested") from None


def _ignored(path: str, reason: str, line: int | None = None) -> Project:
    """A project with the defaults, because its file cannot be used."""
    location = path if line is None else f"{path}:{line}"
    return Project(path, DEFAULTS, (f"{location}: {reason[:200]}; this file is ignored",))
