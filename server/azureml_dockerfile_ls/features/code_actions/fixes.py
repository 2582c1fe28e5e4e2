"""The fixes of the findings at a place."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


def fixes(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The fixes of the findings that touch `span`."""
    for finding in findings_at(snapshot, span):
        for fix in finding.fixes:
            yield Action(ActionKind.QUICKFIX, fix.title, fix.edits, fix.is_preferred, finding)


def findings_at(snapshot: Snapshot, span: Span) -> Iterator[PlacedFinding]:
    """The findings that touch `span`."""
    for finding in snapshot.findings:
        if finding.span.start <= span.end and span.start <= finding.span.end:
            yield finding
