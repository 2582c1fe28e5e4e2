"""The `# check=` comments of a file, and whether BuildKit reads them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import Enum

from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.rules.check_options import CheckOptions, options_span, parse_options
from azureml_dockerfile_ls.rules.rule import Edit, Fix
from azureml_dockerfile_ls.syntax.nodes import Tree
from azureml_dockerfile_ls.text import LocalSpan, Span


class CheckComment(NamedTuple):
    """A `# check=` that BuildKit reads: its options, and their offset in the file."""

    options: CheckOptions
    start: int


class Ignored(Enum):
    """The reason why BuildKit does not read a comment."""

    INDENTED = "BuildKit does not read a check comment with white space before the #. Remove the white space."
    NOT_FIRST = "BuildKit reads only the first check comment above an instruction. Add the names to that one."
    SEPARATED = "An empty comment separates this check comment from its instruction. Remove the empty comment."
    REFUSED = "BuildKit does not know an option of this check comment, and ignores all of it."


@dataclass(frozen=True, slots=True)
class PlacedComment:
    """A check comment or directive at `span`. `index` is the instruction that it is about, None for a directive.

    `read` is None if BuildKit does not read it, for the reason `ignored`.
    """

    index: int | None
    span: Span
    read: CheckComment | None
    ignored: Ignored | None


def check_comments(tree: Tree) -> Iterator[PlacedComment]:
    """The directive, and the comments above instructions, in the order of the text.

    A directive that BuildKit refuses is an error of its own, and not included.
    """
    of_file = directive_of(tree)
    if of_file is not None:
        span = next(directive.span for directive in tree.directives if directive.name == "check")
        yield PlacedComment(None, span, of_file, None)
    by_instruction: dict[int, list[int]] = {}
    for number in tree.option_comments:
        index = bisect_left(tree.instruction_segments, number)
        if index < len(tree.instructions) and options_span(tree.comment_span(number).of(tree.text)):
            by_instruction.setdefault(index, []).append(number)
    for index, numbers in by_instruction.items():
        yield from _above(tree, index, numbers)


def _above(tree: Tree, index: int, numbers: Sequence[int]) -> Iterator[PlacedComment]:
    """The check comments above an instruction, which are the segments with these numbers."""
    first = first_check_above(tree, index)
    read = check_above(tree, index)
    kept = {comment.start for comment in tree.comments_before(index)}
    for number in numbers:
        span = tree.comment_span(number)
        if tree.starts[number] != span.start:
            yield PlacedComment(index, span, None, Ignored.INDENTED)
        elif span.start not in kept:
            yield PlacedComment(index, span, None, Ignored.SEPARATED)
        elif first is not None and span.start <= first.start <= span.end:
            yield PlacedComment(index, span, read, None if read else Ignored.REFUSED)
        else:
            yield PlacedComment(index, span, None, Ignored.NOT_FIRST)


def directive_of(tree: Tree) -> CheckComment | None:
    """The `# check=` directive at the top of a file; None without one, and if BuildKit refuses it."""
    for directive in tree.directives:
        if directive.name == "check":
            options = parse_options(directive.value.split(" ", 1)[0])
            return CheckComment(options, directive.value_span.start) if options else None
    return None


def check_above(tree: Tree, index: int) -> CheckComment | None:
    """The first `# check=` among the comments of an instruction; None without one, and if BuildKit refuses that one."""
    span = first_check_above(tree, index)
    options = parse_options(span.of(tree.text)) if span else None
    return CheckComment(options, span.start) if span and options else None


def first_check_above(tree: Tree, index: int) -> Span | None:
    """The span of the options of the first `# check=` among the comments of an instruction.

    BuildKit reads no other one, even if it refuses this one, and none with white space before its `#`.
    """
    for comment in tree.comments_before(index):
        text = comment.of(tree.text)
        options = options_span(text) if tree.text[comment.start - 1 : comment.start] in ("", "\n", "\ufeff") else None
        if options is not None:
            return options.shift(comment.start)
    return None


def without_name(tree: Tree, comment: PlacedComment, span: Span, title: str) -> Fix:
    """The fix that removes the name at `span` from `skip=` of a comment, and the comment if nothing else is in it."""
    text, start = tree.text, tree.offset_of(0)
    read = comment.read
    names = len(read.options.skipped) if read else 0
    if read and names == 1 and not read.options.experimental and not read.options.makes_errors:
        first = text.rfind("\n", 0, comment.span.start) + 1
        last = text.find("\n", comment.span.end) + 1 or len(text)
        return Fix(title, (Edit(0, Span(first, last).inside(start), ""),), is_preferred=True)
    first, last = span
    if text[last : last + 1] == ",":
        last += 1
    elif text[first - 1] == ",":
        first -= 1
    return Fix(title, (Edit(0, LocalSpan(first - start, last - start), ""),), is_preferred=True)
