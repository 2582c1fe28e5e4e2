"""One cause, one finding: what follows from a fault that another finding names is left out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.text import Span


def without_consequences(findings: Sequence[PlacedFinding]) -> tuple[PlacedFinding, ...]:
    """The findings without those that have the same cause as a finding of a rule that names causes.

    These are errors of BuildKit that overlap its text, and findings on exactly that text. An error is left out only for
    another error, so that a build that stops always has one.
    """
    causes = sorted(
        finding.span for finding in findings if finding.rule.names_cause and finding.severity is Severity.ERROR
    )
    return tuple(finding for finding in findings if not _follows(finding, causes)) if causes else tuple(findings)


def _follows(finding: PlacedFinding, causes: Sequence[Span]) -> bool:
    if finding.rule.names_cause:
        return False
    # Causes do not overlap, so the last one that starts before the end of the finding is also the last one to end.
    number = bisect_left(causes, finding.span.end, key=attrgetter("start"))
    cause = causes[number - 1] if number else None
    if cause is None or cause.end <= finding.span.start:
        return False
    return finding.span == cause or not finding.rule.is_lint
