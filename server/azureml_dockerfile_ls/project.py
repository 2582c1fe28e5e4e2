"""The settings of a project, from `.azureml-dockerfile.toml` or `[tool.azureml-dockerfile]` in pyproject.toml."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from azureml_dockerfile_ls.files import open_without_waiting, path_below
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.path_patterns import PathPatterns, is_pattern
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.settings import DEFAULTS, EXTEND, OVERRIDES, PATHS, Problem, Settings
from azureml_dockerfile_ls.settings_reader import read
from azureml_dockerfile_ls.toml_places import key_places, place_of

OWN_FILE = ".azureml-dockerfile.toml"
_PYPROJECT = "pyproject.toml"
_TABLE = "azureml-dockerfile"

MAX_BYTES = 256 * 1024
"""The size limit of a settings file. Parsing a file of this size takes a fraction of a second."""

_MAX_KEY_PARTS = 50
_STRING_OR_COMMENT = lazy_pattern(r'"[^"\n]*"|\'[^\'\n]*\'|#.*')
_TOML_ERROR = lazy_pattern(r"(?P<reason>.*) \(at line (?P<line>\d+), column \d+\)", re.DOTALL)


_MOST_EXTENDED = 10
"""The limit of settings files that extend one another."""

_SIMILAR_FILES = (
    "azureml-dockerfile.toml",
    "azureml-dockerfile-ls.toml",
    ".azureml-dockerfile-ls.toml",
    ".azureml_dockerfile.toml",
)
_SIMILAR_TABLE = lazy_pattern(r"azure[-_ ]?ml[-_ ]?dockerfile(?:[-_ ]?ls)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Override:
    """Settings for some of the files of a project: their content, and the folder that relative paths start from."""

    patterns: PathPatterns
    content: object
    folder: str


@dataclass(frozen=True, slots=True)
class Project:
    """The settings of the project that a folder belongs to.

    `path` is the file that they come from, or None. `overrides` are for files that match their patterns, the last one
    first in rank. Valid settings apply although others have `problems`.
    """

    path: str | None
    settings: Settings
    problems: tuple[Problem, ...]
    overrides: tuple[Override, ...] = ()

    def settings_for(self, path: str | None) -> Settings:
        """The settings for a file; those of the project for a text without a file."""
        settings = self.settings
        for override in self.overrides:
            if path is not None and override.patterns.verdict(os.path.abspath(path)):
                settings, _ = read(override.content, override.folder, settings, is_project=True)
        return settings


_NO_PROJECT = Project(None, DEFAULTS, ())

_Version = tuple[int, int, int]


class Projects:
    """Finds and reads projects. Reads a file again only after its time or size changed.

    With `config`, that file has the settings of every project; without settings files, `is_isolated`.
    """

    def __init__(self, config: str | None = None, *, is_isolated: bool = False) -> None:
        self._read: dict[str, tuple[dict[str, _Version | None], Project | None]] = {}
        self._config = os.path.abspath(config) if config is not None else None
        self._is_isolated = is_isolated
        self._with_strays: dict[tuple[int, tuple[Problem, ...]], tuple[Project, Project]] = {}

    def project_of(self, folder: str) -> Project:
        """The project of a folder: the settings file in it, or in the nearest folder above it within the repository.

        Never raises and never blocks: only a regular file is a settings file.
        """
        if self._is_isolated:
            return _NO_PROJECT
        if self._config is not None:
            project = self._project(self._config)
            if project is not None and (project.path is not None or project.problems):
                return project
            return replace(_NO_PROJECT, problems=(Problem(f"no table [tool.{_TABLE}]", path=self._config),))
        try:
            folder = os.path.abspath(folder)
        except OSError:  # the current folder does not exist any more
            return _NO_PROJECT
        strays: list[Problem] = []
        while True:
            strays += _similar_files(folder)
            for name in (OWN_FILE, _PYPROJECT):
                project = self._project(os.path.join(folder, name))
                if project is not None and project.path is not None:
                    return self._joined(project, strays)
                strays += project.problems if project is not None else ()
            above = os.path.dirname(folder)
            if above == folder or os.path.lexists(os.path.join(folder, ".git")):
                return self._joined(_NO_PROJECT, strays)
            folder = above

    def _joined(self, project: Project, strays: Sequence[Problem]) -> Project:
        """The project with the problems of files that are not read because of their names."""
        if not strays:
            return project
        key = id(project), tuple(strays)
        known = self._with_strays.get(key)
        if known is None or known[0] is not project:
            joined = replace(project, problems=(*project.problems, *strays))
            known = self._with_strays[key] = (project, joined)
        return known[1]

    def _project(self, path: str) -> Project | None:
        """The project of a settings file; None if there is no such file, or it has no settings of ours."""
        version = _version(path)
        if version is None:
            return None
        known = self._read.get(path)
        if known is None or any(_version(file) != before for file, before in known[0].items()):
            files: dict[str, _Version | None] = {path: version}
            known = self._read[path] = (files, _read_project(path, files, is_named=path == self._config))
        return known[1]


def _version(path: str) -> _Version | None:
    """What changes with the content of a file; None if it is not a regular file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def _similar_files(folder: str) -> Iterator[Problem]:
    """A problem for each file whose name is nearly that of a settings file."""
    for name in _SIMILAR_FILES:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            yield Problem(f"a file with this name is not read; rename it to {OWN_FILE}", path=path, line=1)


