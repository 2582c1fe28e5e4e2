"""The letter case of keywords: one case for the file, where it has several."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, Arguments
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree, Word
from azureml_dockerfile_ls.text import TextEdit


def is_lower_case(tree: Tree) -> bool:
    """Whether more keywords of instructions are in lower case than in upper case."""
    keywords = [instruction.keyword.value for instruction in tree.instructions if instruction.name in INSTRUCTIONS]
    return sum(map(str.islower, keywords)) > sum(map(str.isupper, keywords))


def casing_edits(instruction: Instruction, *, lower: bool) -> Iterator[TextEdit]:
    """The edits of the keywords of an instruction, relative to it. A keyword that goes over two lines stays."""
    for keyword in _keywords(instruction):
        wanted = keyword.value.lower() if lower else keyword.value.upper()
        if keyword.value != wanted and keyword.span.of(instruction.text) == keyword.value:
            yield TextEdit(keyword.span.at(0), wanted)


def _keywords(instruction: Instruction) -> Iterator[Word]:
    spec = instruction.spec
    if spec is None or not instruction.keyword.value.isascii():
        return
    yield instruction.keyword
    if instruction.name == "FROM" and instruction.stage_name is not None:
        yield instruction.words[1]
    elif spec.arguments is Arguments.HEALTH and instruction.words[0:1]:
        if instruction.words[0].value.upper() in ("CMD", "NONE"):
            yield instruction.words[0]
    elif instruction.trigger is not None:
        yield from _keywords(instruction.trigger)
