"""Formatting while the user types: the indentation after a new line, and after an escape character."""

from __future__ import annotations

from azureml_dockerfile_ls.features.formatting import DEFAULT, Style, indent_of, is_posix_shell, keeps_meaning
from azureml_dockerfile_ls.features.formatting.layout import BLANKS, Line, layout_edits, lines_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS
from azureml_dockerfile_ls.syntax.scan import continues
from azureml_dockerfile_ls.text import Span, TextEdit


def format_on_type(snapshot: Snapshot, offset: int, typed: str, style: Style = DEFAULT) -> tuple[TextEdit, ...]:
    """The edits after `typed`, a newline or a character that may be the escape character, before `offset`."""
    if typed in ("\n", "\r\n"):
        return _after_newline(snapshot, offset, style)
    return _after_escape(snapshot, offset, style) if typed == snapshot.tree.escape else ()


def _after_newline(snapshot: Snapshot, offset: int, style: Style) -> tuple[TextEdit, ...]:
    """Indent the line at `offset` if it continues an instruction; take its blanks away if the instruction has ended."""
    tree = snapshot.tree
    text = snapshot.text
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:].partition("\n")[0].rstrip("\r")
    blanks = len(line) - len(line.lstrip(BLANKS))
    index = tree.index_at(max(start - 1, 0)) if start else None
    if index is None:
        return ()
    instruction, first = tree.instructions[index], tree.offset_of(index)
    above = [each for each in lines_of(instruction) if first + each.start < start and each.is_content]
    if not above or instruction.heredocs:
        return ()
    if not continues(above[-1].text, tree.escape):
        is_blank_line = blanks and blanks == len(line)
        return (TextEdit(Span(start, start + blanks), ""),) if is_blank_line and len(above) > 1 else ()
    if blanks or _begins_instruction(line):
        return ()
    usual = above[-1].indent if len(above) > 1 else ""
    edit = TextEdit(Span(start, start), usual or indent_of(tree, style))
    return (edit,) if not line or keeps_meaning(snapshot, (edit,)) else ()


def _after_escape(snapshot: Snapshot, offset: int, style: Style) -> tuple[TextEdit, ...]:
    """Indent the lines that the escape character before `offset` has joined, up to one that begins an instruction."""
    tree = snapshot.tree
    index = tree.index_at(offset)
    if index is None:
        return ()
    instruction, first = tree.instructions[index], tree.offset_of(index)
    lines = lines_of(instruction)
    typed_on = max((number for number, line in enumerate(lines) if first + line.start < offset), default=0)
    if offset - first > instruction.head_end or not continues(lines[typed_on].text, tree.escape):
        return ()
    if instruction.text[offset - first :].partition("\n")[0].strip() or not lines[typed_on].is_content:
        return ()
    start = lines[typed_on].start + len(lines[typed_on].text)
    stop = _end_of_joined(lines, typed_on)
    is_posix = is_posix_shell(snapshot, index)
    edits = tuple(
        TextEdit(edit.span.shift(first), edit.text)
        for edit in layout_edits(instruction, indent_of(tree, style), None, is_posix=is_posix, trims=False)
        if start < edit.span.start < stop and edit.span.start == edit.span.end
    )
    return edits if edits and keeps_meaning(snapshot, edits) else ()


def _end_of_joined(lines: list[Line], number: int) -> int:
    for line in lines[number + 1 :]:
        if line.is_content and _begins_instruction(line.text):
            return line.start
    return lines[-1].start + len(lines[-1].text) + 1


def _begins_instruction(line: str) -> bool:
    words = line.split(maxsplit=1)
    return bool(words) and words[0].upper() in INSTRUCTIONS
