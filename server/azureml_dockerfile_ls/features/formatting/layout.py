"""The layout of one instruction: where its lines begin and end, and which of these places may change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.shell.blanks import held_spans, holds
from azureml_dockerfile_ls.syntax.language import Arguments
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import SPACE, continues, join_continuations
from azureml_dockerfile_ls.text import LocalSpan, TextEdit

BLANKS = " \t"
_TRAILING = lazy_pattern(r"(?<![ \t\r])[ \t]+(?=\r?$)|^[ \t]+(?=\r?$)")
_MIN_ALIGNED = 3
_USUAL_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an instruction, without its `\\n`: `start` is its offset in the instruction."""

    start: int
    text: str
    is_content: bool
    """Whether it holds a part of the instruction, and not a comment or only white space."""

    @property
    def indent(self) -> str:
        """Its leading spaces and tabs."""
        return self.text[: len(self.text) - len(self.text.lstrip(BLANKS))]


def lines_of(instruction: Instruction) -> list[Line]:
    """The lines of an instruction, without the bodies of its heredocs."""
    lines, start = [], 0
    for text in instruction.text[: instruction.head_end].split("\n"):
        stripped = text.strip(SPACE)
        if text or start < instruction.head_end:
            lines.append(Line(start, text, bool(stripped) and (start == 0 or stripped[0] != "#")))
        start += len(text) + 1
    return lines


def trimmed(text: str) -> str:
    """A line without trailing spaces and tabs; a carriage return stays."""
    return _TRAILING.sub("", text)


@derived
def usual_indent(instruction: Instruction) -> str:
    """The indentation of the first continuation line that has one; none if it is below a word of the first line."""
    if "\n" not in instruction.text:
        return ""
    first, *others = lines_of(instruction)
    indent = next((line.indent for line in others if line.is_content and line.indent), "")
    return "" if _is_below_word(indent, first.text) else indent


def _is_below_word(indent: str, line: str) -> bool:
    """Whether an indentation leads to the column of a word of a line, below the keyword's first argument or later.

    Four spaces are usual, so below `RUN ` they are no sign of an alignment by hand.
    """
    column = len(indent)
    is_by_hand = column > _USUAL_WIDTH and "\t" not in indent
    return is_by_hand and line[column - 1 : column] == " " and line[column : column + 1].strip() != ""


def layout_edits(
    instruction: Instruction, indent: str, gap: str | None, *, is_posix: bool, trims: bool
) -> Iterator[TextEdit]:
    """The edits of an instruction's white space, relative to it.

    `indent` is for a continuation line without any. `gap` takes the place of the blanks after the keyword.
    """
    old = lines_of(instruction)
    new = [trimmed(line.text) if trims else line.text for line in old]
    lead = old[0].indent if instruction.spec is not None else ""
    new[0] = new[0][len(lead) :]
    if gap is not None:
        keyword = instruction.keyword.value
        new[0] = keyword + gap + new[0][len(keyword) :].lstrip(BLANKS)
    if len(old) > 1 and instruction.spec is not None:
        _indent(instruction, old, new, lead, indent, is_posix=is_posix)
        _align(instruction, old, new, is_posix=is_posix)
    for line, text in zip(old, new, strict=True):
        yield from _line_edits(line, text)


def _indent(
    instruction: Instruction, old: list[Line], new: list[str], lead: str, indent: str, *, is_posix: bool
) -> None:
    """Indent the continuation lines, as far as that cannot change the meaning."""
    held = _held(instruction, is_posix=is_posix)
    indents = [line.indent.removeprefix(lead) for line in old[1:] if line.is_content]
    usual = next(filter(None, indents), indent)
    before = ""
    for number, line in enumerate(old):
        if not line.is_content:
            continue
        kept = line.indent[len(lead) :] if lead and line.indent.startswith(lead) else line.indent
        first = line.start + len(line.indent)
        is_after_blank = bool(line.indent) or before.endswith((" ", "\t"))
        is_free = not holds(held, first) and not (line.indent and holds(held, line.start))
        if number and is_after_blank and is_free:
            new[number] = (kept or usual) + new[number][len(line.indent) :]
        before = _without_escape(line.text, instruction.escape) or before


