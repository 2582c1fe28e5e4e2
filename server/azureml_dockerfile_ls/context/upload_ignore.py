"""The files that Azure ML leaves out when it uploads a build context.

The Azure ML CLI and SDK read `.amlignore` in the root of the context, or `.gitignore` there if it does not exist. They
read no other file, and compare each file with each line, as Git spells patterns; the last line that matches decides.
Unlike for Git, a line with `!` also brings a file back whose folder is excluded. Source: `_asset_utils.py` of
azure-ai-ml 1.35.2.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.patterns import Budget, Pattern, PatternError, TooMuchError, of_ignore
from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.text import Span

NAMES = (".amlignore", ".gitignore")
"""The files, the first in rank first."""

_MAX_LINES = 1000
_MAX_FILES = 1000
"""The number of files of a folder up to which they are compared."""


class Line(NamedTuple):
    """A line of the file, at `span` of its text."""

    span: Span
    written: str
    pattern: Pattern
    is_exception: bool
    is_for_folders: bool


@dataclass(frozen=True, slots=True)
class UploadIgnore:
    """The lines of a file, in order."""

    lines: tuple[Line, ...]

    def excluding(self, path: str, budget: Budget) -> Line | None:
        """The line that leaves a file out; None if it is uploaded. Raises `TooMuchError`."""
        found: Line | None = None
        for line in self.lines:
            if line.is_exception is (found is not None) and _matches(line, path, budget):
                found = None if line.is_exception else line
        return found


class Exclusion(NamedTuple):
    """A line of `file` that leaves out a file, or every file of a folder."""

    file: str
    line: Line


def exclusion(context: BuildContext, path: str) -> Exclusion | None:
    """What leaves out the file at `path` of the context, or each file of the folder there; None if any is uploaded."""
    name, ignore = _rules(context)
    if ignore is None or not ignore.lines:
        return None
    try:
        budget, first = Budget(), None
        for file in _files(context, path):
            line = ignore.excluding(file, budget) if file is not None else None
            if line is None:
                return None
            first = first or line
    except TooMuchError:
        return None
    return Exclusion(name, first) if first is not None else None


def is_excluded(context: BuildContext, path: str) -> bool:
    """Whether a line leaves out a file that need not exist; also where that cannot be known."""
    _, ignore = _rules(context)
    try:
        return ignore is not None and ignore.excluding(path, Budget()) is not None
    except TooMuchError:
        return True


def _rules(context: BuildContext) -> tuple[str, UploadIgnore | None]:
    for name in NAMES:
        if context.kind_of(name) is not EntryKind.MISSING:
            return name, context.value_of(name, parse)
    return "", None


def _files(context: BuildContext, path: str) -> Iterator[str | None]:
    """The files of the context at a path, and None if these are not all."""
    if context.kind_of(path) is EntryKind.FILE:
        yield path
        return
    for found in context.walk(path, _MAX_FILES):
        if found is None or found[1].kind is not EntryKind.FOLDER or found[1].is_link:
            yield found[0] if found is not None and found[1].kind is EntryKind.FILE else None


def _matches(line: Line, path: str, budget: Budget) -> bool:
    """Whether a line matches a file or a folder above it."""
    inner = posixpath.dirname(path) if line.is_for_folders else path
    while inner:
        if line.pattern.fits(inner, budget):
            return True
        inner = posixpath.dirname(inner)
    return False


def parse(text: str) -> UploadIgnore | None:
    """The lines of a file; None if one of them has a meaning that is not certain."""
    lines: list[Line] = []
    start = 0
    for whole in text.split("\n"):
        written = whole.rstrip()
        span, start = Span(start, start + len(written)), start + len(whole) + 1
        if not written.strip() or written.startswith("#"):
            continue
        if len(lines) >= _MAX_LINES:
            return None
        try:
            pattern = _pattern(written)
        except PatternError:
            return None
        if pattern is not None:
            is_exception = written.startswith("!")
            lines.append(Line(span, written, pattern, is_exception, written.endswith("/")))
    return UploadIgnore(tuple(lines))


def _pattern(written: str) -> Pattern | None:
    """The pattern of a line in the form of `.dockerignore`; None for a line that matches nothing."""
    body = written.strip().removeprefix("!").removesuffix("/")
    if not body.strip("/"):
        return None
    if "//" in body or (written.endswith("/") and body.endswith("**")):
        raise PatternError("an unclear line")
    is_anchored = "/" in body
    body = body.removeprefix("/").replace("[!", "[^")
    if body.endswith("/**"):
        # What is below a folder, not the folder itself.
        body = f"{body[:-1]}"
    return of_ignore(body if is_anchored else f"**/{body}")
