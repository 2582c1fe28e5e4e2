"""A placeholder from a guide was not filled in.

## What it does

Reports `<image_name>`, `<package-1>`, `<your model>` and the like where the text is taken as it is: in the name of an
image, in a path, a value or a package, and a lone `...` among them.

## Why is this bad?

Guides print such words for the reader to replace. Docker takes them literally, and the shell takes `<name>` as a file
to read from, so the build stops or the image is not what was meant.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/<image_name>:<tag>
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.model.shell import commands_of
from azureml_dockerfile_ls.rules.rule import Finding, Rule, Scope, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span

_PLACEHOLDER = re.compile(r"<[A-Za-z][\w.-]*(?: [\w.-]+)*>(?![\w<>])")
_VALUE = re.compile(r"([\"']?)(<[A-Za-z][\w.-]*(?: [\w.-]+)*>|\.\.\.)\1")
_PACKAGE_MANAGERS = frozenset("apt-get apt aptitude pip pip3 python python3 conda mamba micromamba dpkg uv".split())


def check(instruction: Instruction) -> Iterator[Finding]:
    """Every placeholder of the instruction."""
    if "<" not in instruction.text and "..." not in instruction.text:
        return
    for span in _placeholders(instruction):
        text = span.of(instruction.text)
        yield Finding(0, span, f"{text} is a placeholder: the build takes it as it is, so put the real text here.")


def _placeholders(instruction: Instruction) -> Iterator[Span]:
    name = instruction.name
    if name in ("FROM", "COPY", "ADD", "USER", "WORKDIR", "VOLUME"):
        arguments = instruction.arguments_span
        heredocs = [heredoc.span for heredoc in instruction.heredocs]
        for match in _PLACEHOLDER.finditer(instruction.text, instruction.keyword.span.end, arguments.end):
            if not any(span.start <= match.start() < span.end for span in heredocs):
                yield Span(*match.span())
        yield from (word.span for word in instruction.words if word.value == "...")
    elif name in ("ENV", "ARG"):
        for pair in instruction.pairs:
            match_value = _VALUE.fullmatch(pair.value or "")
            if match_value and pair.value_span:
                start, end = match_value.span(2)
                yield Span(pair.value_span.start + start, pair.value_span.start + end)
    elif name == "RUN":
        yield from _placeholders_of_run(instruction)


def _placeholders_of_run(instruction: Instruction) -> Iterator[Span]:
    """Those among the arguments of package managers; elsewhere `<in >out` is what a shell user means."""
    for command in commands_of(instruction):
        if command.program not in _PACKAGE_MANAGERS:
            if [word.value for word in command.words] == ["..."]:
                yield command.words[0].span
            continue
        yield from (word.span for word in command.arguments if word.value == "...")
        for match in _PLACEHOLDER.finditer(
            instruction.text, command.span.start, _end_of_line(instruction, command.span)
        ):
            if not any(span.start <= match.start() < span.end for span in instruction.comments):
                yield Span(*match.span())


def _end_of_line(instruction: Instruction, span: Span) -> int:
    """The end of the line on which a command ends: the `>` of a placeholder is no part of the command's words."""
    end = instruction.text.find("\n", span.end)
    return instruction.head_end if end < 0 else end


RULE = Rule("UnfilledPlaceholder", Severity.ERROR, Scope.INSTRUCTION, check, page_of(__doc__))
