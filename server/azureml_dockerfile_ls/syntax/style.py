"""The letter case and the indentation of a file, which new instructions follow."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree

_KEYWORD = lazy_pattern(rf"^(?:{'|'.join(INSTRUCTIONS)})(?=[ \t])", re.MULTILINE)
_INDENT = lazy_pattern(r"[ \t]*")
_CONTINUED = lazy_pattern(r"[\\`][ \t]*\r?\n(?P<indent>[ \t]+)[^\s#]")
_MOST_NEIGHBOURS = 50
"""The number of instructions on either side of a place whose continuation lines are looked at."""


def indent_of(instruction: Instruction) -> str:
    """The white space before the keyword of an instruction."""
    match = _INDENT.match(instruction.text)
    return match.group() if match is not None else ""


def has_instructions(text: str) -> bool:
    """Whether a line of a new text begins with a keyword."""
    return _KEYWORD.search(text) is not None


def is_lower(tree: Tree, index: int) -> bool:
    """Whether an instruction beside instruction `index` is written in lower case: as this one and the first one are.

    A word that is not an instruction says nothing: it may be the name of a block that is being typed.
    """
    keywords = [tree.instructions[at].keyword.value for at in (0, max(index, 0))] if tree.instructions else []
    return bool(keywords) and all(word.islower() and word.upper() in INSTRUCTIONS for word in keywords)


def in_case_of(tree: Tree, index: int, text: str) -> str:
    """New lines of instructions in the letter case of the file at instruction `index`."""
    if not is_lower(tree, index):
        return text
    return _KEYWORD.sub(lambda match: match.group().lower(), text)


def indented(indent: str, text: str) -> str:
    """New lines, each after an indentation but for blank ones."""
    return re.sub(r"^(?=[^\r\n])", lambda _: indent, text, flags=re.MULTILINE) if indent else text


def continuation_indent(tree: Tree, index: int) -> str | None:
    """The indentation of the continuation lines nearest to instruction `index`; None if there are none nearby."""
    before = range(index, max(index - _MOST_NEIGHBOURS, -1), -1)
    after = range(index + 1, min(index + _MOST_NEIGHBOURS, len(tree.instructions)))
    for near in (*before, *after):
        match = _CONTINUED.search(tree.instructions[near].text)
        if match is not None:
            return match["indent"].removeprefix(indent_of(tree.instructions[near])) or None
    return None
