"""A command on a line of its own, which BuildKit takes for an unknown instruction: the line above lacks its `\\`."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.rule import Edit, Fix
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.style import indent_of, is_lower
from azureml_dockerfile_ls.text import LocalSpan

_OPERATOR = lazy_pattern(r"(?:&&|\|\|?|;)[ \t]*\Z")
_PROGRAMS = frozenset(
    "apk apt apt-get bash cd chmod chown cmake conda cp curl dnf dpkg echo export gcc git groupadd ln ls make mamba "
    "mkdir mv npm pip pip3 python python3 rm sed set sh source tar touch unzip useradd uv wget yum".split()
)


def continuing_fixes(tree: Tree, index: int) -> Iterator[Fix]:
    """The fixes that make an unknown instruction a part of the instruction right above it, or a RUN of its own."""
    instruction = tree.instructions[index]
    if instruction.spec is not None:
        return
    is_program = instruction.keyword.value in _PROGRAMS
    above = _above(tree, index)
    if above is not None and above.spec is not None:
        is_run, is_indented = above.name == "RUN", len(indent_of(instruction)) > len(indent_of(above))
        end = len(above.text.rstrip(" \t"))
        place = LocalSpan(end, len(above.text))
        if is_run and _OPERATOR.search(above.text):
            edit = Edit(index - 1, place, f" {tree.escape}")
            yield Fix(f"Continue the line above with {tree.escape}", (edit,), is_preferred=True)
            return
        if is_indented and is_run and is_program:
            edit = Edit(index - 1, place, f" && {tree.escape}")
            yield Fix(f"Continue the line above with && {tree.escape}", (edit,), is_preferred=True)
            return
        if is_indented and _is_valid_together(above, instruction, tree.escape):
            yield Fix(f"Continue the line above with {tree.escape}", (Edit(index - 1, place, f" {tree.escape}"),))
            return
    if is_program:
        start = instruction.keyword.span.start
        keyword = "run" if is_lower(tree, max(index - 1, 0)) else "RUN"
        yield Fix(f"Insert {keyword}", (Edit(index, LocalSpan(start, start), f"{keyword} "),), is_preferred=True)


def _is_valid_together(above: Instruction, instruction: Instruction, escape: str) -> bool:
    """Whether an unknown instruction is the end of the one above it, and so not an error of its own."""
    return not parse_instruction(f"{above.text} {escape}\n{instruction.text}", escape).problems


def _above(tree: Tree, index: int) -> Instruction | None:
    """The instruction that ends on the line above instruction `index`, if a continuation of it can be written."""
    segments = tree.instruction_segments
    if not index or segments[index] - segments[index - 1] != 1:
        return None
    above = tree.instructions[index - 1]
    return None if above.heredocs else above
