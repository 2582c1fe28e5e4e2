"""A whole Dockerfile as a tree; what did not change since the last tree is not parsed again."""

from __future__ import annotations

from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.nodes import Instruction, PlacedInstruction, Problem, TileKind, Tree
from azureml_dockerfile_ls.syntax.scan import scan
from azureml_dockerfile_ls.text import Span


def parse(text: str, previous: Tree | None = None) -> Tree:
    """The tree of a Dockerfile, whatever the text; it never raises.

    The instructions of `previous` are used again where their text is the same, wherever it stands.
    """
    found = scan(text)
    known: dict[str, Instruction] = {}
    if previous is not None and previous.escape == found.escape:
        known = {placed.instruction.text: placed.instruction for placed in previous.instructions}
    instructions: list[PlacedInstruction] = []
    comments: list[Span] = []
    for kind, span in found.tiles:
        if kind is TileKind.INSTRUCTION:
            source = text[span.start : span.end].rstrip("\r\n")
            instruction = known.get(source)
            if instruction is None:
                instruction = known[source] = parse_instruction(source, found.escape)
            instructions.append(PlacedInstruction(span.start, instruction, tuple(comments)))
            comments.clear()
        elif kind is TileKind.COMMENT:
            comments.append(_comment_span(text, span))
        else:
            comments.clear()
    problems = found.problems
    if not instructions:
        problems = (
            *problems,
            Problem(Span(0, 0), "file with no instructions" if text.strip() else "the Dockerfile cannot be empty"),
        )
    return Tree(text, found.escape, found.tiles, found.directives, tuple(instructions), problems)


def _comment_span(text: str, span: Span) -> Span:
    line = text[span.start : span.end]
    return Span(span.start + line.index("#"), span.start + len(line.rstrip("\r\n")))
