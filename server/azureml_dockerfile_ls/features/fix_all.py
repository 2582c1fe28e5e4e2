"""All safe fixes of a file at once."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from azureml_dockerfile_ls.manifest_snapshot import ManifestSnapshot, analyse_manifest
from azureml_dockerfile_ls.model.errors import problems_of_model
from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedFix
from azureml_dockerfile_ls.script_snapshot import FileSnapshot, ScriptSnapshot
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import TextEdit, apply_edits, merge_edits

MAX_ROUNDS = 10
"""The limit of rounds of repairs. A repair can bring out a new finding, but not ten times in a row."""

FindingAndFix = tuple[PlacedFinding, PlacedFix]


@dataclass(frozen=True, slots=True)
class AppliedFixes:
    """The fixes that are made together, each with its finding, and all their edits in the order of the text.

    The edits do not touch each other. Fixes with the same edits share them.
    """

    edits: tuple[TextEdit, ...]
    fixes: tuple[FindingAndFix, ...]


def fix_all(snapshot: FileSnapshot, *, is_unsafe: bool = False) -> AppliedFixes:
    """Apply the safe fixes of all findings; with `is_unsafe` also the preferred fix of those without a safe one.

    Of fixes that touch, the first in the text is made, and the others are left for the next time. The result never has
    more errors of BuildKit than the text before: if need be, fewer fixes are made. The fixes of a rule whose findings
    stay are not made, because they would be made again and again.
    """
    fixes = _fixes(snapshot, is_unsafe)
    errors = _errors(snapshot) if fixes else 0
    while fixes:
        applied = _together(fixes)
        after = analysed_again(apply_edits(snapshot.text, applied.edits), snapshot)
        if _errors(after) > errors:
            fixes = fixes[: len(fixes) // 2]
        elif vain := _rules_that_stay(snapshot, after, applied):
            fixes = [(finding, fix) for finding, fix in fixes if finding.rule.name not in vain]
        else:
            return applied
    return AppliedFixes((), ())


def _rules_that_stay(before: FileSnapshot, after: FileSnapshot, applied: AppliedFixes) -> set[str]:
    """The names of the rules of which no finding disappears although some were fixed."""
    fixed = {finding.rule.name for finding, _ in applied.fixes}
    left = Counter(finding.rule.name for finding in after.findings)
    were = Counter(finding.rule.name for finding in before.findings)
    return {name for name in fixed if left[name] >= were[name]}


def fix_everything(snapshot: FileSnapshot) -> tuple[TextEdit, ...]:
    """The edits of all safe fixes, and of those that these bring out, until there are no more."""
    edits: tuple[TextEdit, ...] = ()
    latest: FileSnapshot = snapshot
    for _ in range(MAX_ROUNDS):
        applied = fix_all(latest).edits
        if not applied:
            break
        edits = merge_edits(latest.text, edits, applied)
        text = apply_edits(latest.text, applied)
        latest = analysed_again(text, latest)
    return edits


def analysed_again(text: str, snapshot: FileSnapshot) -> FileSnapshot:
    """The snapshot of another text in the place of a snapshot's."""
    if isinstance(snapshot, ManifestSnapshot):
        return analyse_manifest(text, snapshot, snapshot.files, snapshot.settings, snapshot.images)
    if isinstance(snapshot, ScriptSnapshot):
        return replace(snapshot, text=text)
    return analyse(text, snapshot, snapshot.context, snapshot.settings, snapshot.images)


def has_safe_fix(snapshot: FileSnapshot) -> bool:
    """Whether any finding has a safe fix."""
    return any(fix.is_safe for finding in snapshot.findings for fix in finding.fixes)


def _fixes(snapshot: FileSnapshot, is_unsafe: bool) -> list[FindingAndFix]:
    """The fix of each finding that has one to apply, in the order of the findings."""
    found = ((finding, _fix(finding, is_unsafe)) for finding in snapshot.findings)
    return [(finding, fix) for finding, fix in found if fix is not None]


def _fix(finding: PlacedFinding, is_unsafe: bool) -> PlacedFix | None:
    """The fix to apply: the preferred one if it is safe, else the first that is, else the preferred one."""
    safe = [fix for fix in finding.fixes if fix.is_safe]
    preferred = [fix for fix in finding.fixes if fix.is_preferred and (fix.is_safe or is_unsafe)]
    return next(iter([fix for fix in preferred if fix.is_safe] or safe or preferred), None)


def _together(fixes: Sequence[FindingAndFix]) -> AppliedFixes:
    """The fixes that can be made together. A fix is made as a whole or not at all."""
    edits: list[TextEdit] = []
    known: set[TextEdit] = set()
    applied = []
    for finding, fix in sorted(fixes, key=lambda each: min(edit.span for edit in each[1].edits)):
        new = [edit for edit in fix.edits if edit not in known]
        if any(_touches(edit, edits) for edit in new):
            continue
        applied.append((finding, fix))
        known.update(new)
        for edit in new:
            insort(edits, edit, key=lambda edit: edit.span)
    return AppliedFixes(tuple(edits), tuple(applied))


def _touches(edit: TextEdit, edits: Sequence[TextEdit]) -> bool:
    """Whether an edit overlaps or touches one of `edits`, which are in the order of the text."""
    place = bisect_left(edits, edit.span, key=lambda other: other.span)
    before = edits[place - 1 : place] if place else []
    return any(
        other.span.start <= edit.span.end and edit.span.start <= other.span.end
        for other in (*before, *edits[place : place + 1])
    )


def _errors(snapshot: FileSnapshot) -> int:
    """The number of BuildKit's errors, whatever the settings make of them."""
    if isinstance(snapshot, (ManifestSnapshot, ScriptSnapshot)):
        return 0
    tree = snapshot.tree
    in_lines = len(tree.problems) + sum(len(instruction.problems) for instruction in tree.instructions)
    return in_lines + sum(1 for _ in problems_of_model(tree, snapshot.model))
