"""What BuildKit refuses in one instruction, in BuildKit's words, with the narrowest span.

The conditions and messages are those of `frontend/dockerfile/instructions` and `frontend/dockerfile/parser`. BuildKit
stops at the first problem; here each is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from azureml_dockerfile_ls.spelling import closest, did_you_mean
from azureml_dockerfile_ls.syntax.errors.arguments import argument_problems, is_health_none
from azureml_dockerfile_ls.syntax.errors.flags import flag_problems
from azureml_dockerfile_ls.syntax.errors.quotes import quote_problems
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS
from azureml_dockerfile_ls.syntax.nodes import Instruction, Problem
from azureml_dockerfile_ls.text import LocalSpan

_MAX_LINE = 65535
"""The number of bytes, without the line end, that a line may have: that of Go's `bufio.Scanner`."""

_MAX_PROBLEMS = 1000
"""The most problems of one instruction that are reported: text pasted by mistake may have very many."""


def problems_of(instruction: Instruction, arguments: str, *, is_trigger: bool) -> tuple[Problem, ...]:
    """The problems of an instruction, `arguments` being its joined text after the flags.

    With `is_trigger` those of its lines are left out: the ONBUILD instruction reports them.
    """
    found = _problems(instruction, arguments) if is_trigger else _all_problems(instruction, arguments)
    return tuple(islice(found, _MAX_PROBLEMS))


def _all_problems(instruction: Instruction, arguments: str) -> Iterator[Problem]:
    # A character has at most four bytes.
    if len(instruction.text) > _MAX_LINE // 4:
        yield from _long_lines(instruction.text)
    for heredoc in instruction.heredocs:
        if heredoc.terminator_span is None:
            yield Problem(heredoc.span, "unterminated heredoc")
    yield from _problems(instruction, arguments)


def _long_lines(text: str) -> Iterator[Problem]:
    start = 0
    for line in text.split("\n"):
        if len(line.encode("utf-8", "surrogatepass")) > _MAX_LINE:
            yield Problem(
                LocalSpan(start, start + len(line)), f"dockerfile line greater than max allowed size of {_MAX_LINE}"
            )
        start += len(line) + 1


def _problems(instruction: Instruction, arguments: str) -> Iterator[Problem]:
    spec = instruction.spec
    if spec is None:
        yield _unknown_instruction(instruction)
        return
    if spec.checks_flags and not is_health_none(instruction):
        yield from flag_problems(instruction, spec)
    yield from argument_problems(instruction, spec, arguments)
    if spec.expands:
        yield from quote_problems(instruction, spec)


def _unknown_instruction(instruction: Instruction) -> Problem:
    word = instruction.keyword
    replacement = closest(word.value, INSTRUCTIONS)
    if replacement and not word.value.isupper():
        replacement = replacement.lower()
    message = f"unknown instruction: {word.value}{did_you_mean(replacement)}"
    return Problem(word.span, message, replacement, is_unknown_word=True)
