"""All safe repairs of a file at once."""

from __future__ import annotations

from bisect import bisect_left, insort

from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedFix
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.text import TextEdit, apply_edits


def fix_all(snapshot: Snapshot) -> tuple[TextEdit, ...]:
    """The edits of the safe repairs of all findings, in the order of the text; they do not touch each other.

    Of repairs that touch, the first in the text is made, and the others are left for the next time; edits that are the
    same are made once. Never more errors of BuildKit than before are left: rather fewer repairs are made.
    """
    fixes = [fix for finding in snapshot.findings if (fix := _safe_fix(finding)) is not None]
    errors = _errors(snapshot, snapshot.text)
    while fixes:
        edits = _together(fixes)
        if _errors(snapshot, apply_edits(snapshot.text, edits)) <= errors:
            return edits
        fixes = fixes[: len(fixes) // 2]
    return ()


def _safe_fix(finding: PlacedFinding) -> PlacedFix | None:
    """The repair to make of a finding: the preferred one, where it is safe, else the first that is."""
    safe = [fix for fix in finding.fixes if fix.is_safe]
    return next((fix for fix in safe if fix.is_preferred), safe[0] if safe else None)


def _together(fixes: list[PlacedFix]) -> tuple[TextEdit, ...]:
    """The edits of the fixes that can be made together. A fix is made as a whole or not at all."""
    made: list[TextEdit] = []
    known: set[TextEdit] = set()
    for fix in sorted(fixes, key=lambda fix: min(edit.span for edit in fix.edits)):
        new = [edit for edit in fix.edits if edit not in known]
        if not any(_touches(edit, made) for edit in new):
            known.update(new)
            for edit in new:
                insort(made, edit, key=lambda edit: edit.span)
    return tuple(made)


def _touches(edit: TextEdit, made: list[TextEdit]) -> bool:
    """Whether an edit overlaps or touches one of those, which are in the order of the text."""
    place = bisect_left(made, edit.span, key=lambda other: other.span)
    before = made[place - 1 : place] if place else []
    return any(
        other.span.start <= edit.span.end and edit.span.start <= other.span.end
        for other in (*before, *made[place : place + 1])
    )


def _errors(snapshot: Snapshot, text: str) -> int:
    """How many errors of BuildKit a text has, whatever the settings say of them."""
    return sum(not finding.rule.is_lint for finding in analyse(text, snapshot).findings)
