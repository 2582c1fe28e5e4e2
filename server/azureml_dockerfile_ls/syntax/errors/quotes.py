"""What BuildKit refuses in quotes, escapes and variables, wherever it expands them."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.syntax.expansion import ExpansionError, expand
from azureml_dockerfile_ls.syntax.language import InstructionSpec
from azureml_dockerfile_ls.syntax.nodes import Instruction, Problem
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE
from azureml_dockerfile_ls.text import LocalSpan


def quote_problems(instruction: Instruction, spec: InstructionSpec) -> Iterator[Problem]:
    """The problems of all the text of an instruction that BuildKit expands."""
    escape = instruction.escape
    for word in instruction.words:
        yield from _expansion_problem(word.value, word.span, escape)
    for flag in instruction.flags:
        known = spec.flag(flag.name)
        if flag.value and flag.value_span and (known is None or known.expands):
            yield from _expansion_problem(flag.value, flag.value_span, escape)
    for pair in instruction.pairs:
        if instruction.name != "ARG":
            yield from _expansion_problem(pair.name, pair.name_span, escape)
        if pair.value and pair.value_span:
            yield from _expansion_problem(pair.value, pair.value_span, escape)
    if spec.heredocs:
        for heredoc in instruction.heredocs:
            if heredoc.expands:
                yield from _heredoc_problem(heredoc.body_span, instruction.text)


def _expansion_problem(text: str, span: LocalSpan, escape: str) -> Iterator[Problem]:
    try:
        expand(text, escape, lambda _: "x")
    except ExpansionError as error:
        yield Problem(span, f'failed to process "{text}": {error}')


def _heredoc_problem(body: LocalSpan, text: str) -> Iterator[Problem]:
    try:
        expand(body.of(text), DEFAULT_ESCAPE, lambda _: "x", quotes=False)
    except ExpansionError as error:
        start = body.start + error.offset
        line = text[text.rfind("\n", 0, start) + 1 : body.end].split("\n", 1)[0].rstrip("\r")
        end = max(text.rfind("\n", 0, start) + 1 + len(line), start)
        yield Problem(LocalSpan(start, end), f'failed to process "{line}": {error}')