class _InvalidFileError(Exception):
    """A file that is not TOML, or too large to parse. `line` is the number of the line with the error, if known."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def _read_project(path: str, files: dict[str, _Version | None], *, is_named: bool = False) -> Project | None:
    """The project of a file; `files` gets the files that it depends on. `is_named` requires our settings in it."""
    is_own = os.path.basename(path) != _PYPROJECT
    try:
        with open(path, "rb", opener=open_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(MAX_BYTES + 1)
        if not is_own and not is_named and not _SIMILAR_TABLE.search(data.decode("utf-8", errors="replace")):
            return None
        content: object = _parse(data)
    except OSError as error:
        return _ignored(path, error.strerror or str(error)) if is_own else None
    except _InvalidFileError as error:
        is_ours = is_own or is_named or _TABLE.encode() in data
        return _ignored(path, str(error), error.line) if is_ours else None
    places = partial(_placed, path, data)
    if not is_own:
        tools = content.get("tool") if isinstance(content, Mapping) else None
        tables = tools if isinstance(tools, Mapping) else {}
        if _TABLE not in tables:
            similar = next((str(name) for name in tables if _SIMILAR_TABLE.fullmatch(str(name))), None)
            text = f"a table with this name is not read; rename it to [tool.{_TABLE}]"
            problems = places([Problem(text, f"tool.{similar}")]) if similar else ()
            return Project(None, DEFAULTS, problems) if problems else None
        content = tables[_TABLE]
    prefix = "" if is_own else f"tool.{_TABLE}."
    reading = _Layers(path, files).read(content)
    own = places([problem._replace(key=prefix + problem.key) for problem in reading.problems])
    return Project(path, reading.settings, (*reading.problems_of_base, *own), tuple(reading.overrides))


class _Layers:
    """The settings of a file, with those that it extends below them, and its overrides."""

    def __init__(self, path: str, files: dict[str, _Version | None]) -> None:
        self.settings = DEFAULTS
        self.overrides: list[Override] = []
        self.problems: list[Problem] = []
        self.problems_of_base: tuple[Problem, ...] = ()
        self._path = path
        self._files = files
        self._folder = os.path.dirname(path)

    def read(self, content: object) -> _Layers:
        own = content
        if isinstance(content, Mapping):
            own = {key: value for key, value in content.items() if key not in (EXTEND, OVERRIDES)}
            if EXTEND in content:
                self._extend(content[EXTEND])
        self.settings, problems = read(own, self._folder, self.settings, is_project=True)
        self.problems += problems
        if isinstance(content, Mapping) and OVERRIDES in content:
            self._override(content[OVERRIDES])
        return self

    def _extend(self, value: object) -> None:
        reason = "expected the path of a settings file"
        if isinstance(value, str) and value and "\0" not in value:
            path = os.path.normpath(os.path.join(self._folder, value))
            reason = self._reason_against(value, path)
            if not reason:
                self._files[path] = _version(path)
                base = _read_project(path, self._files, is_named=True)
                if base is not None and base.path is not None:
                    self.settings, self.problems_of_base = base.settings, base.problems
                    self.overrides += base.overrides
                    return
                reason = f"{path} has no settings"
        self.problems.append(Problem(f"{EXTEND}: {reason}", EXTEND))

    def _reason_against(self, value: str, path: str) -> str:
        """The reason why a file cannot be extended; empty if it can."""
        if os.path.isabs(value):
            return "expected a relative path"
        if not is_in_project(path, self._path):
            return outside("path", self._path)
        if path in self._files:
            return "this file extends itself"
        if len(self._files) > _MOST_EXTENDED:
            return f"more than {_MOST_EXTENDED} files extend one another"
        return "" if _version(path) is not None else f"there is no file {path}"

    def _override(self, value: object) -> None:
        if not isinstance(value, list):
            self.problems.append(Problem(f"{OVERRIDES}: expected an array of tables, [[{OVERRIDES}]]", OVERRIDES))
            return
        for number, table in enumerate(value):
            name, key = f"{OVERRIDES}[{number}]", f"{OVERRIDES}.{number}"
            patterns = table.get(PATHS) if isinstance(table, Mapping) else None
            is_valid = isinstance(patterns, list) and all(isinstance(each, str) and each for each in patterns)
            if not isinstance(patterns, list) or not is_valid or not patterns or not all(map(is_pattern, patterns)):
                wanted = f'expected {PATHS}, a list of patterns such as ["gpu/**"]'
                self.problems.append(Problem(f"{name}: {wanted}", f"{key}.{PATHS}"))
                continue
            content = {inner: setting for inner, setting in table.items() if inner != PATHS}
            _, problems = read(content, self._folder, is_project=True)
            for problem in problems:
                inner = f"{key}.{problem.key}" if problem.key else key
                self.problems.append(problem._replace(text=f"{name}.{problem.text}", key=inner))
            self.overrides.append(Override(PathPatterns(patterns, self._folder), content, self._folder))


def repository_of(folder: str) -> str | None:
    """The root of the repository that holds a folder; None without one."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def outside(noun: str, settings_file: str) -> str:
    """The reason why a settings file cannot name a path that is not `is_in_project`."""
    if repository_of(os.path.dirname(settings_file)) is not None:
        return f"expected a {noun} in this repository"
    return f"expected a {noun} below the folder of this file, because it is in no Git repository"


