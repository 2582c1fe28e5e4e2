"""BuildKit refuses to build the file.

## What it does

Reports the errors that make `docker build` stop before it runs a command: an unknown instruction or flag, a missing
argument, an unclosed quote or heredoc, an invalid image reference, and so on. The messages are BuildKit's own. BuildKit
stops at the first error, and this rule reports all of them. If a comment after a `\\` ends an instruction too early,
the error on the line below says so.

## Why is this bad?

The image cannot be built.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RNU pip install pandas
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install pandas
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.model.errors import problems_of_model
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.buildkit.continuations import continuing_fixes
from azureml_dockerfile_ls.rules.rule import (
    Edit,
    FileRule,
    Finding,
    Fix,
    Group,
    RelatedInstruction,
    Severity,
    page_of,
    replacement,
)
from azureml_dockerfile_ls.syntax.nodes import Instruction, Problem, Tree
from azureml_dockerfile_ls.text import LocalSpan

_REFERENCE = "https://docs.docker.com/reference/dockerfile/"
"""Docker's reference of the Dockerfile syntax."""


def check(tree: Tree, model: Model) -> Iterator[Finding]:
    """Every error in the lines of the file, in its instructions, and between instructions."""
    before_first = tree.offset_of(0) if tree.instructions else 0
    for problem in tree.problems:
        yield _finding(0, Problem(problem.span.inside(before_first), problem.message, problem.replacement))
    for index, instruction in enumerate(tree.instructions[: model.before_first_stage]):
        yield from (_finding(index, problem) for problem in instruction.problems)
    for first, stage in model.stages:
        for at, problems in stage.each(_problems):
            broken = _broken_continuation(tree, first + at)
            continuing = tuple(continuing_fixes(tree, first + at))
            yield from broken or (_finding(first + at, problem, continuing) for problem in problems)
    for placed in problems_of_model(tree, model):
        yield _finding(placed.instruction_index, placed.problem)


def _problems(instruction: Instruction) -> tuple[Problem, ...]:
    return instruction.problems


def _broken_continuation(tree: Tree, index: int) -> tuple[Finding, ...]:
    """The finding on an unknown instruction that the line above would continue with, without its comment."""
    segments = tree.instruction_segments
    instruction, above = tree.instructions[index], tree.instructions[index - 1]
    if instruction.spec is not None or not index or segments[index] - segments[index - 1] != 1:
        return ()
    last_line = above.text.rfind("\n") + 1
    match = re.compile(rf"(?P<escape>{re.escape(tree.escape)})[ \t]+(?P<comment>#.*)").search(above.text, last_line)
    if match is None or above.heredocs:
        return ()
    end = len(above.text)
    message = (
        f"{instruction.problems[0].message}. The line above does not continue, "
        f"because a comment follows its {tree.escape}."
    )
    edits = (
        Edit(index - 1, LocalSpan(0, 0), f"{match['comment'].rstrip()}\n"),
        Edit(index - 1, LocalSpan(match.end("escape"), end), ""),
    )
    fix = Fix("Move the comment above the instruction", edits, is_preferred=True)
    related = RelatedInstruction(index - 1, LocalSpan(match.start("escape"), end), "This comment ends the instruction.")
    return (Finding(index, instruction.keyword.span, message, (fix,), related=(related,)),)


def _finding(at: int, problem: Problem, fixes: tuple[Fix, ...] = ()) -> Finding:
    if problem.replacement is not None:
        fix = replacement(f"Change to {problem.replacement}", at, problem.span, problem.replacement, is_preferred=True)
        fixes = (*fixes, fix)
    return Finding(at, problem.span, problem.message, fixes)


RULE = FileRule("ParseError", Severity.ERROR, Group.BUILDKIT, page_of(__doc__), check, is_lint=False, url=_REFERENCE)
