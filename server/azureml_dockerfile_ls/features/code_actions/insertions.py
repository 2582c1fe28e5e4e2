"""The blocks of instructions that can be inserted at a line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import partial

from azureml_dockerfile_ls.azureml.snippets import Snippet
from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.blocks import blocks_after
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.cursor import is_open
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.text import Span, TextEdit


def insertions(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The blocks that can be inserted at the line where `span` ends: in place of a blank line, else below the line.

    A comment that belongs to the instruction below it stays with it: the block goes above both.
    """
    tree = snapshot.tree
    offset = max(span.end, int(tree.text.startswith("\ufeff")))
    number = bisect_right(tree.starts, offset) - 1
    index = bisect_right(tree.instruction_segments, number) - 1
    if index >= 0 and is_open(tree.instructions[index]):
        return
    place, before, after = _place(tree, number, offset)
    for block in blocks_after(snapshot, index):
        yield Action(ActionKind.REWRITE, f"Insert {block.name}", partial(_change, block, place, before, after, tree))


def _change(block: Snippet, place: Span, before: str, after: str, tree: Tree) -> Change:
    text, body = (f"{before}{form}{after}".replace("\n", tree.newline) for form in (block.text, block.body))
    return Change((TextEdit(place, text),), body)


def _place(tree: Tree, number: int, offset: int) -> tuple[Span, str, str]:
    """The place of a block that is inserted in segment `number`, and the line ends before and after it."""
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
