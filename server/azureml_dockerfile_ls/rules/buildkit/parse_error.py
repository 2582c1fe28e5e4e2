"""BuildKit refuses to build the file.

## What it does

Reports the errors that make `docker build` stop before it runs a command: an unknown instruction or flag, a missing
argument, an unclosed quote or heredoc, an invalid image reference, and so on. The messages are BuildKit's own. BuildKit
stops at the first error, and this rule reports all of them.

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

from collections.abc import Iterator

from azureml_dockerfile_ls.model.errors import problems_of_model
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.rule import FileRule, Finding, Fix, Group, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction, Problem, Tree

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
            yield from (_finding(first + at, problem) for problem in problems)
    for placed in problems_of_model(tree, model):
        yield _finding(placed.instruction_index, placed.problem)


def _problems(instruction: Instruction) -> tuple[Problem, ...]:
    return instruction.problems


def _finding(at: int, problem: Problem) -> Finding:
    fixes: tuple[Fix, ...] = ()
    if problem.replacement is not None:
        fix = replacement(f"Change to {problem.replacement}", at, problem.span, problem.replacement, is_preferred=True)
        fixes = (fix,)
    return Finding(at, problem.span, problem.message, fixes)


RULE = FileRule("ParseError", Severity.ERROR, Group.BUILDKIT, page_of(__doc__), check, is_lint=False, url=_REFERENCE)
