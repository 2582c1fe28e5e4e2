"""A whole Dockerfile as a tree. After an edit only the lines around it are split and parsed again.

What remains to do for the rest of the file is copying slices and adding a number to offsets: nothing here runs Python
code for each instruction that an edit leaves alone.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import field
from weakref import WeakValueDictionary

from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.nodes import FileProblem, Instruction, Segment, SegmentKind, Tree
from azureml_dockerfile_ls.syntax.scan import HeredocTerminators, read_directives, segment_at
from azureml_dockerfile_ls.text import Span, common_ends

_BYTE_ORDER_MARK = "\ufeff"


def parse(text: str, previous: Tree | None = None) -> Tree:
    """Parse a Dockerfile, whatever the text; it never raises.

    The segments of `previous` before and after an edit are reused, and so is any instruction whose text is the same,
    wherever it is. The result is the same as without `previous`.
    """
    directives, problems, escape = read_directives(text)
    if previous is not None and (previous.escape != escape or previous.directives != tuple(directives)):
        previous = None
    interned = WeakValueDictionary[str, Instruction]() if previous is None else previous.interned
    draft = _Draft()
    tail_start = len(text)
    if previous is not None:
        prefix, suffix = common_ends(previous.text, text)
        _reuse_head(draft, previous, prefix)
        tail_start -= suffix
    if draft.end == 0 and text.startswith(_BYTE_ORDER_MARK):
        draft.add(Segment(SegmentKind.BLANK, 1, None))
    directive_starts = {_line_start(text, directive.span.start) for directive in directives}
    terminators = HeredocTerminators(text)
    while draft.end < len(text):
        if previous is not None and draft.end >= tail_start and _reuse_tail(draft, previous, len(text)):
            break
        start = draft.end
        kind, end = segment_at(text, start, escape, terminators)
        instruction = None
        if kind is SegmentKind.INSTRUCTION:
            instruction = _instruction(text[start:end].rstrip("\r\n"), escape, interned)
        elif start in directive_starts:
            kind = SegmentKind.DIRECTIVE
        elif kind is SegmentKind.COMMENT and text.find("=", start, end) >= 0:
            draft.option_comments.append(len(draft.segments))
        draft.add(Segment(kind, end - start, instruction))
    if not draft.instructions:
        message = "file with no instructions" if text else "the Dockerfile cannot be empty"
        first_line = text.partition("\n")[0].rstrip("\r")
        problems.append(FileProblem(Span(0, len(first_line)), message))
    return Tree(
        text,
        escape,
        segments=tuple(draft.segments),
        starts=tuple(draft.starts),
        instructions=tuple(draft.instructions),
        instruction_segments=tuple(draft.instruction_segments),
        unterminated_segments=tuple(draft.unterminated_segments),
        option_comments=tuple(draft.option_comments),
        directives=tuple(directives),
        problems=tuple(problems),
        interned=interned,
    )


@dataclass(slots=True)
class _Draft:
    """A tree under construction: the segments of the text up to `end`. The fields mean what those of `Tree` mean."""

    segments: list[Segment] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    instructions: list[Instruction] = field(default_factory=list)
    instruction_segments: list[int] = field(default_factory=list)
    unterminated_segments: list[int] = field(default_factory=list)
    option_comments: list[int] = field(default_factory=list)
    end: int = 0

    def add(self, segment: Segment) -> None:
        """Append a segment."""
        instruction = segment.instruction
        if instruction is not None:
            self.instructions.append(instruction)
            self.instruction_segments.append(len(self.segments))
            if any(heredoc.terminator_span is None for heredoc in instruction.heredocs):
                self.unterminated_segments.append(len(self.segments))
        self.segments.append(segment)
        self.starts.append(self.end)
        self.end += segment.length


def _instruction(text: str, escape: str, interned: WeakValueDictionary[str, Instruction]) -> Instruction:
    instruction = interned.get(text)
    if instruction is None:
        instruction = interned[text] = parse_instruction(text, escape)
    return instruction


def _reuse_head(draft: _Draft, previous: Tree, prefix: int) -> None:
    """Take over the segments that an edit behind the first `prefix` characters leaves as they are."""
    # A segment that ends where the edit begins may go on now, so it is split again.
    count = max(bisect_left(previous.starts, prefix) - 1, 0)
    # Where a heredoc without terminator ends depends on all the text after it.
    if previous.unterminated_segments:
        count = min(count, previous.unterminated_segments[0])
    if not count:
        return
    instruction_count = bisect_left(previous.instruction_segments, count)
    draft.segments.extend(previous.segments[:count])
    draft.starts.extend(previous.starts[:count])
    draft.instructions.extend(previous.instructions[:instruction_count])
    draft.instruction_segments.extend(previous.instruction_segments[:instruction_count])
    draft.option_comments.extend(previous.option_comments[: bisect_left(previous.option_comments, count)])
    draft.end = previous.starts[count - 1] + previous.segments[count - 1].length


def _reuse_tail(draft: _Draft, previous: Tree, length: int) -> bool:
    """Take over the segments of `previous` from the end of the draft on, if one begins there.

    `length` is that of the new text, which is the same as the text of `previous` from the end of the draft on.
    """
    shift = length - len(previous.text)
    start = draft.end - shift
    number = bisect_left(previous.starts, start)
    if number == len(previous.starts) or previous.starts[number] != start:
        return False
    if start == 0 and previous.text.startswith(_BYTE_ORDER_MARK):
        # A byte order mark that is not at the start any more is text.
        return False
    more = len(draft.segments) - number
    draft.segments.extend(previous.segments[number:])
    draft.starts.extend(_shifted(previous.starts[number:], shift))
    first = bisect_left(previous.instruction_segments, number)
    draft.instructions.extend(previous.instructions[first:])
    draft.instruction_segments.extend(_shifted(previous.instruction_segments[first:], more))
    first = bisect_left(previous.unterminated_segments, number)
    draft.unterminated_segments.extend(_shifted(previous.unterminated_segments[first:], more))
    first = bisect_left(previous.option_comments, number)
    draft.option_comments.extend(_shifted(previous.option_comments[first:], more))
    draft.end = length
    return True


def _shifted(numbers: tuple[int, ...], shift: int) -> list[int] | tuple[int, ...]:
    return [number + shift for number in numbers] if shift else numbers


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset) + 1, 1 if text.startswith(_BYTE_ORDER_MARK) else 0)
