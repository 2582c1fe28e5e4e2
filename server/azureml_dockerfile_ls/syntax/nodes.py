"""The parts of a Dockerfile, each with its exact span.

The spans inside an `Instruction` are relative to the start of its own text, so an instruction that moves in the file
stays the same object. The `Tree` knows where each one starts.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field
from enum import Enum
from typing import Any, Literal
from weakref import WeakValueDictionary

from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, InstructionSpec
from azureml_dockerfile_ls.text import LocalSpan, Span


class Word(NamedTuple):
    """An argument: `value` as BuildKit reads it (continuations joined, quotes kept; a JSON string decoded)."""

    span: LocalSpan
    value: str


class Flag(NamedTuple):
    """`--name` or `--name=value`; `span` covers all of it, `name_span` only the name, without the dashes."""

    span: LocalSpan
    name: str
    name_span: LocalSpan
    value: str | None
    value_span: LocalSpan | None


class KeyValuePair(NamedTuple):
    """A variable or label: `name=value`, `name value` (`separator` is then a space) or, for ARG, `name`.

    `value` is as written, quotes and references kept; None where ARG gives no default.
    """

    span: LocalSpan
    name: str
    name_span: LocalSpan
    value: str | None
    value_span: LocalSpan | None
    separator: Literal["=", " ", ""]


class VariableReference(NamedTuple):
    """`$NAME` or `${NAME…}`; `modifier` is what follows the name in braces, such as `:-`, and `word_span` its text."""

    span: LocalSpan
    name: str
    name_span: LocalSpan
    modifier: str
    word_span: LocalSpan | None


class Heredoc(NamedTuple):
    """A here-document: `<<NAME` at `span` on the instruction's line, and its body, with line ends, at `body_span`.

    `expands` is False when the delimiter is quoted, `strips_tabs` True for `<<-`. `terminator_span` is None when the
    closing line is missing.
    """

    span: LocalSpan
    name: str
    name_span: LocalSpan
    expands: bool
    strips_tabs: bool
    body_span: LocalSpan
    terminator_span: LocalSpan | None


class ImageReference(NamedTuple):
    """An image as written, in its parts: `[registry/]repository[:tag][@digest]`.

    A tag may be a template such as `{{latest-image-tag}}`; any part may hold `$NAME`. The tag is the empty string
    after a colon with nothing behind it, and None without a colon.
    """

    span: LocalSpan
    text: str
    registry: str | None
    registry_span: LocalSpan | None
    repository: str
    repository_span: LocalSpan
    tag: str | None
    tag_span: LocalSpan | None
    digest: str | None
    digest_span: LocalSpan | None

    @property
    def name(self) -> str:
        """Registry and repository, without tag and digest, as written."""
        return self.repository if self.registry is None else f"{self.registry}/{self.repository}"

    @property
    def is_for_windows(self) -> bool:
        """Whether its name or its tag, such as `8.0-nanoserver-1809`, says that it is an image of Windows."""
        return any(word in self.text.lower() for word in ("windows", "nanoserver", "servercore"))

    @property
    def name_span(self) -> LocalSpan:
        """The span of `name`."""
        return LocalSpan(self.span.start, self.repository_span.end)


class Problem(NamedTuple):
    """What BuildKit refuses, in its words.

    `replacement` is the text that belongs at `span` instead, where that is known.
    """

    span: LocalSpan
    message: str
    replacement: str | None = None
    is_unknown_word: bool = False
    """Whether another frontend may know the instruction or the flag."""
    is_deferred: bool = False
    """Whether the build stops only where an image is built on this one: the problem is in a trigger."""
    is_in_form: bool = False
    """Whether the parser refuses the text as such, before it looks at what the instruction means."""


class _WeaklyReferable:
    """A base for a class with slots: `dataclass` itself can add this one from Python 3.11 on only."""

    __slots__ = ("__weakref__",)


@dataclass(frozen=True, slots=True, eq=False)
class Instruction(_WeaklyReferable):
    """One instruction: all of its lines, from the start of the first to the end of the last.

    It depends on `text` and `escape` alone, and the versions of a file share it: the same text is the same object, so
    instructions are compared by identity. `head_end` is where the instruction's own lines end and the bodies
    of its heredocs begin.
    """

    text: str
    escape: str
    name: str
    """The keyword in upper case."""
    keyword: Word
    flags: tuple[Flag, ...]
    words: tuple[Word, ...]
    """The arguments. A command in shell form is one word: all of its text."""
    is_json: bool
    pairs: tuple[KeyValuePair, ...]
    """What ENV, LABEL and ARG set."""
    image: ImageReference | None
    """The base image of FROM, or what `COPY --from` names."""
    stage_name: Word | None
    """The name after AS."""
    heredocs: tuple[Heredoc, ...]
    variables: tuple[VariableReference, ...]
    trigger: Instruction | None
    """The instruction after ONBUILD; its spans are relative to the start of the ONBUILD instruction."""
    comments: tuple[LocalSpan, ...]
    """Comment lines between the lines of the instruction."""
    empty_continuations: tuple[LocalSpan, ...]
    """Blank lines between the lines of the instruction."""
    problems: tuple[Problem, ...]
    arguments_span: LocalSpan
    """From the first argument after the flags to the last; empty where there is none."""
    head_end: int
    derived: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """What other layers work out from this instruction alone, by the function that does.

    It dies with the instruction.
    """

    @property
    def spec(self) -> InstructionSpec | None:
        """The entry of the language's table; None when there is no such instruction."""
        return INSTRUCTIONS.get(self.name)

    @property
    def span(self) -> LocalSpan:
        """From the keyword to the end of the last line."""
        return LocalSpan(self.keyword.span.start, len(self.text))

    def flag(self, name: str) -> Flag | None:
        """The last flag called `name`."""
        return next((flag for flag in reversed(self.flags) if flag.name == name), None)


