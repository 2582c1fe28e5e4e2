"""How the findings of `check` are printed: for people, for programs, as SARIF, and for GitHub's pages."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.cli.sources import STANDARD_INPUT
from azureml_dockerfile_ls.cli.terminal import visible
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedFix, PlacedRelated
from azureml_dockerfile_ls.rules.pages import url_of
from azureml_dockerfile_ls.rules.rule import Rule, Severity
from azureml_dockerfile_ls.text import LineIndex, Span


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was checked: what is left in it, and the lines that say what was repaired."""

    path: str
    lines: LineIndex
    context: BuildContext | None
    findings: tuple[PlacedFinding, ...]
    fixed: tuple[str, ...] = ()


Report = Callable[[Sequence[Checked], Sequence[str]], str]
"""Makes the text to print of the checked files, and of sentences about what could not be checked."""


def one_line(path: str, lines: LineIndex, span: Span, said: str) -> str:
    """`path:line:column: said`: what a file holds must not act on the terminal, or look like a finding of its own."""
    line, column = lines.position(span.start)
    return visible(f"{path}:{line + 1}:{column + 1}: {said}")


def as_text(checked: Sequence[Checked], failures: Sequence[str]) -> str:
    """A line for each finding, as compilers print it, below it one for each place it is about, and a count."""
    lines: list[str] = []
    for file in checked:
        lines.extend(file.fixed)
        for finding in file.findings:
            said = f"{finding.severity.name.lower()}: {finding.message} [{finding.rule.name}]"
            lines.append(one_line(file.path, file.lines, finding.span, said))
            for related, path, related_lines in _related(file, finding):
                shown = path_below(os.getcwd(), path) or path
                lines.append(f"  {one_line(shown, related_lines, related.span, related.message)}")
    counts = Counter(finding.severity for file in checked for finding in file.findings)
    found = ", ".join(_counted(counts[severity], severity) for severity in sorted(counts))
    fixed = sum(len(file.fixed) for file in checked)
    files = f"{len(checked)} file{'' if len(checked) == 1 else 's'}"
    return "\n".join([*lines, f"{found or 'no findings'} in {files}{f', {fixed} fixed' if fixed else ''}"])


def as_json(checked: Sequence[Checked], failures: Sequence[str]) -> str:
    """A list of findings. Lines and columns count from 1, columns in code points."""
    return json.dumps([_json_of(file, finding) for file in checked for finding in file.findings], indent=2)


def as_github(checked: Sequence[Checked], failures: Sequence[str]) -> str:
    """A workflow command for each finding, from which GitHub makes a note at the line of a pull request.

    Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; the escapes are those of
    `@actions/core`.
    """
    return "\n".join(_github_command(file, finding) for file in checked for finding in file.findings)