def _without_escape(text: str, escape: str) -> str:
    stripped = text.rstrip("\r").rstrip(BLANKS)
    return stripped[: -len(escape)] if stripped.endswith(escape) else stripped


def _align(instruction: Instruction, old: list[Line], new: list[str], *, is_posix: bool) -> None:
    """Move the escape characters of a few lines below those of the others, where the others are aligned by hand."""
    escape = instruction.escape
    ends = [
        number
        for number, line in enumerate(old)
        if line.is_content and continues(line.text, escape) and "\t" not in new[number]
    ]
    columns = {number: len(new[number].rstrip("\r").rstrip(BLANKS)) - 1 for number in ends}
    if len(ends) < _MIN_ALIGNED:
        return
    column, count = Counter(columns.values()).most_common(1)[0]
    is_by_hand = any(new[number][:column].endswith("  ") for number in ends if columns[number] == column)
    if count == len(ends) or 3 * count < 2 * len(ends) or count < _MIN_ALIGNED or not is_by_hand:
        return
    held = _held(instruction, is_posix=is_posix)
    for number in ends:
        content = new[number][: columns[number]]
        before = content.rstrip(" ")
        line = old[number]
        offset = line.start + len(_without_escape(line.text, escape))
        if columns[number] != column and len(before) < column and content != before and not holds(held, offset):
            new[number] = before + " " * (column - len(before)) + new[number][columns[number] :]


def _held(instruction: Instruction, *, is_posix: bool) -> list[LocalSpan]:
    """The parts of an instruction in which white space may matter, in order."""
    part = instruction.trigger or instruction
    spans = [flag.span for flag in (*instruction.flags, *part.flags)]
    spans += [instruction.keyword.span, part.keyword.span]
    spec = part.spec
    is_shell = spec is not None and spec.arguments in (Arguments.COMMAND, Arguments.HEALTH) and not part.is_json
    if spec is None:
        spans.append(LocalSpan(part.keyword.span.start, len(instruction.text)))
    if is_shell and part.words:
        spans += [word.span for word in part.words[:-1]]
        spans += _held_in_shell(instruction, part) if is_posix else [part.words[-1].span]
    else:
        spans += [word.span for word in part.words] + [pair.span for pair in part.pairs]
    return sorted(span for span in spans if span.end > span.start)


def _held_in_shell(instruction: Instruction, part: Instruction) -> list[LocalSpan]:
    line = join_continuations(instruction.text, instruction.escape)
    value = part.words[-1].value
    start = line.text.rfind(value)
    return [line.span(*span) for span in held_spans(line.text, start, start + len(value))]


def _line_edits(line: Line, text: str) -> Iterator[TextEdit]:
    """The edits that make `text` of a line: at its start, after its first word, and at its end."""
    if line.text == text:
        return
    old_words, new_words = _parts(line.text), _parts(text)
    position = line.start
    for old, new in zip(old_words, new_words, strict=True):
        if old != new:
            yield TextEdit(LocalSpan(position, position + len(old)).at(0), new)
        position += len(old)


def _parts(text: str) -> list[str]:
    """A line as blanks and words by turns; it begins and ends with blanks, which may be empty."""
    parts = re.split(r"([ \t]+)", text.rstrip("\r"))
    if parts[0] == "" and len(parts) > 1:
        del parts[0]
    else:
        parts.insert(0, "")
    if parts[-1] == "" and len(parts) > 1:
        del parts[-1]
    elif len(parts) % 2 == 0:
        parts.append("")
    return parts


def gap_of(instruction: Instruction) -> str | None:
    """The blanks between the keyword and its first argument on the same line, where they are not one space."""
    text, end = instruction.text, instruction.keyword.span.end
    line = text[end:].partition("\n")[0].rstrip("\r")
    gap = line[: len(line) - len(line.lstrip(BLANKS))]
    rest = line[len(gap) :]
    is_first = not text[: instruction.keyword.span.start].strip(BLANKS)
    if instruction.spec is None or not is_first or instruction.keyword.span.of(text) != instruction.keyword.value:
        return None
    return None if gap in ("", " ") or not rest or rest.startswith(instruction.escape) else gap
