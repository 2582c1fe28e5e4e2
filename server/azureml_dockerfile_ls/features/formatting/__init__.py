"""Formatting: the smallest edits that make the layout of a Dockerfile uniform, and never change what it builds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from azureml_dockerfile_ls.features.formatting.between import edits_between
from azureml_dockerfile_ls.features.formatting.casing import casing_edits, is_lower_case
from azureml_dockerfile_ls.features.formatting.layout import gap_of, layout_edits, usual_indent
from azureml_dockerfile_ls.model.run_commands import is_read_by_posix_shell
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.meaning import meaning_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.nodes import SegmentKind, Tree
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE
from azureml_dockerfile_ls.syntax.tree import parse
from azureml_dockerfile_ls.text import Span, TextEdit, apply_edits


class Style(NamedTuple):
    """What an editor asks for. `indent` is for a file that shows no indentation of its own."""

    indent: str = "    "
    trims_lines: bool = True
    ends_with_newline: bool = True
    trims_end: bool = True


DEFAULT = Style()

_MOST_IN_COLUMN = 20
"""The number of instructions above and below that are searched for an alignment."""


def format_document(snapshot: Snapshot, style: Style = DEFAULT) -> tuple[TextEdit, ...]:
    """The edits that format a file, in the order of the text. Formatting the result gives no edits."""
    edits = tuple(sorted(_edits(snapshot, style), key=lambda edit: edit.span))
    return edits if edits and keeps_meaning(snapshot, edits) else ()


def format_range(snapshot: Snapshot, span: Span, style: Style = DEFAULT) -> tuple[TextEdit, ...]:
    """The edits of `format_document` on the lines that `span` touches; a line that it ends before is not one."""
    text = snapshot.text
    start = text.rfind("\n", 0, span.start) + 1
    is_at_line_start = span.end > span.start and text[span.end - 1 : span.end] == "\n"
    newline = text.find("\n", span.end - is_at_line_start)
    end = len(text) if newline < 0 else newline + 1
    found = tuple(
        edit
        for edit in format_document(snapshot, style)
        if start <= edit.span.start and edit.span.end <= end and (edit.span.start < end or span.end == len(text))
    )
    return found if found and keeps_meaning(snapshot, found) else ()


def indent_of(tree: Tree, style: Style) -> str:
    """The usual indentation of the continuation lines of a file."""
    counts = Counter(indent for instruction in tree.instructions if (indent := usual_indent(instruction)))
    return counts.most_common(1)[0][0] if counts else style.indent


def keeps_meaning(snapshot: Snapshot, edits: tuple[TextEdit, ...]) -> bool:
    """Whether BuildKit reads the same instructions and directives after the edits."""
    before = snapshot.tree
    after = parse(apply_edits(before.text, edits), before)
    if before.escape != after.escape or len(before.instructions) != len(after.instructions):
        return False
    directives = ([(each.name, each.value) for each in tree.directives] for tree in (before, after))
    return next(directives) == next(directives) and all(
        old is new or meaning_of(old, is_posix=is_posix) == meaning_of(new, is_posix=is_posix)
        for index, (old, new) in enumerate(zip(before.instructions, after.instructions, strict=True))
        for is_posix in (old is new or is_posix_shell(snapshot, index),)
    )


def is_posix_shell(snapshot: Snapshot, index: int) -> bool:
    """Whether a POSIX shell reads the shell form of instruction `index`, as far as the file says."""
    placed = snapshot.model.stage_at(index)
    return snapshot.tree.escape == DEFAULT_ESCAPE and (
        placed is None or is_read_by_posix_shell(placed.stage, index - placed.first)
    )


def _edits(snapshot: Snapshot, style: Style) -> Iterator[TextEdit]:
    """All edits, in any order. Nothing below a heredoc without terminator changes: BuildKit reads that as its body."""
    tree = snapshot.tree
    indent, lower = indent_of(tree, style), is_lower_case(tree)
    stop = tree.unterminated_segments[0] if tree.unterminated_segments else len(tree.segments)
    for index in range(len(tree.instructions)):
        if tree.instruction_segments[index] >= stop:
            break
        offset = tree.offset_of(index)
        for edit in _instruction_edits(snapshot, index, style._replace(indent=indent), lower=lower):
            yield TextEdit(edit.span.shift(offset), edit.text)
    yield from edits_between(
        tree,
        stop,
        trims_lines=style.trims_lines,
        trims_end=style.trims_end,
        ends_with_newline=style.ends_with_newline,
    )


def _instruction_edits(snapshot: Snapshot, index: int, style: Style, *, lower: bool) -> tuple[TextEdit, ...]:
    """The edits of an instruction, relative to it; none if they would change its meaning."""
    instruction = snapshot.tree.instructions[index]
    is_posix = is_posix_shell(snapshot, index)
    gap = gap_of(instruction)
    if gap is not None and _is_aligned(snapshot.tree, index):
        gap = None
    layout = layout_edits(instruction, style.indent, " " if gap else None, is_posix=is_posix, trims=style.trims_lines)
    edits = tuple(sorted(chain(layout, casing_edits(instruction, lower=lower)), key=lambda edit: edit.span))
    if not edits:
        return ()
    after = parse_instruction(apply_edits(instruction.text, edits), instruction.escape)
    is_same = meaning_of(instruction, is_posix=is_posix) == meaning_of(after, is_posix=is_posix)
    return edits if is_same else ()


def _is_aligned(tree: Tree, index: int) -> bool:
    """Whether the arguments of an instruction are in a column with those of others directly above or below it.

    Instructions with the same keyword and the same gap show nothing: a third one must have another reason to be there.
    """
    column = _column(tree, index)
    keyword = len(tree.instructions[index].keyword.value)
    for step in (-1, 1):
        end = max(-1, min(index + step * _MOST_IN_COLUMN, len(tree.instructions)))
        for other in range(index + step, end, step):
            if not _are_neighbours(tree, other - step, other):
                break
            if _column_after_flags(tree, other) == column:
                return True
            if _column(tree, other) != column:
                break
            if len(tree.instructions[other].keyword.value) != keyword:
                return True
    return False


def _are_neighbours(tree: Tree, one: int, other: int) -> bool:
    is_instruction = tree.segments[tree.instruction_segments[other]].kind is SegmentKind.INSTRUCTION
    return is_instruction and abs(tree.instruction_segments[one] - tree.instruction_segments[other]) == 1


def _column_after_flags(tree: Tree, index: int) -> int | None:
    """The column of the first argument behind flags on the line of the keyword; None without flags."""
    instruction = tree.instructions[index]
    if not instruction.flags or not instruction.words:
        return None
    start = instruction.words[0].span.start
    return None if "\n" in instruction.text[:start] else start - instruction.keyword.span.start


def _column(tree: Tree, index: int) -> int:
    instruction = tree.instructions[index]
    return len(instruction.keyword.value) + len(gap_of(instruction) or " ")
