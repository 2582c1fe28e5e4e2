"""A continued instruction contains an empty line.

## What it does

Reports an empty line after a line that ends with a continuation. As `docker build` does, it marks the last line of the
instruction; the related information is on the empty line.

## Why is this bad?

BuildKit skips the empty line, and warns that a later version will refuse it.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN echo hello && \\

    echo world
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN echo hello && \\
    echo world
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import (
    Edit,
    FileRule,
    Finding,
    Fix,
    Group,
    RelatedInstruction,
    Severity,
    page_of,
)
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.scan import continues
from azureml_dockerfile_ls.text import LocalSpan


def check(tree: Tree, model: Model) -> Iterator[Finding]:
    """The last line of each instruction with empty lines."""
    for index, blanks in model.values.of(_blanks):
        instruction = tree.instructions[index]
        yield _finding(index, instruction.text, blanks, _last_line(instruction))
    if tree.instructions:
        index = len(tree.instructions) - 1
        start = tree.offset_of(index)
        length = tree.segments[tree.instruction_segments[index]].length
        text = tree.text[start : start + length]
        at_end = tuple(_blanks_at_end(tree.instructions[index], text))
        if at_end:
            yield _finding(index, text, at_end, at_end[-1])


def _blanks(instruction: Instruction) -> tuple[LocalSpan, ...]:
    return instruction.empty_continuations


def _last_line(instruction: Instruction) -> LocalSpan:
    """The text of the last line of an instruction, without the bodies of heredocs."""
    text = instruction.text[: instruction.head_end].rstrip("\r\n")
    start = text.rfind("\n") + 1
    line = text[start:]
    blank = len(line) - len(line.lstrip()) if line.strip() else 0
    return LocalSpan(start + blank, start + len(line.rstrip()) if line.strip() else len(text))


def _blanks_at_end(instruction: Instruction, text: str) -> Iterator[LocalSpan]:
    """The empty lines below the last instruction of a file, if it ends with a continuation."""
    end = len(instruction.text)
    if instruction.heredocs or not continues(instruction.text[instruction.text.rfind("\n") + 1 :], instruction.escape):
        return
    start = text.find("\n", end) + 1
    while 0 < start < len(text):
        following = text.find("\n", start) + 1 or len(text)
        yield LocalSpan(start, following)
        start = following


def _finding(index: int, text: str, blanks: Sequence[LocalSpan], span: LocalSpan) -> Finding:
    edits = tuple(Edit(index, _line(text, blank), "") for blank in blanks)
    title = "Remove the empty lines" if len(blanks) > 1 else "Remove the empty line"
    related = tuple(RelatedInstruction(index, blank, "This line is empty.") for blank in blanks if blank != span)
    return Finding(index, span, "Empty continuation line", (Fix(title, edits, True, True),), related=related)


def _line(text: str, blank: LocalSpan) -> LocalSpan:
    """The line of a span, with its line break."""
    end = text.find("\n", blank.start) + 1
    return LocalSpan(text.rfind("\n", 0, blank.start) + 1, end or len(text))


RULE = FileRule(
    "NoEmptyContinuation", Severity.WARNING, Group.BUILDKIT, page_of(__doc__), check, url=url_of("NoEmptyContinuation")
)
