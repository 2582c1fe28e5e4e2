"""The severities of findings, as the settings define them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.rule import Severity


def with_severities(
    findings: tuple[PlacedFinding, ...], severities: Mapping[str, Severity | None], *, dockerfile_features: bool = True
) -> tuple[PlacedFinding, ...]:
    """The findings with the severities of the settings, without those of disabled rules.

    Without `dockerfile_features`, only Azure ML's findings remain, because another server reports the others.
    """
    if dockerfile_features and not severities:
        return findings
    kept = []
    for finding in findings:
        severity = severities.get(finding.rule.name, finding.severity)
        if severity is not None and (dockerfile_features or finding.rule.source != "dockerfile"):
            kept.append(finding if severity is finding.severity else replace(finding, severity=severity))
    return tuple(kept)
