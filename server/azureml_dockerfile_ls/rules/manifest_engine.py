"""Runs the rules on a YAML of Azure ML, and on a script.

As in a Dockerfile, a comment `# check=skip=RULE` directly above a line hides the findings on that line, and a comment
at the top of the file hides those of the whole file. To YAML, Python and a shell such a comment means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.engine import PlacedFinding, PlacedFix, PlacedRelated
from azureml_dockerfile_ls.rules.rule import Finding, Findings, Fix, ManifestSubject, RelatedFile, Rule, ScriptSubject
from azureml_dockerfile_ls.text import TextEdit, bounded

_SKIP = lazy_pattern(r"^[ \t]*#[ \t]*check[ \t]*=[ \t]*skip[ \t]*=[ \t]*([\w, \t]+)", re.IGNORECASE)


def check_manifest(subject: ManifestSubject, rules: tuple[Rule, ...]) -> tuple[PlacedFinding, ...]:
    """The findings of a YAML in the order of the text. A rule that fails is logged, and the other rules still run."""
    found = [(rule, rule.find_in_manifest(subject)) for rule in rules if rule.find_in_manifest is not None]
    return _kept(subject.manifest.text, found)


def check_script(subject: ScriptSubject, rules: tuple[Rule, ...]) -> tuple[PlacedFinding, ...]:
    """The findings of a script in the order of the text. A rule that fails is logged, and the other rules still run."""
    found = [(rule, rule.find_in_script(subject)) for rule in rules if rule.find_in_script is not None]
    return _kept(subject.text, found)


def _kept(text: str, found: Iterable[tuple[Rule, Findings]]) -> tuple[PlacedFinding, ...]:
    """The findings that no comment hides, in the order of the text."""
    skipped = _Skipped(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    placed = (_placed(rule, finding, newline) for rule, findings in found for finding in findings)
    kept = [finding for finding in placed if not skipped.hides(finding)]
    return tuple(sorted(kept, key=lambda finding: (finding.span, finding.rule.name)))


def _placed(rule: Rule, finding: Finding, newline: str) -> PlacedFinding:
    fixes = tuple(_fix(fix, newline) for fix in finding.fixes)
    related = tuple(
        PlacedRelated(place.path, place.span, bounded(place.message))
        if isinstance(place, RelatedFile)
        else PlacedRelated(None, place.span.at(0), bounded(place.message))
        for place in finding.related
    )
    severity = finding.severity or rule.severity
    return PlacedFinding(rule, 0, finding.span.at(0), bounded(finding.message), severity, fixes, related)


def _fix(fix: Fix, newline: str) -> PlacedFix:
    edits = tuple(TextEdit(edit.span.at(0), edit.text.replace("\n", newline)) for edit in fix.edits)
    return PlacedFix(bounded(fix.title), edits, fix.is_preferred, fix.is_safe)


class _Skipped:
    """The rules that comments skip."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._has_any = "check" in text
        top = _names(self._comments_above(_first_content(text))) if self._has_any else frozenset()
        self._everywhere = top

    def hides(self, finding: PlacedFinding) -> bool:
        """Whether a comment skips a finding."""
        if not self._has_any:
            return False
        start = self._text.rfind("\n", 0, finding.span.start) + 1
        names = self._everywhere | _names(self._comments_above(start))
        return "all" in names or finding.rule.name.lower() in names

    def _comments_above(self, start: int) -> Iterator[str]:
        """The lines of comments directly above the line that starts at `start`."""
        while start > 0:
            above = self._text.rfind("\n", 0, start - 1) + 1
            line = self._text[above:start]
            if not line.lstrip(" \t").startswith("#"):
                return
            yield line
            start = above


def _first_content(text: str) -> int:
    """The start of the first line that is not a comment."""
    position = 0
    for line in text.splitlines(keepends=True):
        if not line.startswith("#"):
            break
        position += len(line)
    return position


def _names(lines: Iterator[str]) -> frozenset[str]:
    matches = filter(None, (_SKIP.match(line) for line in lines))
    return frozenset(name.strip().lower() for match in matches for name in match[1].split(",") if name.strip())
