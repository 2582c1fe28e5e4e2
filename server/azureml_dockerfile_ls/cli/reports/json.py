"""The report for programs: a list of findings in JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from azureml_dockerfile_ls.cli.reports.checked import Checked, region
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.pages import url_of


def report(checked: Sequence[Checked], failures: Sequence[str]) -> str:
    """A list of findings. Lines and columns start at 1; columns are code points."""
    return json.dumps([_finding(file, finding) for file in checked for finding in file.findings], indent=2)


def _finding(file: Checked, finding: PlacedFinding) -> dict[str, Any]:
    line, column, end_line, end_column = region(file.lines, finding.span)
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
