"""The comparison of a verdict of BuildKit with the findings of this server."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.rules.rule import Group, Severity
from azureml_dockerfile_ls.settings import Settings
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.text import LineIndex
from tests.oracle.engine import KNOWN_IMAGES, Verdict

_OURS_ALONE = frozenset(("IneffectiveSuppression", "UnknownCheck", "UnusedSuppression", "InvalidBaseImagePlatform"))
"""The rules of the group that BuildKit does not have, or decides with the image itself."""


_ONLY_BUILDKIT = Settings(rules={rule.name: None for rule in RULES if rule.group is not Group.BUILDKIT})
"""Without our own rules, some of which say in their own words why BuildKit stops."""


class Difference(NamedTuple):
    """A difference: its kind, what BuildKit says, and what this server says."""

    kind: str
    theirs: str
    ours: str


def compare(text: str, verdict: Verdict) -> Difference | None:
    """The first difference of a text; None if both agree.

    Both agree if the errors that this server finds include BuildKit's only one, on its line and in its words, and if
    the checks with findings are the same. BuildKit makes no more checks after an error.
    """
    snapshot = analyse(text, images=KNOWN_IMAGES, settings=_ONLY_BUILDKIT)
    errors = _errors(snapshot)
    if verdict.needs_network:
        return None
    if verdict.error is None:
        if errors:
            line, message = sorted(errors)[0]
            return Difference("refused here only", "", f"line {line}: {message}")
    elif not errors:
        return Difference("accepted here only", f"line {verdict.line}: {verdict.error}", "")
    elif verdict.line and (verdict.line, verdict.error) not in errors:
        on_line = sorted(error for error in errors if error[0] == verdict.line)
        shown = "; ".join(f"line {line}: {message}" for line, message in on_line or sorted(errors))
        kind = "other words" if on_line else "other line"
        return Difference(kind, f"line {verdict.line}: {verdict.error}", shown)
    theirs = Counter((warning.check, warning.line) for warning in verdict.warnings)
    ours = Counter(_checks(snapshot))
    missing, extra = theirs - ours, (Counter() if verdict.error else ours - theirs)
    if missing or extra:
        return Difference("other checks", f"only theirs: {sorted(missing)}", f"only ours: {sorted(extra)}")
    return None


def _errors(snapshot: Snapshot) -> set[tuple[int, str]]:
    return {
        (_line(snapshot, finding), finding.message)
        for finding in snapshot.findings
        if finding.rule.name == "ParseError" and finding.severity is Severity.ERROR
    }


def _checks(snapshot: Snapshot) -> list[tuple[str, int]]:
    return [
        (finding.rule.name, _line(snapshot, finding))
        for finding in snapshot.findings
        if finding.rule.group is Group.BUILDKIT and finding.rule.is_lint and finding.rule.name not in _OURS_ALONE
    ]


def _line(snapshot: Snapshot, finding: PlacedFinding) -> int:
    """The line, from 1 on, that BuildKit gives for a finding: the first one of the instruction."""
    tree = snapshot.tree
    is_on_instruction = tree.instructions and tree.index_at(finding.span.start) == finding.index
    exact = finding.rule.name == "NoEmptyContinuation"
    offset = tree.offset_of(finding.index) if is_on_instruction and not exact else finding.span.start
    return LineIndex(snapshot.text).position(offset)[0] + 1