def is_in_project(path: str, settings_file: str) -> bool:
    """Whether an absolute path is in the repository of a settings file, or without one in the folder of that file.

    Links are followed, but not before the path without them is inside: a path on Windows can be on another host.
    """
    folder = os.path.dirname(settings_file)
    root = repository_of(folder) or folder
    try:
        common = os.path.commonpath([root, os.path.normpath(path)])
    except ValueError:  # on another drive
        return False
    if os.path.normcase(common) != os.path.normcase(root):
        return False
    return path_below(root, os.path.realpath(path)) is not None


def leads_out(path: str) -> bool:
    """Whether a file is a link that leads out of its repository, or without one out of its folder.

    Anyone can put such a link into a repository, to have a file of the user shown, or written.
    """
    if not os.path.islink(path):
        return False
    folder = os.path.dirname(os.path.abspath(path))
    return path_below(repository_of(folder) or folder, os.path.realpath(path)) is None


def located(problem: Problem) -> Problem:
    """The problem at the place of its key in the settings file."""
    if problem.path is None:
        return problem
    try:
        with open(problem.path, "rb", opener=open_without_waiting) as file:
            data = file.read(MAX_BYTES)
    except OSError:
        return problem
    prefix = f"tool.{_TABLE}." if os.path.basename(problem.path) == _PYPROJECT else ""
    (placed,) = _placed(problem.path, data, [problem._replace(key=prefix + problem.key)])
    return placed


def _placed(path: str, data: bytes, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems of a file, each at the place of its key."""
    if not problems:
        return ()
    places = key_places(data.decode("utf-8-sig", errors="replace"))
    placed = []
    for problem in problems:
        place = place_of(problem.key, places)
        if place is None:
            placed.append(problem._replace(path=path))
        else:
            placed.append(
                problem._replace(path=path, line=place.line + 1, column=place.column, end_column=place.end_column)
            )
    return tuple(placed)


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
    return Project(path, DEFAULTS, (Problem(f"{reason[:200]}; this file is ignored", path=path, line=line),))
