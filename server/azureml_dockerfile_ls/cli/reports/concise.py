"""The report with a line for each finding, as compilers print it."""

from __future__ import annotations

from azureml_dockerfile_ls.cli.reports.checked import Outcome, Place
from azureml_dockerfile_ls.cli.reports.summary import summary


def report(outcome: Outcome) -> str:
    """A line for each repair, finding and related place, and a summary at the end."""
    lines: list[str] = []
    for file in outcome.checked:
        lines.extend(file.fixed)
        for finding in file.findings:
            word = finding.severity.name.lower()
            message = f"{word}: {finding.message} [{finding.rule_name}]"
            line = Place(file.path, finding.region, message).line
            lines.append(line.replace(f": {word}: ", f": {outcome.style.paint(word, word)}: ", 1))
            lines.extend(f"  {place.line}" for place in finding.related)
    return "\n".join([*lines, *summary(outcome)])