def as_sarif(checked: Sequence[Checked], failures: Sequence[str]) -> str:
    """SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""
    rules: dict[str, Rule] = {}
    for file in checked:
        rules.update((finding.rule.name, finding.rule) for finding in file.findings)
    indexes = {name: index for index, name in enumerate(sorted(rules))}
    driver = {
        "name": "azureml-dockerfile-ls",
        "semanticVersion": __version__,
        "rules": [_sarif_rule(rules[name]) for name in indexes],
    }
    invocation = {
        "executionSuccessful": not failures,
        "toolExecutionNotifications": [{"level": "error", "message": _message(failure)} for failure in failures],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [
            _sarif_result(file, finding, indexes[finding.rule.name]) for file in checked for finding in file.findings
        ],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2)


REPORTS: Mapping[str, Report] = {"text": as_text, "json": as_json, "sarif": as_sarif, "github": as_github}
"""The reports by the name of their format."""


def _counted(count: int, severity: Severity) -> str:
    noun = severity.name.lower()
    return f"{count} {noun}{'' if count == 1 or severity is Severity.INFORMATION else 's'}"


def _related(file: Checked, finding: PlacedFinding) -> Iterator[tuple[PlacedRelated, str, LineIndex]]:
    """The other places that a finding is about, with the path of the file of each, and its lines."""
    for related in finding.related:
        if related.path is None:
            yield related, file.path, file.lines
        elif file.context is not None:
            lines = LineIndex(file.context.read(related.path) or "")
            yield related, file.context.absolute(related.path), lines


def _json_of(file: Checked, finding: PlacedFinding) -> dict[str, Any]:
    line, column, end_line, end_column = _place(file.lines, finding.span)
    return {
        "path": file.path,
        "rule": finding.rule.name,
        "severity": finding.severity.name.lower(),
        "message": finding.message,
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
        "url": url_of(finding.rule),
        "fixes": [fix.title for fix in finding.fixes],
    }


def _place(lines: LineIndex, span: Span) -> tuple[int, int, int, int]:
    """Line, column, end line and end column, counted from 1; the end is where the next character stands."""
    line, column = lines.position(span.start)
    end_line, end_column = lines.position(span.end)
    return line + 1, column + 1, end_line + 1, end_column + 1


def _github_command(file: Checked, finding: PlacedFinding) -> str:
    line, column, end_line, end_column = _place(file.lines, finding.span)
    properties: dict[str, object] = {"file": _from_root(file.path) or file.path, "line": line}
    # GitHub refuses columns where a place has several lines.
    properties |= {"col": column} if line == end_line else {}
    properties |= {"endLine": end_line}
    properties |= {"endColumn": end_column} if line == end_line else {}
    properties |= {"title": finding.rule.name}
    escaped = ",".join(
        f"{name}={_github_data(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in properties.items()
    )
    command = {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(finding.severity, "notice")
    return f"::{command} {escaped}::{_github_data(finding.message)}"


def _github_data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    url = url_of(rule)
    return {
        "id": rule.name,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        # A page that lies on this machine's disk is of no use to who reads the log.
        **({"helpUri": url} if url.startswith("https:") else {}),
        "defaultConfiguration": {"level": _sarif_level(rule.severity)},
        "properties": {"tags": [rule.source]},
    }


def _sarif_level(severity: Severity) -> str:
    return {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(severity, "note")


def _sarif_result(file: Checked, finding: PlacedFinding, rule_index: int) -> dict[str, Any]:
    artifact = _artifact(file.path)
    result: dict[str, Any] = {
        "ruleId": finding.rule.name,
        "ruleIndex": rule_index,
        "level": _sarif_level(finding.severity),
        "message": _message(finding.message),
        "locations": [
            {"physicalLocation": {"artifactLocation": artifact, "region": _region(file.lines, finding.span)}}
        ],
    }
    related_locations = [
        {
            "message": _message(related.message),
            "physicalLocation": {"artifactLocation": _artifact(path), "region": _region(lines, related.span)},
        }
        for related, path, lines in _related(file, finding)
    ]
    if related_locations:
        result["relatedLocations"] = related_locations
    if finding.fixes:
        result["fixes"] = [_sarif_fix(file, fix, artifact) for fix in finding.fixes]
    return result


def _sarif_fix(file: Checked, fix: PlacedFix, artifact: dict[str, str]) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(file.lines, edit.span), "insertedContent": {"text": edit.text}} for edit in fix.edits
    ]
    changes = [{"artifactLocation": artifact, "replacements": replacements}]
    return {"description": _message(fix.title), "artifactChanges": changes}


def _message(text: str) -> dict[str, str]:
    # SARIF reads single braces as the place of an argument (§3.11.5).
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def _region(lines: LineIndex, span: Span) -> dict[str, int]:
    line, column, end_line, end_column = _place(lines, span)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(path: str) -> dict[str, str]:
    relative = _from_root(path)
    if relative is None:
        return {"uri": Path(os.path.abspath(path)).as_uri()}
    return {"uri": quote(os.fsencode(relative)), "uriBaseId": "%SRCROOT%"}


def _from_root(path: str) -> str | None:
    """The path from the root of the source, with `/`; None outside of it.

    A workflow of GitHub says where that is, which may be above the folder that it runs the command in; elsewhere it is
    the current folder.
    """
    if path == STANDARD_INPUT:
        return path
    return path_below(os.environ.get("GITHUB_WORKSPACE") or os.getcwd(), path)
