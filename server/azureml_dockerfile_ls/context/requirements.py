"""The packages that requirements files and conda's environment files name.

Conda files are read here rather than by a YAML library: PyYAML has no pure wheel, ruamel.yaml takes longer to import
than the whole server, and both need protection against aliases that multiply. Real files are simple: a mapping whose
`dependencies` are a list of plain scalars, one of them perhaps `pip:` with its own list. A file with anything else,
such as an anchor, a list in brackets among the dependencies or a scalar over several lines, is not read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.context.build_context import BuildContext

MAX_FILES = 20
"""The number of files that one requirements file can include, directly or indirectly."""

_MAX_LINES = 5000
_MAX_REQUIREMENT = 1000

_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_INCLUDE = re.compile(r"(?:-r[ =]?|--requirement[ =])\s*(\S+)")
_INSTALLS_UNSEEN = re.compile(r"-e\b|--editable\b")
_CONDA_NAME = re.compile(r"(?:[\w./:-]+::)?([A-Za-z0-9_][\w.-]*)(?=$|[\s=<>!~\[])")
_KEY = re.compile(r"([A-Za-z_][\w-]*):(?: +(\S.*))?$")
_LIST = re.compile(r"\[[\w.:/, -]*\]$")
_ITEM = re.compile(r"( *)- +(\S.*)$")
_QUOTED = re.compile(r"\"([^\"\\]*)\"$|'([^']*)'$")


class CondaFile(NamedTuple):
    """The content of an environment file: its name, the packages for conda and the requirements for pip, as written."""

    name: str | None
    packages: tuple[str, ...]
    requirements: tuple[str, ...]


class _UnknownError(Exception):
    """The content cannot be determined."""


def in_requirements_file(context: BuildContext, path: str) -> frozenset[str] | None:
    """The normalised names of the packages that a requirements file of the context names, with those it includes.

    None if there may be more: a file cannot be read, a requirement has no name, such as a path or a URL, or pip would
    refuse the text.
    """
    try:
        return frozenset(_in_file(context, path, [0]))
    except _UnknownError:
        return None


def in_conda_file(context: BuildContext, path: str) -> frozenset[str] | None:
    """The normalised names of the packages, conda's and pip's, that an environment file of the context names.

    None if there may be more.
    """
    file = context.value_of(path, read_conda_file)
    if file is None:
        return None
    try:
        names = {*_conda_names(file.packages), *_in_lines(context, file.requirements, posixpath.dirname(path), [0])}
    except _UnknownError:
        return None
    return frozenset(names)


def names_of_requirements(requirements: Iterable[str]) -> frozenset[str] | None:
    """The normalised names in requirements for pip; None if one of them, such as a path, has no name."""
    try:
        return frozenset(_name(requirement) for requirement in requirements)
    except _UnknownError:
        return None


def names_of_conda_packages(packages: Iterable[str]) -> frozenset[str] | None:
    """The normalised names in packages for conda; None if one of them has no name."""
    try:
        return frozenset(_conda_names(packages))
    except _UnknownError:
        return None


def _in_file(context: BuildContext, path: str, count: list[int]) -> Iterator[str]:
    count[0] += 1
    text = context.read(path)
    if text is None or count[0] > MAX_FILES:
        raise _UnknownError
    lines = text.replace("\r\n", "\n").replace("\\\n", " ").split("\n")
    yield from _in_lines(context, lines, posixpath.dirname(path), count)


def _in_lines(context: BuildContext, lines: Iterable[str], folder: str, count: list[int]) -> Iterator[str]:
    for number, line in enumerate(lines):
        written = _COMMENT.sub("", line[: _MAX_REQUIREMENT + 1]).strip()
        if number >= _MAX_LINES or len(written) > _MAX_REQUIREMENT or "$" in written:
            raise _UnknownError
        include = _INCLUDE.fullmatch(written)
        if include:
            if ":" in include[1] or include[1].startswith("/"):
                raise _UnknownError
            # Files above the context are not available.
            inner = posixpath.normpath(posixpath.join(folder, include[1]))
            if inner.startswith(".."):
                raise _UnknownError
            yield from _in_file(context, inner, count)
        elif _INSTALLS_UNSEEN.match(written):
            raise _UnknownError
        elif written and not written.startswith("-"):
            # Options such as hashes can follow a requirement.
            yield _name(re.split(r"\s--", written, maxsplit=1)[0])


def _name(requirement: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    if len(requirement) > _MAX_REQUIREMENT:
        raise _UnknownError
    try:
        parsed = Requirement(requirement)
    except (InvalidRequirement, RecursionError) as error:
        raise _UnknownError from error
    if parsed.url is not None:
        # Its dependencies cannot be determined.
        raise _UnknownError
    return canonicalize_name(parsed.name)


def _conda_names(packages: Iterable[str]) -> Iterator[str]:
    from packaging.utils import canonicalize_name

    for package in packages:
        match = _CONDA_NAME.match(package)
        if match is None or match[1].endswith((".conda", ".bz2")) or len(package) > _MAX_REQUIREMENT:
            raise _UnknownError
        yield canonicalize_name(match[1])


def read_conda_file(text: str) -> CondaFile | None:
    """The content of an environment file; None if it goes beyond the plain form that conda itself writes."""
    try:
        return _conda_file([line for line in map(_content, _LINE_END.split(text, _MAX_LINES + 1)) if line])
    except _UnknownError:
        return None


def _content(line: str) -> str:
    """A line without its comment. Raises `_UnknownError` for text that YAML parsers interpret differently."""
    if "\t" in line or not line.isprintable():
        raise _UnknownError
    content = _COMMENT.sub("", line).rstrip()
    if len(content) > _MAX_REQUIREMENT:
        raise _UnknownError
    return content


def _conda_file(lines: list[str]) -> CondaFile:
    if len(lines) > _MAX_LINES:
        raise _UnknownError
    if lines and lines[0] == "---":
        del lines[0]
    keys: dict[str, str | None] = {}
    dependencies: list[str] = []
    current = ""
    shape: tuple[int, bool] | None = None
    for line in lines:
        key = _KEY.match(line)
        if key is not None:
            current, shape = key[1], None
            if current in keys:
                raise _UnknownError
            keys[current] = None if key[2] is None else _inline(key[2])
        elif current == "dependencies":
            dependencies.append(line)
        else:
            # Lines of a plain list or mapping under another key.
            before, shape = shape, _shape(line)
            if not current or keys[current] is not None or shape != (before or shape):
                raise _UnknownError
    if "dependencies" not in keys or keys["dependencies"] is not None:
        raise _UnknownError
    packages, requirements = _dependencies(dependencies)
    return CondaFile(keys.get("name"), tuple(packages), tuple(requirements))


def _dependencies(lines: list[str]) -> tuple[list[str], list[str]]:
    packages: list[str] = []
    requirements: list[str] | None = None
    outer = inner = 0
    follows_pip = False
    for number, line in enumerate(lines):
        item = _ITEM.match(line)
        if item is None:
            raise _UnknownError
        indent, written = len(item[1]), item[2]
        outer = indent if number == 0 else outer
        if requirements == []:
            # The list for pip is indented further than `pip:` itself.
            inner = indent
            if inner < outer + 2:
                raise _UnknownError
        if indent == outer:
            follows_pip = written == "pip:"
            if not follows_pip:
                packages.append(_scalar(written))
            elif requirements is None:
                requirements = []
            else:
                raise _UnknownError
        elif requirements is not None and follows_pip and indent == inner:
            requirements.append(_scalar(written))
        else:
            raise _UnknownError
    if requirements == []:
        raise _UnknownError
    return packages, requirements or []


def _shape(line: str) -> tuple[int, bool]:
    """The indentation of a line in a list or mapping, and whether it is an item of a list."""
    item, pair = _ITEM.match(line), _KEY.match(line.strip())
    if item is not None:
        _inline(item[2])
        return len(item[1]), True
    if pair is None or pair[2] is None or not line.startswith(" "):
        raise _UnknownError
    _inline(pair[2])
    return len(line) - len(line.lstrip()), False


def _inline(value: str) -> str:
    return value if _LIST.match(value) else _scalar(value)


def _scalar(written: str) -> str:
    """The value of a scalar on one line."""
    quoted = _QUOTED.match(written)
    if quoted:
        return quoted[1] if quoted[1] is not None else quoted[2]
    is_special = written[0] in "[]{}#&*!|>'\"%@`,?:" or written[:2] == "- "
    if is_special or ": " in written or written.endswith(":"):
        raise _UnknownError
    return written
