"""The report for GitHub Actions: workflow commands, which GitHub shows as annotations on a pull request.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; `@actions/core` defines the
escape sequences.
"""

from __future__ import annotations

from collections.abc import Sequence

from azureml_dockerfile_ls.cli.reports.checked import Checked, path_in_sources, region
from azureml_dockerfile_ls.cli.terminal import visible
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.rule import Severity


def report(checked: Sequence[Checked], failures: Sequence[str]) -> str:
    """A workflow command for each finding."""
    return "\n".join(_command(file, finding) for file in checked for finding in file.findings)


def _command(file: Checked, finding: PlacedFinding) -> str:
    line, column, end_line, end_column = region(file.lines, finding.span)
    properties: dict[str, object] = {"file": path_in_sources(file.path) or file.path, "line": line}
    # GitHub rejects columns in an annotation that spans several lines.
    properties |= {"col": column} if line == end_line else {}
    properties |= {"endLine": end_line}
    properties |= {"endColumn": end_column} if line == end_line else {}
    properties |= {"title": finding.rule.name}
    escaped = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    command = {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(finding.severity, "notice")
    return f"::{command} {escaped}::{_data(finding.message)}"


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))
