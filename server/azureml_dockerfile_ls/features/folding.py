"""Folding: stages, instructions of several lines, heredocs, and blocks of comments."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction, SegmentKind
from azureml_dockerfile_ls.text import LineIndex


class FoldKind(IntEnum):
    """The kind of a fold, the most useful first: where a client takes a few only, it gets these."""

    STAGE = 0
    INSTRUCTION = 1
    COMMENT = 2
    HEREDOC = 3


class Fold(NamedTuple):
    """The lines `first` to `last`, counted from 0: the first one stays visible."""

    first: int
    last: int
    kind: FoldKind


def folds(snapshot: Snapshot, index: LineIndex, limit: int | None = None) -> list[Fold]:
    """The folds of a file, in the order of the text, an outer one before those inside it; at most `limit`.

    `index` has the lines of the document. Two folds are disjoint, or one is inside the other.
    """
    found = {(fold.first, fold.last): fold for fold in (*_comments(snapshot, index), *_instructions(snapshot, index))}
    # The fold of a stage of one instruction is that of the instruction.
    found = {**{(fold.first, fold.last): fold for fold in _stages(snapshot, index)}, **found}
    every = list(found.values())
    if limit is not None and len(every) > limit:
        every = sorted(every, key=lambda fold: (fold.kind, fold.first))[: max(limit, 0)]
    return sorted(every, key=lambda fold: (fold.first, -fold.last))


def _stages(snapshot: Snapshot, index: LineIndex) -> Iterator[Fold]:
    for placed in snapshot.model.stages:
        first = index.line_at(snapshot.tree.span_of(placed.first).start)
        last = index.line_at(snapshot.tree.span_of(placed.first + placed.stage.end - 1).end)
        if last > first:
            yield Fold(first, last, FoldKind.STAGE)


def _comments(snapshot: Snapshot, index: LineIndex) -> Iterator[Fold]:
    """The blocks of two or more comment lines between the instructions; a directive belongs to none."""
    tree = snapshot.tree
    first = last = -2
    comments = [
        start for start, segment in zip(tree.starts, tree.segments, strict=True) if segment.kind is SegmentKind.COMMENT
    ]
    for line in map(index.line_at, comments):
        if line > last + 1:
            if last > first:
                yield Fold(first, last, FoldKind.COMMENT)
            first = line
        last = line
    if last > first:
        yield Fold(first, last, FoldKind.COMMENT)


def _instructions(snapshot: Snapshot, index: LineIndex) -> Iterator[Fold]:
    tree = snapshot.tree
    for instruction, number in zip(tree.instructions, tree.instruction_segments, strict=True):
        if inner := _inside(instruction):
            line = index.line_at(tree.starts[number])
            for fold in inner:
                yield Fold(fold.first + line, fold.last + line, fold.kind)


@derived
def _inside(instruction: Instruction) -> tuple[Fold, ...]:
    """The folds of an instruction, with its lines counted from its first one."""
    if "\n" not in instruction.text and "\r" not in instruction.text:
        return ()
    index = LineIndex(instruction.text)
    whole = Fold(index.line_at(instruction.span.start), index.line_at(instruction.span.end), FoldKind.INSTRUCTION)
    inner = [*_comment_lines(instruction, index), *_heredocs(instruction, index)]
    kept = [fold for fold in inner if fold.first > whole.first and fold.last <= whole.last]
    return (whole, *kept) if whole.last > whole.first else ()


def _comment_lines(instruction: Instruction, index: LineIndex) -> Iterator[Fold]:
    lines = [index.line_at(comment.start) for comment in instruction.comments]
    first = 0
    for number in range(1, len(lines) + 1):
        if number == len(lines) or lines[number] != lines[number - 1] + 1:
            if number - first > 1:
                yield Fold(lines[first], lines[number - 1], FoldKind.COMMENT)
            first = number


def _heredocs(instruction: Instruction, index: LineIndex) -> Iterator[Fold]:
    """The bodies of the heredocs, each below the line that stays visible: the line of `<<`, or the terminator before.

    Without its terminator, a heredoc goes on to the end of the instruction.
    """
    for heredoc in instruction.heredocs:
        first = index.line_at(heredoc.body_span.start) - 1
        last = index.line_at(max(heredoc.body_span.end - 1, heredoc.body_span.start))
        if heredoc.body_span.start < heredoc.body_span.end and last > first:
            yield Fold(first, last, FoldKind.HEREDOC)
