"""A keyword has another letter case than most keywords of the file.

## What it does

Reports a keyword that is not in capitals where most keywords of the file are, or not in small letters where most are.
The ARGs before the first FROM do not count.

## Why is this bad?

It is legal, but hard to read.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
run pip install pandas
USER dockeruser
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install pandas
USER dockeruser
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, ModelRule, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction


def check(model: Model) -> Iterator[Finding]:
    """The keywords of all stages that differ from the majority."""
    total = sum(len(stage.instructions) for _, stage in model.stages)
    not_upper = [keyword for _, stage in model.stages for _, keyword in stage.each(_not_upper)]
    lower = sum(keyword == keyword.lower() for keyword in not_upper)
    is_lower = lower > total - len(not_upper)
    for first, stage in model.stages:
        for index, keyword in stage.each(_not_lower if is_lower else _not_upper):
            expected, case = (keyword.lower(), "lowercase") if is_lower else (keyword.upper(), "uppercase")
            message = f"Command '{keyword}' should match the case of the command majority ({case})"
            span = stage.instructions[index].keyword.span
            fix = replacement(f"Change to {expected}", first + index, span, expected, is_preferred=True, is_safe=True)
            yield Finding(first + index, span, message, (fix,))


def _not_upper(instruction: Instruction) -> str | None:
    keyword = instruction.keyword.value
    return keyword if keyword != instruction.name and instruction.spec is not None else None


def _not_lower(instruction: Instruction) -> str | None:
    keyword = instruction.keyword.value
    return keyword if keyword != keyword.lower() and instruction.spec is not None else None


RULE = ModelRule(
    "ConsistentInstructionCasing",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("ConsistentInstructionCasing"),
)
