"""The report of `--statistics`: the number of findings of each rule."""

from __future__ import annotations

from collections import Counter

from azureml_dockerfile_ls.cli.reports.checked import Effort, Outcome
from azureml_dockerfile_ls.cli.reports.summary import summary


def report(outcome: Outcome) -> str:
    """A line for each rule, the most frequent one first, and what it takes to repair its findings."""
    counts = Counter(finding.rule_name for _, finding in outcome.findings)
    safe = Counter(finding.rule_name for _, finding in outcome.findings if finding.effort is Effort.SAFE)
    width = max(map(len, counts), default=0)
    digits = max((len(str(count)) for count in counts.values()), default=0)
    lines = [
        f"{count:{digits}}  {name:{width}}{f'  {safe[name]} with --fix' if safe[name] else ''}".rstrip()
        for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]
    return "\n".join([*lines, *summary(outcome)])
