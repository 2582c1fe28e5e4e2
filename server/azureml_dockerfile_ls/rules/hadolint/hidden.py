"""The text that hadolint reads: that of the document, without what it cannot read but a build can.

hadolint stops at the first text that it cannot parse, and then reports nothing else. So templates and placeholders,
which a tool or the reader fills in, become plain words of the same length.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.text import Span

TEMPLATE = lazy_pattern(r"\$?\{\{[^\n]*?\}{2,}")
"""A text that a tool fills in, such as `{{latest-image-tag}}` or `${{inputs.image}}`."""

_UNKNOWN_FLAGS = frozenset(("device",))
"""The flags of RUN that hadolint 2.15 takes for a part of the command."""


class Hidden(NamedTuple):
    """The text for hadolint, and the numbers of the lines in it that are added, from 0 on."""

    text: str
    added: tuple[int, ...]

    def line_of(self, line: int) -> int:
        """The line of the document that a line of the text is. Lines end at `\\n`, and count from 0."""
        return line - bisect_left(self.added, line)


def hidden(tree: Tree, placeholders: Iterable[Span]) -> Hidden:
    """The text that hadolint reads instead of a document. `placeholders` are spans that a reader has to fill in."""
    characters = list(tree.text)
    for span in sorted((*placeholders, *_templates(tree.text))):
        _fill(characters, span, _filling(tree, span))
    added: list[int] = []
    for index, instruction in enumerate(tree.instructions):
        start = tree.offset_of(index)
        for flag in instruction.flags if instruction.name == "RUN" else ():
            if flag.name in _UNKNOWN_FLAGS:
                _fill(characters, flag.span.at(start), " " * (flag.span.end - flag.span.start))
        for word in instruction.words if instruction.name == "EXPOSE" else ():
            if ":" in word.value:
                # `ExposeInvalidFormat` reports an address, but hadolint stops at it.
                _fill(characters, word.span.at(start), "0" * (word.span.end - word.span.start))
        if instruction.name == "WORKDIR" and len(instruction.words) == 1 and len(instruction.words[0].value) == 1:
            # hadolint 2.15 crashes on a path of one character that is not the root.
            characters[instruction.words[0].span.at(start).start] = "/"
        end = start + len(instruction.text)
        if instruction.heredocs and tree.text[end : end + 1] in ("\n", "\r"):
            # An instruction or a comment right below a heredoc is an error to hadolint.
            characters[end] = f"\n{characters[end]}"
            added.append(tree.text.count("\n", 0, end) + len(added) + 1)
    return Hidden("".join(characters), tuple(added))


def has_template(text: str) -> bool:
    """Whether a tool fills in a part of the text."""
    return TEMPLATE.search(text) is not None


def lines_of(tree: Tree) -> Sequence[int]:
    """The lines on which the keywords of the instructions are, as hadolint counts them, from 0 on."""
    lines, line, last = [], 0, 0
    for index in range(len(tree.instructions)):
        start = tree.span_of(index).start
        line += tree.text.count("\n", last, start)
        last = start
        lines.append(line)
    return lines


def _templates(text: str) -> Iterator[Span]:
    return (Span(*match.span()) for match in TEMPLATE.finditer(text)) if "{{" in text else iter(())


def _fill(characters: list[str], span: Span, filling: str) -> None:
    for offset, character in zip(range(*span), filling, strict=True):
        if characters[offset] not in "\r\n":
            characters[offset] = character


def _filling(tree: Tree, span: Span) -> str:
    """Characters that can be at a span: digits in a port or a number, and a time in another flag of HEALTHCHECK."""
    length = span.end - span.start
    index = bisect_right(tree.instruction_segments, bisect_right(tree.starts, span.start) - 1) - 1
    instruction: Instruction | None = tree.instructions[index] if index >= 0 else None
    if instruction is None or instruction.name not in ("EXPOSE", "HEALTHCHECK"):
        return "x" * length
    if instruction.name == "EXPOSE":
        return "0" * length
    start = tree.offset_of(index)
    flag = next((flag for flag in instruction.flags if flag.span.at(start).touches(span.start)), None)
    if flag is None:
        return "x" * length
    return "1" * length if flag.name == "retries" else f"{'1' * (length - 1)}s"
