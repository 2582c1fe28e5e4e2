"""One cause, one finding: what follows from a fault that another finding names is left out."""

from __future__ import annotations

from collections.abc import Sequence

from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.rule import Severity


def without_consequences(findings: Sequence[PlacedFinding]) -> tuple[PlacedFinding, ...]:
    """The findings without those that have the same cause as a finding of a rule that names causes.

    These are errors of BuildKit that overlap its text, and findings on exactly that text. An error is left out only for
    another error, so that a build that stops always has one.
    """
    causes = [finding for finding in findings if finding.rule.names_cause and finding.severity is Severity.ERROR]
    if not causes:
        return tuple(findings)
    return tuple(finding for finding in findings if not any(_follows(finding, cause) for cause in causes))


def _follows(finding: PlacedFinding, cause: PlacedFinding) -> bool:
    if finding.rule.names_cause:
        return False
    overlaps = finding.span.start < cause.span.end and cause.span.start < finding.span.end
    return finding.span == cause.span or (overlaps and not finding.rule.is_lint)
