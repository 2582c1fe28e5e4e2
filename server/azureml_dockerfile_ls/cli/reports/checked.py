"""What a check found, as plain values: they are small, and one process can send them to another."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT
from azureml_dockerfile_ls.cli.terminal import PLAIN, Style, visible
from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.hadolint.codes import rule_of
from azureml_dockerfile_ls.rules.registry import ALL
from azureml_dockerfile_ls.rules.rule import Rule, Severity
from azureml_dockerfile_ls.script_snapshot import FileSnapshot
from azureml_dockerfile_ls.text import LineIndex, Span

_LONGEST_LINE = 2000
"""The number of characters that are kept of a line to show."""


class Region(NamedTuple):
    """Lines and columns, counted from 1. The end is the position of the next character."""

    line: int
    column: int
    end_line: int
    end_column: int


class Place(NamedTuple):
    """A place in a file, and what is said about it."""

    path: str
    region: Region
    message: str

    @property
    def line(self) -> str:
        """The line `path:line:column: message`, in which no text can act on the terminal or forge a finding."""
        return visible(f"{self.path}:{self.region.line}:{self.region.column}: {self.message}")


class Effort(Enum):
    """What it takes to repair a finding."""

    SAFE = "--fix"
    OBVIOUS = "--fix --unsafe-fixes"
    CHOICE = "an editor"
    NONE = ""


class Repair(NamedTuple):
    """A repair: its title, and the text of each region that it replaces."""

    title: str
    edits: tuple[tuple[Region, str], ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding. `source` is the text of its first line.

    `fingerprint` stays the same while lines above come and go: it depends on the rule, the text of the line, and the
    number of such findings before. `best` is the index of the repair to show, if there is an obvious one.
    """

    rule_name: str
    severity: Severity
    message: str
    region: Region
    source: str
    fingerprint: str
    effort: Effort = Effort.NONE
    repairs: tuple[Repair, ...] = ()
    best: int | None = None
    related: tuple[Place, ...] = ()

    @property
    def rule(self) -> Rule:
        """The rule."""
        return ALL.by_name.get(self.rule_name) or rule_of(self.rule_name)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was checked: the findings that are left in it, and a line about each repair that was made."""

    path: str
    findings: tuple[Reported, ...]
    fixed: tuple[str, ...] = ()


class Failure(NamedTuple):
    """What could not be checked, or is wrong in a settings file, and why.

    The line and the column count from 1, where they are known.
    """

    path: str
    reason: str
    line: int | None = None
    column: int | None = None
    is_setting: bool = False

    def __str__(self) -> str:
        place = "".join(f":{number}" for number in (self.line, self.column) if number is not None)
        return f"{self.path}{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: the files, and what could not be checked. `known` counts what a baseline has left out."""

    checked: Sequence[Checked]
    failures: Sequence[Failure] = ()
    known: int = 0
    is_quiet: bool = False
    style: Style = PLAIN

    @property
    def findings(self) -> Iterator[tuple[Checked, Reported]]:
        """The findings of all files, each with its file."""
        return ((file, finding) for file in self.checked for finding in file.findings)


def region(lines: LineIndex, span: Span) -> Region:
    """The lines and columns of a span."""
    line, column = lines.position(span.start)
    end_line, end_column = lines.position(span.end)
    return Region(line + 1, column + 1, end_line + 1, end_column + 1)


def reported(path: str, snapshot: FileSnapshot) -> Iterator[Reported]:
    """The findings of a snapshot as plain values."""
    lines = LineIndex(snapshot.text)
    before: Counter[tuple[str, str]] = Counter()
    for finding in snapshot.findings:
        place = region(lines, finding.span)
        source = lines.line_span(place.line - 1).of(snapshot.text)[:_LONGEST_LINE]
        kind = finding.rule.name, " ".join(source.split())
        effort = _effort(finding)
        yield Reported(
            finding.rule.name,
            finding.severity,
            finding.message,
            place,
            source,
            _digest(*kind, str(before[kind])),
            effort,
            tuple(
                Repair(fix.title, tuple((region(lines, edit.span), edit.text) for edit in fix.edits))
                for fix in finding.fixes
            ),
            next((at for at, fix in enumerate(finding.fixes) if fix.is_preferred or fix.is_safe), None),
            tuple(_related(path, snapshot, lines, finding)),
        )
        before[kind] += 1


def _effort(finding: PlacedFinding) -> Effort:
    if any(fix.is_safe for fix in finding.fixes):
        return Effort.SAFE
    if any(fix.is_preferred for fix in finding.fixes):
        return Effort.OBVIOUS
    return Effort.CHOICE if finding.fixes else Effort.NONE


def _related(path: str, snapshot: FileSnapshot, lines: LineIndex, finding: PlacedFinding) -> Iterator[Place]:
    for related in finding.related:
        if related.path is None:
            yield Place(path, region(lines, related.span), related.message)
        elif snapshot.context is not None:
            other = LineIndex(snapshot.context.read(related.path) or "")
            where = snapshot.context.absolute(related.path)
            shown = path_below(os.getcwd(), where) or where
            yield Place(shown, region(other, related.span), related.message)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]


def path_in_sources(path: str) -> str | None:
    """The path relative to the root of the sources, with `/`; None for a file outside it.

    The root is the workspace of a GitHub workflow, whose step may run in a folder below it, else the current folder.
    """
    if path == STANDARD_INPUT:
        return path
    return path_below(os.environ.get("GITHUB_WORKSPACE") or os.getcwd(), path)


def fingerprint_in_sources(file: Checked, finding: Reported) -> str:
    """The fingerprint of a finding among those of all files."""
    return _digest(path_in_sources(file.path) or file.path, finding.fingerprint)
