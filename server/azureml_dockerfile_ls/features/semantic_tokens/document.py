"""The tokens of a document, as LSP encodes them: five numbers each, relative to the token before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from azureml_dockerfile_ls.derived import derived_for
from azureml_dockerfile_ls.features.semantic_tokens.instruction import Reading, Token, named_sources, tokens_of
from azureml_dockerfile_ls.features.semantic_tokens.legend import TYPES, TokenType
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.model import Model, PlacedStage
from azureml_dockerfile_ls.model.run_commands import is_read_by_posix_shell
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Directive, Instruction, SegmentKind
from azureml_dockerfile_ls.text import Encoding, LineIndex, LocalSpan, Span, common_ends

_NUMBERS = {type_: number for number, type_ in enumerate(TYPES)}
_LINE = lazy_pattern(r"[^\s](?:[^\r\n]*[^\s])?")
_DOCKER_FRONTEND = lazy_pattern(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?:[:@]|$)")
_SIZE = 5


class Encoded(NamedTuple):
    """The tokens of a segment. The first one is relative to the start of the segment, `last_line` the last one's."""

    numbers: tuple[int, ...]
    last_line: int


class Change(NamedTuple):
    """Replace `deleted` numbers from `start` on by `inserted`."""

    start: int
    deleted: int
    inserted: list[int]


def semantic_tokens(snapshot: Snapshot, index: LineIndex, span: Span | None = None) -> list[int]:
    """The numbers of the tokens of a document, or of the instructions and comments that touch `span`.

    `index` has the lines of the document, and the unit of its columns.
    """
    tree, starts = snapshot.tree, index.starts
    first, end = 0, len(tree.segments)
    if span is not None:
        first = max(bisect_right(tree.starts, span.start) - 1, 0)
        end = bisect_left(tree.starts, span.end) if span.end > span.start else first + 1
    instruction = bisect_left(tree.instruction_segments, first)
    readings = _Readings(snapshot)
    directives = {directive.span.start: directive for directive in tree.directives}
    numbers: list[int] = []
    last_line = 0
    for number in range(first, min(end, len(tree.segments))):
        kind, length, content = tree.segments[number]
        if kind is SegmentKind.BLANK:
            continue
        start = tree.starts[number]
        if content is not None:
            encoded = _of_instruction(content, readings.of(content, instruction), index.encoding)
            instruction += 1
        else:
            text = tree.text[start : start + length]
            hash_at = text.find("#")
            tokens = _comment(text, hash_at, directives.get(start + hash_at), start)
            encoded = _encode(text, tokens, index.encoding)
        if not encoded.numbers:
            continue
        line = bisect_right(starts, start) - 1
        at = len(numbers)
        numbers += encoded.numbers
        if start == 1:
            # A byte order mark is before the first column of the first line.
            numbers[at + 1] += index.position(start)[1] if encoded.numbers[0] == 0 else 0
        numbers[at] += line - last_line
        last_line = line + encoded.last_line
    return numbers


def change_between(before: Sequence[int], after: list[int]) -> Change | None:
    """The one change that makes `after` of `before`; None where they are the same."""
    if before == after:
        return None
    prefix, suffix = (length - length % _SIZE for length in common_ends(before, after))
    return Change(prefix, len(before) - prefix - suffix, after[prefix : len(after) - suffix])


class _Readings:
    """The readings of the instructions of a document, asked for in their order."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._model: Model = snapshot.model
        syntax = next((one.value for one in snapshot.tree.directives if one.name == "syntax"), None)
        self._knows_all = syntax is None or _DOCKER_FRONTEND.match(syntax) is not None
        self._placed: PlacedStage | None = None
        self._next = iter(self._model.stages)
        self._following = next(self._next, None)
        self._is_posix: bool | None = True
        self._plain = Reading(knows_all=self._knows_all)

    def of(self, instruction: Instruction, index: int) -> Reading:
        """The reading of instruction `index` of the tree."""
        while self._following is not None and self._following.first <= index:
            self._enter(self._following)
            self._following = next(self._next, None)
        placed = self._placed
        sources = named_sources(instruction)
        if not sources and self._is_posix:
            return self._plain
        is_posix = self._is_posix
        if is_posix is None and placed is not None:
            is_posix = is_read_by_posix_shell(placed.stage, index - placed.first)
        stages = tuple(self._is_stage(instruction, source.text, index) for source in sources)
        return Reading(bool(is_posix), stages, self._knows_all)

    def _enter(self, placed: PlacedStage) -> None:
        self._placed = placed
        stage = placed.stage
        is_constant = not stage.indexes("SHELL")
        self._is_posix = is_read_by_posix_shell(stage, 0) if is_constant else None

    def _is_stage(self, instruction: Instruction, text: str, index: int) -> bool:
        if instruction.name != "FROM" and text.isdecimal():
            return True
        before = self._placed.first if self._placed is not None else index
        found = self._model.find_stage(text, before)
        return found is not None and (instruction.name != "FROM" or found.stage.name == text)


def _of_instruction(instruction: Instruction, reading: Reading, encoding: Encoding) -> Encoded:
    key = (reading, encoding)
    return derived_for(instruction, semantic_tokens, key, partial(_encoded_instruction, instruction, reading, encoding))


def _encoded_instruction(instruction: Instruction, reading: Reading, encoding: Encoding) -> Encoded:
    return _encode(instruction.text, tokens_of(instruction, reading), encoding)


def _comment(text: str, hash_at: int, directive: Directive | None, start: int) -> list[Token]:
    """The tokens of a comment or a directive in a segment that starts at `start`."""
    end = len(text.rstrip("\r\n"))
    if directive is None:
        return [Token(LocalSpan(hash_at, end), TokenType.COMMENT)]
    name, value = directive.name_span.inside(start), directive.value_span.inside(start)
    equals = text.index("=", name.end)
    return [
        Token(LocalSpan(hash_at, hash_at + 1), TokenType.COMMENT),
        Token(name, TokenType.MACRO),
        Token(LocalSpan(equals, equals + 1), TokenType.OPERATOR),
        Token(value, TokenType.STRING),
    ]


def _encode(text: str, tokens: Iterable[Token], encoding: Encoding) -> Encoded:
    index = LineIndex(text, encoding)
    numbers: list[int] = []
    last_line = last_column = 0
    for (start, end), type_, is_declaration in _on_lines(text, tokens):
        line, column = index.position(start)
        length = index.position(end)[1] - column
        if type_ is None or length <= 0:
            continue
        numbers += (
            line - last_line,
            column - last_column if line == last_line else column,
            length,
            _NUMBERS[type_],
            int(is_declaration),
        )
        last_line, last_column = line, column
    return Encoded(tuple(numbers), last_line)


def _on_lines(text: str, tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens, with one on several lines as one for each line, without the white space around it."""
    for token in tokens:
        if "\n" not in token.span.of(text) and "\r" not in token.span.of(text):
            yield token
            continue
        for match in _LINE.finditer(text, *token.span):
            yield token._replace(span=LocalSpan(*match.span()))
