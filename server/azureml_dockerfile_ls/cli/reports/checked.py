"""A checked file, and what all reports say about it: lines, columns, related places and paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT
from azureml_dockerfile_ls.cli.terminal import visible
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedRelated
from azureml_dockerfile_ls.text import LineIndex, Span


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was checked: the findings that are left in it, and a line about each repair that was made."""

    path: str
    lines: LineIndex
    context: BuildContext | None
    findings: tuple[PlacedFinding, ...]
    fixed: tuple[str, ...] = ()


class Region(NamedTuple):
    """Lines and columns, counted from 1. The end is the position of the next character."""

    line: int
    column: int
    end_line: int
    end_column: int


def region(lines: LineIndex, span: Span) -> Region:
    """The lines and columns of a span."""
    line, column = lines.position(span.start)
    end_line, end_column = lines.position(span.end)
    return Region(line + 1, column + 1, end_line + 1, end_column + 1)


def one_line(path: str, lines: LineIndex, span: Span, message: str) -> str:
    """The line `path:line:column: message`, in which no text of a file can act on the terminal or forge a finding."""
    line, column, *_ = region(lines, span)
    return visible(f"{path}:{line}:{column}: {message}")


def related_places(file: Checked, finding: PlacedFinding) -> Iterator[tuple[PlacedRelated, str, LineIndex]]:
    """The related places of a finding, with the path and the lines of the file of each."""
    for related in finding.related:
        if related.path is None:
            yield related, file.path, file.lines
        elif file.context is not None:
            lines = LineIndex(file.context.read(related.path) or "")
            yield related, file.context.absolute(related.path), lines


def path_in_sources(path: str) -> str | None:
    """The path relative to the root of the sources, with `/`; None for a file outside it.

    The root is the workspace of a GitHub workflow, whose step may run in a folder below it, else the current folder.
    """
    if path == STANDARD_INPUT:
        return path
    return path_below(os.environ.get("GITHUB_WORKSPACE") or os.getcwd(), path)
