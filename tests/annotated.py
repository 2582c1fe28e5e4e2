"""Dockerfiles as fixtures: a cursor, and marks under the text that something is said about.

A fixture is a Dockerfile, indented as the test around it. `$0` is the cursor. A comment line of carets marks the text
above it, with the name of a rule and, where it matters, words of its message:

    COPY code /var/azureml-app
    #         ^^^^^^^^^^^^^^^^ MissingEntryScript main.py

A `#` directly before the carets is one of them, so that the first column can be marked. Cursor and marks are taken out
before anything reads the text, so a mark may stand between the lines of one instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex, Span, TextEdit

CURSOR = "$0"
_MARK = re.compile(r"(?P<lead>[ \t]*)#(?P<gap>[ \t]*)(?P<carets>\^+)(?:[ \t]+(?P<name>\w+)[ \t]*(?P<message>.*))?")


class Mark(NamedTuple):
    """A marked text: its span in the text without marks, and the words after the carets."""

    span: Span
    name: str
    message: str


def dockerfile(fixture: str) -> str:
    """The text of a fixture: without the line break it begins with, and without the indentation of the test."""
    return dedent(fixture.removeprefix("\n"))


def crlf(fixture: str) -> str:
    """The text of a fixture with the line ends of Windows."""
    return dockerfile(fixture).replace("\n", "\r\n")


def cursor(fixture: str) -> tuple[str, int]:
    """The text without its one `$0`, and the offset where that stood. Raises ValueError when it is not there once."""
    text = dockerfile(fixture)
    if text.count(CURSOR) != 1:
        raise ValueError(f"a fixture has one {CURSOR}, not {text.count(CURSOR)}")
    return text.replace(CURSOR, ""), text.index(CURSOR)


def marked(fixture: str) -> tuple[str, list[Mark]]:
    """The text without the lines of marks, and the marks in the order in which they stand."""
    kept: list[str] = []
    marks: list[Mark] = []
    start = end = 0
    for line in re.split(r"(?<=\n)", dockerfile(fixture)):
        match = _MARK.fullmatch(line.rstrip("\r\n"))
        if match is None:
            kept.append(line)
            start, end = end, end + len(line)
            continue
        first = match.start("carets") if match["gap"] else match.end("lead")
        span = Span(start + first, start + match.end("carets"))
        marks.append(Mark(span, match["name"] or "", match["message"] or ""))
    return "".join(kept), marks


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with the edits made, as an editor makes them: all at once. They must not overlap."""
    result, position = "", 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        assert edit.span.start >= position, f"{edit} overlaps the edit before it"
        result += text[position : edit.span.start] + edit.text
        position = edit.span.end
    return result + text[position:]


def context_of(folder: Path, files: Mapping[str, str]) -> BuildContext:
    """The build context that `folder` is with `files`, by path; a path that ends with `/` is an empty folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("/"):
            (folder / path).mkdir(exist_ok=True)
        else:
            (folder / path).write_text(dedent(content.removeprefix("\n")), encoding="utf-8")
    return BuildContext(str(folder))


def findings_of(
    rule: str, text: str, context: BuildContext | None = None, images: ImageIndex = EMBEDDED
) -> list[PlacedFinding]:
    """What one rule finds in a text."""
    findings = analyse(text, context=context, images=images).findings
    return [finding for finding in findings if finding.rule.name == rule]


def check_rule(
    rule: str, fixture: str, context: BuildContext | None = None, images: ImageIndex = EMBEDDED
) -> list[PlacedFinding]:
    """The findings of a rule are exactly those that the fixture marks; they are returned for closer looks."""
    text, marks = marked(fixture)
    expected = [mark for mark in marks if mark.name == rule]
    found = findings_of(rule, text, context, images)

    assert [_shown(finding.span, text) for finding in found] == [_shown(mark.span, text) for mark in expected]
    for finding, mark in zip(found, expected, strict=True):
        assert mark.message in finding.message
    return found


def check_clean(fixture: str, context: BuildContext | None = None, images: ImageIndex = EMBEDDED) -> None:
    """No rule finds anything."""
    text = dockerfile(fixture)
    findings = analyse(text, context=context, images=images).findings

    assert [(finding.rule.name, _shown(finding.span, text)) for finding in findings] == []


def check_fix(
    rule: str,
    before: str,
    after: str,
    title: str | None = None,
    context: BuildContext | None = None,
    images: ImageIndex = EMBEDDED,
) -> None:
    """A fix turns the text `before` into exactly `after`, where the finding is gone and nothing else is broken.

    The finding is the one that `before` marks, else the first; the fix is the one called `title`, else the first.
    """
    text, marks = marked(before)
    found = findings_of(rule, text, context, images)
    finding = next(finding for finding in found if not marks or finding.span == marks[0].span)
    fix = next(fix for fix in finding.fixes if title in (None, fix.title))
    repaired = apply_edits(text, fix.edits)

    assert repaired == dockerfile(after)
    assert len(findings_of(rule, repaired, context, images)) < len(found)
    assert len(findings_of("ParseError", repaired)) <= len(findings_of("ParseError", text))


def _shown(span: Span, text: str) -> str:
    """A span for the eye: line and column, counted from 1, and the text there."""
    line, column = LineIndex(text).position(span.start)
    return f"{line + 1}:{column + 1} {span.of(text)!r}"
