"""Code actions: the repairs of findings, and the blocks that can be inserted."""

from __future__ import annotations

from dataclasses import dataclass

from azureml_dockerfile_ls.features.completion import blocks_after
from azureml_dockerfile_ls.features.cursor import index_before
from azureml_dockerfile_ls.rules.check import PlacedEdit, PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


@dataclass(frozen=True, slots=True)
class Action:
    """A change of the file under a title. A repair names the `finding` that it repairs.

    `snippet` is the text of the only edit with places to fill in, for an editor that takes them.
    """

    title: str
    edits: tuple[PlacedEdit, ...]
    is_preferred: bool = False
    finding: PlacedFinding | None = None
    snippet: str | None = None


def repairs(snapshot: Snapshot, span: Span) -> list[Action]:
    """The fixes of the findings that touch `span`."""
    return [
        Action(fix.title, fix.edits, fix.is_preferred, finding)
        for finding in snapshot.findings
        if finding.span.start <= span.end and span.start <= finding.span.end
        for fix in finding.fixes
    ]


def insertions(snapshot: Snapshot, offset: int) -> list[Action]:
    """The blocks that can be inserted at the line of `offset`: in place of a blank line, else after the instruction."""
    tree = snapshot.tree
    newline = tree.newline
    index = tree.index_at(offset)
    if index is not None:
        end = tree.offset_of(index) + len(tree.instructions[index].text)
        place, before = Span(end, end), newline
    else:
        index = index_before(snapshot, offset)
        start, end = _line(tree.text, offset)
        if tree.text[start:end].strip("\ufeff \t\r"):
            place, before = Span(end, end), newline
        else:
            place, before = Span(start, end), ""
    actions = []
    for snippet in blocks_after(snapshot, index):
        text, body = snippet.text.replace("\n", newline), snippet.body.replace("\n", newline)
        edit = PlacedEdit(place, f"{before}{text}")
        actions.append(Action(f"Insert {snippet.name}", (edit,), snippet=f"{before}{body}"))
    return actions


def _line(text: str, offset: int) -> tuple[int, int]:
    """The start and the end of the line of `offset`, without its line end."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    return start, end - 1 if text[start:end].endswith("\r") else end
