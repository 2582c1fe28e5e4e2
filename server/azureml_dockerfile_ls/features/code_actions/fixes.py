"""The fixes of findings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


def fixes(findings: Iterable[PlacedFinding]) -> Iterator[Action]:
    """The fixes of findings."""
    for finding in findings:
        for fix in finding.fixes:
            yield Action(ActionKind.QUICKFIX, fix.title, Change(fix.edits), fix.is_preferred, (finding,))


def findings_at(snapshot: Snapshot, span: Span) -> Iterator[PlacedFinding]:
    """The findings that touch `span`."""
    findings = snapshot.findings
    for number in range(bisect_right(findings, span.end, key=lambda finding: finding.span.start)):
        if span.start <= findings[number].span.end:
            yield findings[number]


def findings_of_rule(snapshot: Snapshot, name: object, span: Span) -> Iterator[PlacedFinding]:
    """The findings of a rule that touch the place at which an editor shows one."""
    return (finding for finding in findings_at(snapshot, span) if finding.rule.name == name)
