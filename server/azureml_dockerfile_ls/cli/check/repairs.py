"""The repairs of a file, repeated until none is left."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_dockerfile_ls.cli.reports.checked import Place, region
from azureml_dockerfile_ls.features.fix_all import analysed_again, fix_all
from azureml_dockerfile_ls.script_snapshot import FileSnapshot
from azureml_dockerfile_ls.text import LineIndex, TextEdit, apply_edits, merge_edits

_MOST_ROUNDS = 100
"""A repair can bring out a new finding, but not forever."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """The snapshot after the repairs, their edits of the text before, and a line about each.

    `has_end` is False if the repairs went on and on; nothing is repaired then.
    """

    snapshot: FileSnapshot
    edits: tuple[TextEdit, ...] = ()
    fixed: tuple[str, ...] = ()
    has_end: bool = True


def repair(path: str, snapshot: FileSnapshot, *, is_unsafe: bool) -> Repaired:
    """Make the safe repairs, and with `is_unsafe` those that are preferred, until nothing changes."""
    fixed: list[str] = []
    edits: tuple[TextEdit, ...] = ()
    latest = snapshot
    for _ in range(_MOST_ROUNDS):
        applied = fix_all(latest, is_unsafe=is_unsafe)
        text = apply_edits(latest.text, applied.edits)
        if text == latest.text:
            return Repaired(latest, edits, tuple(fixed))
        lines = LineIndex(latest.text)
        for finding, fix in applied.fixes:
            message = f"fixed: {fix.title} [{finding.rule.name}]"
            fixed.append(Place(path, region(lines, finding.span), message).line)
        edits = merge_edits(latest.text, edits, applied.edits)
        latest = analysed_again(text, latest)
    return Repaired(snapshot, has_end=False)
