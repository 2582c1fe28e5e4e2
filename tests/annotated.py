"""Dockerfiles and YAML as fixtures, with a cursor and with marks below the text.

A fixture is a Dockerfile with the indentation of its test. `$0` is the cursor. A comment line of carets marks the text
above it, and names a rule, with words of its message if they matter, or a role:

    COPY code /var/azureml-app
    #         ^^^^^^^^^^^^^^^^ MissingEntryScript main.py
    FROM python AS ba$0se
    #              ^^^^^^ definition

A `#` directly before the carets is part of the mark, so that the first column can be marked. The carets cover the text
as the fixture shows it, with `$0`. Cursor and marks are removed before the text is analysed, so a mark can be between
the lines of an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.context_source import ASSUMED, ContextSource
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.images.image_index import EMBEDDED, ImageIndex
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex, Span, TextEdit

CURSOR = "$0"
_MARK = re.compile(r"(?P<lead>[ \t]*)#(?P<gap>[ \t]*)(?P<carets>\^+)(?:[ \t]+(?P<name>\w+)[ \t]*(?P<message>.*))?")


class Mark(NamedTuple):
    """A mark: its span in the text without marks, and the words after the carets."""

    span: Span
    name: str
    message: str


def dockerfile(fixture: str) -> str:
    """The text of a fixture, without its first line break and the indentation of the test."""
    return dedent(fixture.removeprefix("\n"))


def crlf(fixture: str) -> str:
    """The text of a fixture with CRLF line ends."""
    return dockerfile(fixture).replace("\n", "\r\n")


def cursor(fixture: str) -> tuple[str, int]:
    """The text without its `$0`, and the offset of `$0`. Raises ValueError unless there is exactly one."""
    text, _ = marked(fixture)
    if text.count(CURSOR) != 1:
        raise ValueError(f"a fixture has one {CURSOR}, not {text.count(CURSOR)}")
    return text.replace(CURSOR, ""), text.index(CURSOR)


def marked(fixture: str) -> tuple[str, list[Mark]]:
    """The text without the lines of marks, and the marks in order."""
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
    """The text after all edits, as an editor applies them; they must not overlap."""
    result, position = "", 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        assert edit.span.start >= position, f"{edit} overlaps the edit before it"
        result += text[position : edit.span.start] + edit.text
        position = edit.span.end
    return result + text[position:]


def context_of(folder: Path, files: Mapping[str, str], source: ContextSource = ASSUMED) -> BuildContext:
    """The build context `folder` with these `files` by path; a path that ends with `/` is an empty folder.

    `source` is who says that it is the build context.
    """
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("/"):
            (folder / path).mkdir(exist_ok=True)
        else:
            (folder / path).write_text(dedent(content.removeprefix("\n")), encoding="utf-8")
    return BuildContext(str(folder), source=source)


def findings_of(
    rule: str, text: str, context: BuildContext | None = None, images: ImageIndex = EMBEDDED
) -> list[PlacedFinding]:
    """The findings of one rule in a text."""
    findings = analyse(text, context=context, images=images).findings
    return [finding for finding in findings if finding.rule.name == rule]


def check_rule(
    rule: str, fixture: str, context: BuildContext | None = None, images: ImageIndex = EMBEDDED
) -> list[PlacedFinding]:
    """Check that a rule finds exactly the marks with its name, and return the findings."""
    text, marks = marked(fixture)
    expected = [mark for mark in marks if mark.name == rule]
    found = findings_of(rule, text, context, images)

    assert [_shown(finding.span, text) for finding in found] == [_shown(mark.span, text) for mark in expected]
    for finding, mark in zip(found, expected, strict=True):
        assert mark.message in finding.message
    return found


def files_around(folder: Path, files: Mapping[str, str], name: str = "azureml.yml") -> ManifestFiles:
    """The folder with these `files` by path, around a YAML called `name`."""
    context_of(folder, files)
    return ManifestFiles(str(folder), name)


def check_yaml(fixture: str, files: ManifestFiles | None = None, images: ImageIndex = EMBEDDED) -> list[PlacedFinding]:
    """Check that a YAML has exactly the findings that are marked, and return them."""
    text, marks = marked(fixture)
    found = analyse_manifest(text, files=files, images=images).findings

    assert [(finding.rule.name, _shown(finding.span, text)) for finding in found] == [
        (mark.name, _shown(mark.span, text)) for mark in sorted(marks)
    ]
    for finding, mark in zip(found, sorted(marks), strict=True):
        assert mark.message in finding.message
    return list(found)


def check_yaml_fix(before: str, after: str, files: ManifestFiles | None = None, title: str | None = None) -> None:
    """Check that a fix of the first finding turns `before` into exactly `after`, without that finding."""
    text, _ = marked(before)
    found = analyse_manifest(text, files=files).findings
    fix = next(fix for fix in found[0].fixes if title in (None, fix.title))
    repaired = apply_edits(text, fix.edits)

    assert repaired == dockerfile(after)
    assert found[0].rule not in [finding.rule for finding in analyse_manifest(repaired, files=files).findings]


def check_marks(role: str, fixture: str, found: Iterable[Span]) -> None:
    """Check that a feature finds exactly the marks with this role, such as `definition` or `type keyword`.

    The spans are those of the text without marks and cursor, in any order.
    """
    text, marks = marked(fixture)
    at = text.find(CURSOR)
    text = text.replace(CURSOR, "", 1)

    def without_cursor(offset: int) -> int:
        return offset if at < 0 or offset <= at else max(at, offset - len(CURSOR))

    spans = [mark.span for mark in marks if f"{mark.name} {mark.message}".strip() == role]
    expected = [Span(without_cursor(start), without_cursor(end)) for start, end in spans]

    assert [_shown(span, text) for span in sorted(found)] == [_shown(span, text) for span in sorted(expected)]


def check_clean(fixture: str, context: BuildContext | None = None, images: ImageIndex = EMBEDDED) -> None:
    """Check that no rule has a finding."""
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
    """Check that a fix turns `before` into exactly `after`, without the finding and without new errors.

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
    """A readable span: line and column from 1 on, and the text."""
    line, column = LineIndex(text).position(span.start)
    return f"{line + 1}:{column + 1} {span.of(text)!r}"
