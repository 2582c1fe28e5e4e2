"""The report for code scanning: SARIF 2.1.0.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.cli.reports.checked import Checked, path_in_sources, region, related_places
from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedFix
from azureml_dockerfile_ls.rules.pages import url_of
from azureml_dockerfile_ls.rules.rule import Rule, Severity
from azureml_dockerfile_ls.text import LineIndex, Span


def report(checked: Sequence[Checked], failures: Sequence[str]) -> str:
    """A log with one run: the rules with findings, the findings, and what could not be checked."""
    rules: dict[str, Rule] = {}
    for file in checked:
        rules.update((finding.rule.name, finding.rule) for finding in file.findings)
    indexes = {name: index for index, name in enumerate(sorted(rules))}
    driver = {
        "name": "azureml-dockerfile-ls",
        "semanticVersion": __version__,
        "rules": [_rule(rules[name]) for name in indexes],
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
            _result(file, finding, indexes[finding.rule.name]) for file in checked for finding in file.findings
        ],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2)


def _rule(rule: Rule) -> dict[str, Any]:
    url = url_of(rule)
    return {
        "id": rule.name,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        # A page on this machine's disk is useless to readers of the log.
        **({"helpUri": url} if url.startswith("https:") else {}),
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": {"tags": [rule.source]},
    }


def _level(severity: Severity) -> str:
    return {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(severity, "note")


def _result(file: Checked, finding: PlacedFinding, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule.name,
        "ruleIndex": rule_index,
        "level": _level(finding.severity),
        "message": _message(finding.message),
        "locations": [_location(file.path, file.lines, finding.span)],
    }
    related_locations = [
        {"message": _message(related.message), **_location(path, lines, related.span)}
        for related, path, lines in related_places(file, finding)
    ]
    if related_locations:
        result["relatedLocations"] = related_locations
    if finding.fixes:
        result["fixes"] = [_fix(file, fix) for fix in finding.fixes]
    return result


def _fix(file: Checked, fix: PlacedFix) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(file.lines, edit.span), "insertedContent": {"text": edit.text}} for edit in fix.edits
    ]
    changes = [{"artifactLocation": _artifact(file.path), "replacements": replacements}]
    return {"description": _message(fix.title), "artifactChanges": changes}


def _message(text: str) -> dict[str, str]:
    # SARIF reads single braces as a placeholder (§3.11.5).
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def _location(path: str, lines: LineIndex, span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(lines, span)}}


def _region(lines: LineIndex, span: Span) -> dict[str, int]:
    line, column, end_line, end_column = region(lines, span)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(path: str) -> dict[str, str]:
    relative = path_in_sources(path)
    if relative is None:
        return {"uri": Path(os.path.abspath(path)).as_uri()}
    return {"uri": quote(os.fsencode(relative)), "uriBaseId": "%SRCROOT%"}
