"""What BuildKit refuses in quotes, escapes and variables, wherever it expands them."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.syntax.expansion import ExpansionError, Lookup, expand
from azureml_dockerfile_ls.syntax.go import quoted
from azureml_dockerfile_ls.syntax.language import InstructionSpec
from azureml_dockerfile_ls.syntax.nodes import Instruction, Problem
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE
from azureml_dockerfile_ls.text import LocalSpan

_LONGEST_BODY = 200
"""A longer heredoc is not repeated in a message: the line with the problem says more."""


def _any_value(_: str) -> str:
    return "x"


def quote_problems(instruction: Instruction, spec: InstructionSpec, lookup: Lookup = _any_value) -> Iterator[Problem]:
    """The problems of all the text of an instruction that BuildKit expands, as far as `lookup` knows its variables."""
    escape = instruction.escape
    for word in instruction.words:
        yield from expansion_problem(word.value, word.span, escape, lookup)
    for flag in instruction.flags:
        known = spec.flag(flag.name)
        if flag.value and flag.value_span and (known is None or known.expands):
            prefix = "failed to process arguments for platform : " if instruction.name == "FROM" else ""
            yield from expansion_problem(flag.value, flag.value_span, escape, lookup, prefix)
    for pair in instruction.pairs:
        if instruction.name != "ARG":
            yield from expansion_problem(pair.name, pair.name_span, escape, lookup)
        if pair.value and pair.value_span:
            yield from expansion_problem(pair.value, pair.value_span, escape, lookup)
    if spec.heredocs:
        for heredoc in instruction.heredocs:
            if heredoc.expands:
                yield from _heredoc_problem(heredoc.body_span, instruction.text, lookup)


def expansion_problem(text: str, span: LocalSpan, escape: str, lookup: Lookup, prefix: str = "") -> Iterator[Problem]:
    """The problem of a text that BuildKit expands, if it has one."""
    try:
        expand(text, escape, lookup)
    except ExpansionError as error:
        yield Problem(span, f"{prefix}failed to process {quoted(text)}: {error}")


def _heredoc_problem(body: LocalSpan, text: str, lookup: Lookup) -> Iterator[Problem]:
    try:
        expand(body.of(text), DEFAULT_ESCAPE, lookup, quotes=False)
    except ExpansionError as error:
        start = body.start + error.offset
        line = text[text.rfind("\n", 0, start) + 1 : body.end].split("\n", 1)[0].rstrip("\r")
        end = max(text.rfind("\n", 0, start) + 1 + len(line), start)
        shown = line if body.end - body.start > _LONGEST_BODY else body.of(text)
        yield Problem(LocalSpan(start, end), f"failed to process {quoted(shown)}: {error}")
