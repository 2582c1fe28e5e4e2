"""The packages that requirements files and conda's environment files name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

MAX_FILES = 20
"""The number of files that one requirements file can include, directly or indirectly."""

_MAX_LINES = 5000
_MAX_REQUIREMENT = 1000

_COMMENT = lazy_pattern(r"(?:^|\s)#.*")
_INCLUDE = lazy_pattern(r"(?:-r[ =]?|--requirement[ =])\s*(\S+)")
_INSTALLS_UNSEEN = lazy_pattern(r"-e\b|--editable\b")
_CONDA_NAME = lazy_pattern(r"(?:[\w./:-]+::)?([A-Za-z0-9_][\w.-]*)(?=$|[\s=<>!~\[])")


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
    from azureml_dockerfile_ls.context.conda_files import read_conda_file

    file = context.value_of(path, read_conda_file)
    if file is None:
        return None
    requirements = (requirement.value for requirement in file.pip)
    try:
        names = {
            *_conda_names(package.value for package in file.conda),
            *_in_lines(context, requirements, posixpath.dirname(path), [0]),
        }
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
