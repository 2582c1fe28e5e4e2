"""A whole Dockerfile as a tree; what did not change since the last tree is neither split nor parsed again."""

from __future__ import annotations

from bisect import bisect_left

from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.nodes import Instruction, Problem, Segment, SegmentKind, Tree
from azureml_dockerfile_ls.syntax.scan import HeredocTerminators, read_directives, segment_at
from azureml_dockerfile_ls.text import Span


def parse(text: str, previous: Tree | None = None) -> Tree:
    """The tree of a Dockerfile, whatever the text; it never raises.

    What `previous` knows is used again: the lines before and after an edit as they are, and any instruction whose text
    is the same, wherever it stands. The result is the same as without it.
    """
    directives, problems, escape = read_directives(text)
    if previous is not None and (previous.escape != escape or list(previous.directives) != directives):
        previous = None
    segments: list[Segment] = []
    starts: list[int] = []
    known: dict[str, Instruction] = {}
    same_from = len(text) + 1
    terminators = HeredocTerminators(text)
    directive_starts = {_line_start(text, directive.span.start) for directive in directives}
    if previous is not None:
        known = {instruction.text: instruction for instruction in previous.instructions}
        kept, same_from = _unchanged(previous, text)
        segments.extend(previous.segments[:kept])
        starts.extend(previous.starts[:kept])
    instruction_segments = [number for number, segment in enumerate(segments) if segment.instruction]
    position = starts[-1] + segments[-1].length if segments else 0
    if position == 0 and text.startswith("\ufeff"):
        segments.append(Segment(SegmentKind.BLANK, 1, None))
        starts.append(0)
        position = 1
    while position < len(text):
        if previous is not None and position >= same_from:
            old = position - len(text) + len(previous.text)
            number = bisect_left(previous.starts, old)
            # A byte order mark that has moved down is text.
            was_mark = old == 0 and previous.text.startswith("\ufeff")
            if number < len(previous.starts) and previous.starts[number] == old and not was_mark:
                shift, more = position - old, len(segments) - number
                segments.extend(previous.segments[number:])
                starts.extend([start + shift for start in previous.starts[number:]])
                first = bisect_left(previous.instruction_segments, number)
                instruction_segments.extend([segment + more for segment in previous.instruction_segments[first:]])
                break
        kind, end = segment_at(text, position, escape, terminators)
        instruction = None
        if kind is SegmentKind.INSTRUCTION:
            source = text[position:end].rstrip("\r\n")
            instruction = known.get(source)
            if instruction is None:
                instruction = known[source] = parse_instruction(source, escape)
            instruction_segments.append(len(segments))
        elif position in directive_starts:
            kind = SegmentKind.DIRECTIVE
        segments.append(Segment(kind, end - position, instruction))
        starts.append(position)
        position = end
    if not instruction_segments:
        message = "file with no instructions" if text else "the Dockerfile cannot be empty"
        problems.append(Problem(Span(0, 0), message))
    return Tree(
        text, escape, tuple(segments), tuple(starts), tuple(instruction_segments), tuple(directives), tuple(problems)
    )


def _unchanged(previous: Tree, text: str) -> tuple[int, int]:
    """How many leading segments an edit left as they are, and the offset in `text` from which all is as before."""
    prefix = _common_length(previous.text, text)
    rest = min(len(previous.text), len(text)) - prefix
    suffix = _common_length(previous.text[::-1][:rest], text[::-1][:rest])
    # A segment that ends where the edit begins may go on now, so it is split again.
    kept = max(bisect_left(previous.starts, prefix) - 1, 0)
    # Where a heredoc without closing line ends depends on all the text after it.
    is_open = (
        number for number, segment in enumerate(previous.segments[:kept]) if _has_open_heredoc(segment.instruction)
    )
    return next(is_open, kept), len(text) - suffix


def _has_open_heredoc(instruction: Instruction | None) -> bool:
    if instruction is None or not instruction.heredocs:
        return False
    return any(heredoc.terminator_span is None for heredoc in instruction.heredocs)


def _common_length(first: str, second: str) -> int:
    """The length of the longest common start of two texts."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset) + 1, 1 if text.startswith("\ufeff") else 0)
