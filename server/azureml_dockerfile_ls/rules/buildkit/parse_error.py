"""BuildKit refuses to build this.

## What it does

Reports what makes `docker build` stop before it runs anything: an instruction or a flag that does not exist, a missing
argument, a quote or a heredoc that is not closed, an image reference that cannot be read, and so on. The words are
BuildKit's own. BuildKit stops at the first; here all of them are shown.

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
from azureml_dockerfile_ls.model.stages import Model
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Rule, Scope, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Problem, Tree


def check(tree: Tree, model: Model) -> Iterator[Finding]:
    """Every problem of the file's lines, of its instructions, and of the instructions together."""
    before_first = -tree.offset_of(0) if tree.instructions else 0
    for problem in tree.problems:
        yield _finding(0, problem._replace(span=problem.span.shift(before_first)))
    for index, instruction in enumerate(tree.instructions):
        for problem in instruction.problems:
            yield _finding(index, problem)
    for placed in problems_of_model(tree, model):
        yield _finding(placed.instruction_index, placed.problem)


def _finding(at: int, problem: Problem) -> Finding:
    fixes: tuple[Fix, ...] = ()
    if problem.replacement is not None:
        fix = replacement(f"Change to {problem.replacement}", at, problem.span, problem.replacement, is_preferred=True)
        fixes = (fix,)
    return Finding(at, problem.span, problem.message, fixes)


RULE = Rule("ParseError", Severity.ERROR, Scope.FILE, check, page_of(__doc__), source="dockerfile")
