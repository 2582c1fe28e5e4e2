"""Code actions: the repairs of findings, and the blocks that can be inserted."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from azureml_dockerfile_ls.features.completion import blocks_after
from azureml_dockerfile_ls.features.cursor import is_open
from azureml_dockerfile_ls.features.ignore import ignore_here, ignore_in_file
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.text import Span, TextEdit


@dataclass(frozen=True, slots=True)
class Action:
    """A change of the file under a title. A repair names the `finding` that it repairs.

    `snippet` is the text of the only edit with places to fill in, for an editor that takes them.
    """

    title: str
    edits: tuple[TextEdit, ...]
    is_preferred: bool = False
    finding: PlacedFinding | None = None
    snippet: str | None = None


def repairs(snapshot: Snapshot, span: Span) -> list[Action]:
    """The fixes of the findings that touch `span`, and then how to ignore them."""
    touching = [
        finding for finding in snapshot.findings if finding.span.start <= span.end and span.start <= finding.span.end
    ]
    fixes = [Action(fix.title, fix.edits, fix.is_preferred, finding) for finding in touching for fix in finding.fixes]
    return [*fixes, *_ways_to_ignore(snapshot.tree, touching)]


def _ways_to_ignore(tree: Tree, findings: list[PlacedFinding]) -> list[Action]:
    """A comment for the instruction and one for the file, each once, however many findings there are of a rule."""
    offered: dict[tuple[str, TextEdit], Action] = {}
    for finding in findings:
        name = finding.rule.name
        here, in_file = ignore_here(tree, finding), ignore_in_file(tree, finding.rule)
        for title, edit in ((f"Ignore {name} here", here), (f"Ignore {name} in this file", in_file)):
            if edit is not None:
                offered.setdefault((title, edit), Action(title, (edit,), finding=finding))
    return list(offered.values())


def insertions(snapshot: Snapshot, offset: int) -> list[Action]:
    """The blocks that can be inserted at the line of `offset`: in place of a blank line, else after what stands there.

    A comment that belongs to the instruction below it stays with it: the block goes above both.
    """
    tree = snapshot.tree
    offset = max(offset, int(tree.text.startswith("\ufeff")))
    number = bisect_right(tree.starts, offset) - 1
    index = bisect_right(tree.instruction_segments, number) - 1
    if index >= 0 and is_open(tree.instructions[index]):
        return []
    place, before, after = _place(tree, number, offset)
    actions = []
    for snippet in blocks_after(snapshot, index):
        text, body = (f"{before}{block}{after}".replace("\n", tree.newline) for block in (snippet.text, snippet.body))
        actions.append(Action(f"Insert {snippet.name}", (TextEdit(place, text),), snippet=body))
    return actions


def _place(tree: Tree, number: int, offset: int) -> tuple[Span, str, str]:
    """Where a block goes that is inserted in segment `number`, and the line ends before and after it."""
    segments = tree.segments
    if number < 0 or (offset == len(tree.text) and tree.text.endswith("\n")):
        return Span(offset, offset), "", "\n"
    kind, length, instruction = segments[number]
    start = tree.starts[number]
    if instruction is not None:
        end = start + len(instruction.text)
        return Span(end, end), "\n", ""
    if kind is SegmentKind.BLANK:
        line = tree.text[start : start + length]
        content = Span(start + line.startswith("\ufeff"), start + len(line.rstrip("\r\n")))
        return content, "", "" if line.endswith("\n") else "\n"
    first = last = number
    while last + 1 < len(segments) and segments[last + 1].kind is kind:
        last += 1
    is_above_instruction = last + 1 < len(segments) and segments[last + 1].kind is SegmentKind.INSTRUCTION
    if kind is SegmentKind.COMMENT and is_above_instruction:
        while first > 0 and segments[first - 1].kind is kind:
            first -= 1
        return Span(tree.starts[first], tree.starts[first]), "", "\n"
    end = tree.comment_span(last).end
    return Span(end, end), "\n", ""
