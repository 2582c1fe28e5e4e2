"""The edits that several rules make."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.rules.rule import Edit
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import segment_at
from azureml_dockerfile_ls.text import Span

_PLAIN = re.compile(r"[\w.,:/@%+=~-]+")


def line_above(at: int, line: str) -> Edit:
    """The edit that puts a line above instruction `at` of the rule's scope, and above its comments.

    They tell what the instruction does, or which checks to skip.
    """
    return Edit(at, Span(0, 0), f"{line}\n", is_above=True)


def line_below(at: int, instruction: Instruction, line: str) -> Edit | None:
    """The edit that puts a line below instruction `at` of the rule's scope.

    None where the instruction is not finished: it ends, with the file, in a line that goes on, which would swallow the
    new one.
    """
    end = len(instruction.text)
    if segment_at(f"{instruction.text}\n{line}", 0, instruction.escape)[1] != end + 1:
        return None
    return Edit(at, Span(end, end), f"\n{line}")


def literal(value: str, escape: str) -> str:
    """How ENV writes a value so that BuildKit reads it as it is: in quotes, where it needs them."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = re.sub(rf'["$]|{re.escape(escape)}', lambda match: escape + match.group(), value)
    return f'"{escaped}"'
