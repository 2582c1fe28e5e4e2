"""The report for GitLab's merge requests: Code Quality.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from azureml_dockerfile_ls.cli.reports.checked import (
    Checked,
    Failure,
    Outcome,
    Reported,
    fingerprint_in_sources,
    path_in_sources,
)
from azureml_dockerfile_ls.rules.rule import Severity

_SEVERITIES = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFORMATION: "minor",
    Severity.HINT: "info",
}


def report(outcome: Outcome) -> str:
    """A list of issues: the findings, and what could not be checked."""
    findings = [_of_finding(file, finding) for file, finding in outcome.findings]
    return json.dumps([*findings, *map(_of_failure, outcome.failures)], indent=2)


def _of_finding(file: Checked, finding: Reported) -> dict[str, Any]:
    line, column, end_line, end_column = finding.region
    return {
        "description": finding.message,
        "check_name": finding.rule_name,
        "fingerprint": fingerprint_in_sources(file, finding),
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": path_in_sources(file.path) or file.path,
            "positions": {
                "begin": {"line": line, "column": column},
                "end": {"line": end_line, "column": end_column},
            },
        },
    }


def _of_failure(failure: Failure) -> dict[str, Any]:
    path = path_in_sources(failure.path) or failure.path
    return {
        "description": failure.reason,
        "check_name": "NotChecked",
        "fingerprint": hashlib.sha256(f"{path}\0{failure.reason}".encode(errors="surrogatepass")).hexdigest()[:32],
        "severity": "blocker",
        "location": {"path": path, "lines": {"begin": failure.line or 1}},
    }
