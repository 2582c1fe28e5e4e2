"""The lines that a user is typing. Their errors wait until the user leaves the line, saves, or pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from azureml_dockerfile_ls.lsp.edits import Changes
from azureml_dockerfile_ls.lsp.session.documents import Document, OpenDocument, Typing
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.rule import Severity
from azureml_dockerfile_ls.text import common_ends

if TYPE_CHECKING:
    from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot

SECONDS = 0.5
"""The length of the pause after which the errors of the line are shown."""


class Edited(NamedTuple):
    """One change: its first line, the lines that it removed and added, and whether it removed or added whole lines."""

    line: int
    removed: int
    text: str
    is_whole_line: bool

    @property
    def is_typed(self) -> bool:
        """Whether a key makes such a change: within a line, or a line end with its indentation."""
        if self.removed > 1 or self.is_whole_line:
            return False
        lines = self.text.count("\n")
        return not lines or (lines == 1 and not self.text.strip())


class TypedLines:
    """Remembers the lines that are typed.

    `shown` is called with a URI when errors of its document may be shown, and `ended` when nobody types any more.
    """

    def __init__(self, shown: Callable[[str], None], ended: Callable[[OpenDocument], None]) -> None:
        self._shown = shown
        self._ended = ended

    def edited(self, opened: OpenDocument, before: Document | None, changes: Changes) -> None:
        """Note an edit of a document; `before` is the version before it, if a change is the whole text."""
        last, opened.typing = opened.typing, None
        if last is not None and last.timer is not None:
            last.timer.cancel()
        lines = _typed_lines(changes, opened, before)
        if not lines:
            return
        left: frozenset[int] = last.lines if last is not None else frozenset()
        if last is not None and lines == left:
            left, known = last.left, last.known
        else:
            known = frozenset(_errors(opened.snapshot)) if opened.snapshot is not None else None
        opened.typing = Typing(lines, left, known)

    def analysed(self, opened: OpenDocument) -> None:
        """Show the errors of the typed lines after a moment, which begins when the others are shown."""
        if opened.typing is not None and opened.typing.timer is None:
            opened.typing.timer = asyncio.get_running_loop().call_later(SECONDS, self.release, opened)

    def release(self, opened: OpenDocument) -> None:
        """Show the errors that were held back in a document."""
        typing, snapshot = opened.typing, opened.snapshot
        if typing is None:
            return
        if typing.timer is not None:
            typing.timer.cancel()
        was_held = snapshot is not None and shown_findings(opened, snapshot) is not snapshot.findings
        opened.typing = None
        if was_held:
            self._shown(opened.document.uri)
        self._ended(opened)


def shown_findings(opened: OpenDocument, snapshot: AnySnapshot) -> tuple[PlacedFinding, ...]:
    """The findings to show now: without the errors of a line that is typed and those that they bring about elsewhere.

    An empty file is one that is not written yet, so it has no errors.
    """
    findings, typing, index = snapshot.findings, opened.typing, opened.document.index
    if not snapshot.text.strip("\ufeff \t\r\n"):
        return ()
    if typing is None:
        return findings

    def is_held(finding: PlacedFinding) -> bool:
        if finding.severity is not Severity.ERROR:
            return False
        lines = range(index.line_at(finding.span.start), index.line_at(finding.span.end) + 1)
        if not typing.lines.isdisjoint(lines):
            return True
        is_known = typing.known is None or _key(finding, snapshot) in typing.known
        return not finding.rule.is_lint and not is_known and typing.left.isdisjoint(lines)

    kept = tuple(finding for finding in findings if not is_held(finding))
    return findings if len(kept) == len(findings) else kept


def _errors(snapshot: AnySnapshot) -> Iterable[tuple[str, str]]:
    return (_key(finding, snapshot) for finding in snapshot.findings if not finding.rule.is_lint)


def _key(finding: PlacedFinding, snapshot: AnySnapshot) -> tuple[str, str]:
    """What a finding is recognised by after an edit of another line."""
    return finding.message, finding.span.of(snapshot.text)


def _typed_lines(changes: Changes, opened: OpenDocument, before: Document | None) -> frozenset[int]:
    """The lines that changes typed in; none for a paste, for lines that come or go, and for a whole new text."""
    lines: frozenset[int] = frozenset()
    for change in changes:
        if isinstance(change, str):
            edited = _difference(before.text if before is not None else "", opened.document.text)
        else:
            removed = change.end_line - change.line
            is_whole_line = removed > 0 and change.column == change.end_column == 0 and not change.text
            edited = Edited(change.line, removed, change.text, is_whole_line)
        if not edited.is_typed:
            return frozenset()
        added = edited.text.count("\n")
        typed = frozenset((edited.line + added,))
        lines = typed if added or edited.removed else lines | typed
    return lines


def _difference(before: str, after: str) -> Edited:
    """The change between two texts, for a client that sends the whole text with every edit."""
    start, end = common_ends(before, after)
    removed, added = before[start : len(before) - end], after[start : len(after) - end]
    starts_line = not start or before[start - 1] == "\n"
    is_whole_line = starts_line and not added and removed.endswith("\n")
    return Edited(before.count("\n", 0, start), removed.count("\n"), added, is_whole_line)
