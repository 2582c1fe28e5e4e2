"""The blocks of instructions that can be inserted at a line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import partial

from azureml_dockerfile_ls.azureml.present_blocks import is_present
from azureml_dockerfile_ls.azureml.snippets import Snippet
from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.blocks import blocks_after
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.cursor import is_open
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.syntax.style import indent_of, indented
from azureml_dockerfile_ls.text import Span, TextEdit


def insertions(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The blocks that can be inserted in place of a blank line, or where an instruction or a comment ends.

    A comment that belongs to the instruction below it stays with it: the block goes above both. Nothing is offered for
    selected text, and no block that the stage has already.
    """
    tree = snapshot.tree
    if span.of(tree.text).strip():
        return
    offset = max(span.start, int(tree.text.startswith("\ufeff")))
    number = bisect_right(tree.starts, offset) - 1
    index = bisect_right(tree.instruction_segments, number) - 1
    if (index >= 0 and is_open(tree.instructions[index])) or not _is_at_end(tree, number, offset):
        return
    place, before, after = _place(tree, number, offset)
    indent = indent_of(tree.instructions[index]) if index >= 0 else ""
    placed = snapshot.model.stage_at(index) if index >= 0 else None
    for block in blocks_after(snapshot, index):
        if placed is None or not is_present(block, placed.stage):
            change = partial(_change, block, place, (before, indent, after), tree)
            yield Action(ActionKind.REWRITE, f"Insert {block.title}", change)


def _is_at_end(tree: Tree, number: int, offset: int) -> bool:
    """Whether nothing follows `offset` on its line, and the line ends an instruction, is a comment or is blank."""
    if number < 0:
        return True
    segment, start = tree.segments[number], tree.starts[number]
    end = start + (segment.length if segment.instruction is None else len(segment.instruction.text))
    return not tree.text[offset:end].strip()


def _change(block: Snippet, place: Span, around: tuple[str, str, str], tree: Tree) -> Change:
    before, indent, after = around
    text, body = (
        f"{before}{indented(indent, form)}{after}".replace("\n", tree.newline) for form in (block.text, block.body)
    )
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
