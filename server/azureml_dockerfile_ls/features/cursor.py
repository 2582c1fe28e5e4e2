"""The place of the cursor in a Dockerfile, in terms of the language."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, InstructionSpec
from azureml_dockerfile_ls.syntax.nodes import Heredoc, Instruction, SegmentKind
from azureml_dockerfile_ls.syntax.scan import continues, join_continuations
from azureml_dockerfile_ls.text import Span

_WORD = lazy_pattern(r"\S+")


@dataclass(frozen=True, slots=True)
class Between:
    """A place where a new instruction can begin: outside all instructions, and not in a comment."""

    offset: int

    @property
    def typed(self) -> str:
        """The text of the word before the cursor: none."""
        return ""

    @property
    def word(self) -> Span:
        """The text that a completion replaces: none."""
        return Span(self.offset, self.offset)


@dataclass(frozen=True, slots=True)
class InInstruction:
    """A place in an instruction.

    `stage` holds the instruction at index `at`; it is None before the first FROM. `keyword` is the instruction that its
    arguments belong to (the trigger, inside ONBUILD), empty while the keyword itself is typed. `before` holds the words
    before the one at the cursor, and `typed` the part of that word before the cursor, with continuations joined.
    """

    offset: int
    index: int
    stage: Stage | None
    at: int
    keyword: str
    is_trigger: bool
    before: tuple[str, ...]
    typed: str
    word: Span
    """The text that a completion replaces: the part of the word at the cursor that is on the cursor's line."""
    heredoc: Heredoc | None = None
    """The heredoc whose body holds the cursor."""

    @property
    def hidden(self) -> int:
        """How many characters of `typed` are on an earlier line, out of reach of a completion."""
        return len(self.typed) - (self.offset - self.word.start)

    @property
    def spec(self) -> InstructionSpec | None:
        """The instruction whose arguments are typed."""
        return INSTRUCTIONS.get(self.keyword)

    @property
    def arguments_before(self) -> tuple[str, ...]:
        """The words before the one at the cursor, without flags."""
        words = list(self.before)
        while words and words[0].startswith("--"):
            del words[0]
        return tuple(words)

    def part(self, start: int, following: int | None = None) -> Span:
        """The text that a completion replaces which keeps the first `start` characters of `typed`.

        It ends with the word, or `following` characters after the cursor.
        """
        skipped = len(self.typed) - start
        end = self.word.end if following is None else self.offset + following
        return Span(max(self.word.start, self.offset - skipped), end)


Cursor = Between | InInstruction


def cursor_at(snapshot: Snapshot, offset: int) -> Cursor | None:
    """The place at `offset`; None in a comment or a heredoc, where the language does not apply."""
    tree, text = snapshot.tree, snapshot.text
    offset = min(max(offset, 0), len(text))
    between = Between(offset)
    number = bisect_right(tree.starts, offset) - 1
    if number < 0:
        return between
    kind, length, instruction = tree.segments[number]
    start = tree.starts[number]
    if instruction is None:
        is_below = offset == start + length and text.endswith("\n")
        is_before = not text[start:offset].strip()
        return between if kind is SegmentKind.BLANK or is_below or is_before else None
    if offset - start > len(instruction.text) and not is_open(instruction):
        return between
    # Without a line below, the end of the first line is where the body begins.
    is_below_head = offset - start > instruction.head_end or text[offset - 1 : offset] == "\n"
    if instruction.heredocs and offset - start >= instruction.head_end and is_below_head:
        return None
    line = _line_at(text, offset)
    if any(line.touches(start + comment.start) for comment in instruction.comments):
        return None
    if continues(text[line.start : offset], tree.escape):
        return None
    index = bisect_right(tree.instruction_segments, number) - 1
    return _in_instruction(snapshot, start, offset, index)


def heredoc_cursor_at(snapshot: Snapshot, offset: int) -> InInstruction | None:
    """The place at `offset` in the body of a heredoc; None outside of one."""
    index = snapshot.tree.index_at(offset)
    if index is None:
        return None
    instruction = snapshot.tree.instructions[index]
    at = offset - snapshot.tree.offset_of(index)
    part = instruction.trigger or instruction
    heredoc = next((heredoc for heredoc in part.heredocs if heredoc.body_span.touches(at)), None)
    if heredoc is None or at < instruction.head_end:
        return None
    line = snapshot.text[_line_at(snapshot.text, offset).start : offset]
    typed = "" if not line or line[-1].isspace() else line.split()[-1]
    word = Span(offset - len(typed), _word_end(snapshot.text, offset, instruction.escape))
    placed = snapshot.model.stage_at(index)
    stage, number = (placed.stage, index - placed.first) if placed is not None else (None, index)
    is_trigger = instruction.trigger is not None
    return InInstruction(offset, index, stage, number, part.name, is_trigger, (), typed, word, heredoc)


def is_open(instruction: Instruction) -> bool:
    """Whether the line below the instruction, whatever is in it, belongs to it."""
    if instruction.heredocs:
        return any(heredoc.terminator_span is None for heredoc in instruction.heredocs)
    _, newline, last_line = instruction.text.rpartition("\n")
    # Nothing but a continued line lets a blank line or a comment be part of an instruction.
    is_between = newline and not last_line.lstrip().partition("#")[0]
    return bool(is_between) or continues(last_line, instruction.escape)


def index_before(snapshot: Snapshot, offset: int) -> int:
    """The index of the last instruction that begins above the line of `offset`; -1 when there is none."""
    tree = snapshot.tree
    return bisect_left(tree.instruction_segments, bisect_left(tree.starts, _line_at(snapshot.text, offset).start)) - 1


def _in_instruction(snapshot: Snapshot, start: int, offset: int, index: int) -> InInstruction:
    text, escape = snapshot.text, snapshot.tree.escape
    head = text[start:offset]
    joined = join_continuations(head, escape).text
    line = text[max(text.rfind("\n", 0, offset) + 1, start) : offset]
    words = [match.group() for match in _WORD.finditer(joined)]
    # White space at the start of a continued line parts words, though BuildKit drops a line that holds nothing else.
    is_in_word = bool(words) and not (line or joined)[-1:].isspace()
    typed = words.pop() if is_in_word else ""
    word = Span(offset - min(len(typed), len(line.lstrip())), _word_end(text, offset, escape))
    is_trigger = bool(words) and words[0].upper() == "ONBUILD"
    if is_trigger:
        del words[0]
    keyword = words.pop(0).upper() if words else ""
    placed = snapshot.model.stage_at(index)
    stage, at = (placed.stage, index - placed.first) if placed is not None else (None, index)
    return InInstruction(offset, index, stage, at, keyword, is_trigger, tuple(words), typed, word)


def _line_at(text: str, offset: int) -> Span:
    end = text.find("\n", offset)
    return Span(text.rfind("\n", 0, offset) + 1, len(text) if end < 0 else end)


def _word_end(text: str, offset: int, escape: str) -> int:
    """The end of the word at `offset`, without the escape character that continues its line."""
    found = _WORD.match(text, offset)
    if found is None:
        return offset
    line = _line_at(text, offset)
    is_last = not text[found.end() : line.end].strip()
    return found.end() - 1 if is_last and continues(text[line.start : line.end], escape) else found.end()