class FileProblem(NamedTuple):
    """What BuildKit refuses of the directives or the file as such; see `Problem`."""

    span: Span
    message: str
    replacement: str | None = None


class Directive(NamedTuple):
    """A parser directive, `# name=value`; `name` is in lower case."""

    span: Span
    name: str
    name_span: Span
    value: str
    value_span: Span


class SegmentKind(Enum):
    """The kind of a segment of the text."""

    BLANK = "blank"
    """A line of white space, or the byte order mark."""
    COMMENT = "comment"
    """A comment line that is not a directive."""
    DIRECTIVE = "directive"
    INSTRUCTION = "instruction"


class Segment(NamedTuple):
    """A stretch of whole lines, line ends included, and the instruction that it holds."""

    kind: SegmentKind
    length: int
    instruction: Instruction | None


@dataclass(frozen=True)
class Tree:
    """A whole Dockerfile, with the problems of its lines as such.

    The segments cover the text without gap or overlap. Segment number `n` begins at offset `starts[n]`; instruction
    number `n` is in segment number `instruction_segments[n]`. The problems inside an instruction belong to it.
    """

    text: str
    escape: str
    segments: tuple[Segment, ...]
    starts: tuple[int, ...]
    instructions: tuple[Instruction, ...] = field(repr=False)
    instruction_segments: tuple[int, ...]
    unterminated_segments: tuple[int, ...]
    """The numbers of the segments that hold a heredoc without terminator."""
    option_comments: tuple[int, ...]
    """The numbers of the comments that hold a `=`: only they can be options of a tool."""
    directives: tuple[Directive, ...]
    problems: tuple[FileProblem, ...]
    interned: WeakValueDictionary[str, Instruction] = field(repr=False, compare=False)
    """The living instructions of all versions of the file with this escape character, by their text."""

    @property
    def newline(self) -> str:
        """The line ending of the file: that of its first line."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    def offset_of(self, index: int) -> int:
        """Where the text of instruction `index` starts: at the start of its first line."""
        return self.starts[self.instruction_segments[index]]

    def span_of(self, index: int) -> Span:
        """The span of instruction `index`, from its keyword to the end of its last line."""
        return self.instructions[index].span.at(self.offset_of(index))

    def index_at(self, offset: int) -> int | None:
        """The index of the instruction whose lines contain `offset`, the end of the last line included."""
        segment = bisect_right(self.starts, offset) - 1
        index = bisect_right(self.instruction_segments, segment) - 1
        if index < 0 or offset > self.offset_of(index) + len(self.instructions[index].text):
            return None
        return index

    def comments_above(self, index: int) -> tuple[Span, ...]:
        """The lines of the comment block directly above instruction `index`, each from its `#` to its end."""
        number = self.instruction_segments[index] - 1
        found = []
        while number >= 0 and self.segments[number].kind is SegmentKind.COMMENT:
            found.append(self.comment_span(number))
            number -= 1
        return tuple(reversed(found))

    def comments_before(self, index: int) -> tuple[Span, ...]:
        """The comments of instruction `index`, as BuildKit reads them, each from its `#` to the end of its line.

        These are the lines between the instruction and the one before it, whatever empty lines are between them, but
        without directives and without the lines above an empty comment.
        """
        first = self.instruction_segments[index - 1] + 1 if index else 0
        found: list[Span] = []
        for number in range(first, self.instruction_segments[index]):
            if self.segments[number].kind is SegmentKind.COMMENT:
                comment = self.comment_span(number)
                if comment.of(self.text).strip() == "#":
                    found.clear()
                else:
                    found.append(comment)
        return tuple(found)

    def comment_span(self, number: int) -> Span:
        """The span of the comment in segment `number`, from its `#` to its end."""
        start = self.starts[number]
        line = self.text[start : start + self.segments[number].length]
        return Span(start + line.index("#"), start + len(line.rstrip("\r\n")))
