"""The report for programs: a list of findings in JSON."""

from __future__ import annotations

import json
from typing import Any

from azureml_dockerfile_ls.cli.reports.checked import Checked, Failure, Outcome, Reported
from azureml_dockerfile_ls.rules.pages import url_of


def report(outcome: Outcome) -> str:
    """A list of findings. Lines and columns start at 1; columns are code points.

    What could not be checked is an entry whose rule is null.
    """
    findings = [_finding(file, finding) for file, finding in outcome.findings]
    return json.dumps([*findings, *map(_failure, outcome.failures)], indent=2)


def _finding(file: Checked, finding: Reported) -> dict[str, Any]:
    return {
        "path": file.path,
        "rule": finding.rule_name,
        "severity": finding.severity.name.lower(),
        "message": finding.message,
        "line": finding.region.line,
        "column": finding.region.column,
        "endLine": finding.region.end_line,
        "endColumn": finding.region.end_column,
        "url": url_of(finding.rule),
        "fixes": [repair.title for repair in finding.repairs],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    line, column = failure.line or 1, failure.column or 1
    return {
        "path": failure.path,
        "rule": None,
        "severity": "error",
        "message": failure.reason,
        "line": line,
        "column": column,
        "endLine": line,
        "endColumn": column,
        "url": None,
        "fixes": [],
    }
