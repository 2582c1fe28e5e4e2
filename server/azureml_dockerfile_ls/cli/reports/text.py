"""The report for people: a line for each finding, as compilers print it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from azureml_dockerfile_ls.cli.reports.checked import Checked, one_line, related_places
from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.rules.rule import Severity


def report(checked: Sequence[Checked], failures: Sequence[str]) -> str:
    """A line for each repair, finding and related place, and a summary at the end."""
    lines: list[str] = []
    for file in checked:
        lines.extend(file.fixed)
        for finding in file.findings:
            message = f"{finding.severity.name.lower()}: {finding.message} [{finding.rule.name}]"
            lines.append(one_line(file.path, file.lines, finding.span, message))
            for related, path, related_lines in related_places(file, finding):
                shown = path if path == file.path else path_below(os.getcwd(), path) or path
                lines.append(f"  {one_line(shown, related_lines, related.span, related.message)}")
    return "\n".join([*lines, _summary(checked)])


def _summary(checked: Sequence[Checked]) -> str:
    counts = Counter(finding.severity for file in checked for finding in file.findings)
    found = ", ".join(_counted(counts[severity], severity) for severity in sorted(counts))
    fixed = sum(len(file.fixed) for file in checked)
    files = f"{len(checked)} file{'' if len(checked) == 1 else 's'}"
    return f"{found or 'no findings'} in {files}{f', {fixed} fixed' if fixed else ''}"


def _counted(count: int, severity: Severity) -> str:
    noun = severity.name.lower()
    return f"{count} {noun}{'' if count == 1 or severity is Severity.INFORMATION else 's'}"
