"""The report for GitHub Actions: workflow commands, which GitHub shows as annotations on a pull request.

Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; `@actions/core` defines the
escape sequences.
"""

from __future__ import annotations

from azureml_dockerfile_ls.cli.reports.checked import Checked, Failure, Outcome, Reported, path_in_sources
from azureml_dockerfile_ls.cli.terminal import visible
from azureml_dockerfile_ls.rules.rule import Severity


def report(outcome: Outcome) -> str:
    """A workflow command for each finding, and for what could not be checked."""
    findings = [_of_finding(file, finding) for file, finding in outcome.findings]
    return "\n".join([*findings, *map(_of_failure, outcome.failures)])


def _of_finding(file: Checked, finding: Reported) -> str:
    line, column, end_line, end_column = finding.region
    properties: dict[str, object] = {"file": path_in_sources(file.path) or file.path, "line": line}
    # GitHub rejects columns in an annotation that spans several lines.
    properties |= {"col": column} if line == end_line else {}
    properties |= {"endLine": end_line}
    properties |= {"endColumn": end_column} if line == end_line else {}
    properties |= {"title": finding.rule_name}
    command = {Severity.ERROR: "error", Severity.WARNING: "warning"}.get(finding.severity, "notice")
    return _command(command, properties, finding.message)


def _of_failure(failure: Failure) -> str:
    properties: dict[str, object] = {"file": path_in_sources(failure.path) or failure.path}
    properties |= {"line": failure.line} if failure.line is not None else {}
    return _command("error", {**properties, "title": "Not checked"}, failure.reason)


def _command(command: str, properties: dict[str, object], message: str) -> str:
    escaped = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{command} {escaped}::{_data(message)}"


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))
