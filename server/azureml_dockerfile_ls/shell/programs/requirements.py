"""Requirements for pip as words of a command: the name of a package with its version. Source: PEP 508."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.text import LocalSpan

_REQUIREMENT = lazy_pattern(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*((?:[=<>!~].*)?)")
_SEPARATORS = lazy_pattern(r"[-_.]+")


class Requirement(NamedTuple):
    """A package that a word names: its normalised name, the text of its version, such as `==1.2`, and its span.

    `span` is that of the name as written, or of the whole word if the text of the name is in other quotes.
    """

    name: str
    version: str
    span: LocalSpan
    is_exact: bool
    """Whether `span` is exactly that of the name."""


def packages_installed(command: Command, text: str) -> tuple[Requirement, ...]:
    """The packages that a `pip install` of an instruction with this `text` names; none for another command.

    None also with `-e`, whose value is a folder although it can look like a name.
    """
    pip = pip_of(command)
    if pip is None or pip.action.value != "install" or command.has_option("-e", "--editable"):
        return ()
    return tuple(found for word in pip.requirements if (found := _requirement(word, text)) is not None)


def requirement_files(command: Command) -> tuple[ShellWord, ...]:
    """The requirements files that a `pip install` reads; none for another command."""
    pip = pip_of(command)
    return pip.requirement_files if pip is not None and pip.action.value == "install" else ()


def _requirement(word: ShellWord, text: str) -> Requirement | None:
    """The package that a word of an instruction with this `text` names; None for a path, a URL or a variable."""
    match = _REQUIREMENT.fullmatch(word.value)
    if match is None:
        return None
    start = word.span.start
    if text[start : start + 1] in ("'", '"'):
        start += 1
    end = start + len(match[1])
    is_exact = text[start:end] == match[1]
    span = LocalSpan(start, end) if is_exact else word.span
    return Requirement(normalised(match[1]), match[2], span, is_exact)


def normalised(name: str) -> str:
    """The name of a package in lower case, with `-` as the only separator."""
    return _SEPARATORS.sub("-", name).lower()
