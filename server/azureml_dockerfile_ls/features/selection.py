"""Selection that grows: word, value, argument, instruction, stage, file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction, SegmentKind
from azureml_dockerfile_ls.text import LocalSpan, Span

_WORD = lazy_pattern(r"\w+")


def selections(snapshot: Snapshot, offset: int) -> list[Span]:
    """The spans around `offset`, the innermost first. Each one is inside the next, and the last one is the file."""
    around = sorted(
        {span for span in _around(snapshot, offset) if span.touches(offset) and span.start < span.end},
        key=lambda span: (span.end - span.start, -span.start),
    )
    chain: list[Span] = []
    for span in around:
        if not chain or (span.start <= chain[-1].start and chain[-1].end <= span.end):
            chain.append(span)
    file = Span(0, len(snapshot.text))
    return chain if chain and chain[-1] == file else [*chain, file]


def _around(snapshot: Snapshot, offset: int) -> Iterator[Span]:
    tree, text = snapshot.tree, snapshot.text
    yield from _words_at(text, offset)
    number = bisect_right(tree.starts, offset) - 1
    if number < 0:
        return
    if tree.segments[number].kind in (SegmentKind.COMMENT, SegmentKind.DIRECTIVE):
        yield from _comments(snapshot, number)
        for directive in tree.directives:
            yield from (directive.name_span, directive.value_span)
        return
    index = tree.index_at(offset)
    if index is not None:
        start = tree.offset_of(index)
        yield from (span.at(start) for span in _parts(tree.instructions[index]))
    else:
        index = bisect_right(tree.instruction_segments, number) - 1
    placed = snapshot.model.stage_at(index) if index >= 0 else None
    if placed is not None:
        end = tree.span_of(placed.first + placed.stage.end - 1).end
        yield Span(tree.span_of(placed.first).start, end)


def _words_at(text: str, offset: int) -> Iterator[Span]:
    """The word at `offset`, or the one that ends there, on its line."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    for match in _WORD.finditer(text, start, len(text) if end < 0 else end):
        if match.start() <= offset <= match.end():
            yield Span(*match.span())


def _comments(snapshot: Snapshot, number: int) -> Iterator[Span]:
    """The comment in segment `number`, and the block of comments around it."""
    tree = snapshot.tree
    yield tree.comment_span(number)
    first = last = number
    if tree.segments[number].kind is not SegmentKind.COMMENT:
        return
    while first > 0 and tree.segments[first - 1].kind is SegmentKind.COMMENT:
        first -= 1
    while last + 1 < len(tree.segments) and tree.segments[last + 1].kind is SegmentKind.COMMENT:
        last += 1
    yield Span(tree.comment_span(first).start, tree.comment_span(last).end)


def _parts(instruction: Instruction) -> Iterator[LocalSpan]:
    """The spans of an instruction and of its parts."""
    yield instruction.span
    yield instruction.keyword.span
    yield instruction.arguments_span
    for flag in instruction.flags:
        yield from (flag.span, flag.name_span)
        if flag.value_span is not None:
            yield flag.value_span
    for pair in instruction.pairs:
        yield from (pair.span, pair.name_span)
        if pair.value_span is not None:
            yield pair.value_span
            yield from _inside_quotes(instruction, pair.value_span)
    for word in instruction.words:
        yield word.span
        if instruction.is_json:
            yield LocalSpan(word.span.start - 1, word.span.end + 1)
    if instruction.image is not None:
        yield from _parts_of_image(instruction.image)
    for variable in instruction.variables:
        yield from (variable.span, variable.name_span)
        if variable.word_span is not None:
            yield variable.word_span
    yield from instruction.comments
    for heredoc in instruction.heredocs:
        yield from (heredoc.span, heredoc.name_span, heredoc.body_span)
        yield LocalSpan(heredoc.body_span.start, (heredoc.terminator_span or heredoc.body_span).end)
    if instruction.trigger is not None:
        yield from _parts(instruction.trigger)
    elif not instruction.is_json:
        yield from _commands(instruction)


def _commands(instruction: Instruction) -> Iterator[LocalSpan]:
    if instruction.name not in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"):
        return
    for command in commands_of(instruction):
        yield command.span
        for word in (*command.prefix, *command.words):
            yield word.span
            yield from _inside_quotes(instruction, word.span)
        for redirection in command.redirections:
            yield redirection.span


def _inside_quotes(instruction: Instruction, span: LocalSpan) -> Iterator[LocalSpan]:
    text = span.of(instruction.text)
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        yield LocalSpan(span.start + 1, span.end - 1)


def _parts_of_image(image: ImageReference) -> Iterator[LocalSpan]:
    yield from (image.span, image.name_span, image.repository_span)
    for span in (image.registry_span, image.tag_span, image.digest_span):
        if span is not None:
            yield span
