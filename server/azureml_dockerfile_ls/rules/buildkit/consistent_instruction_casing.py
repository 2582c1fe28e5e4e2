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
    start = model.before_first_stage
    not_upper = [keyword for index, keyword in model.values.of(_not_upper) if index >= start]
    lower = sum(keyword == keyword.lower() for keyword in not_upper)
    is_lower = lower > len(model.instructions) - start - len(not_upper)
    for index, keyword in model.values.of(_not_lower) if is_lower else model.values.of(_not_upper):
        if index >= start:
            expected, case = (keyword.lower(), "lowercase") if is_lower else (keyword.upper(), "uppercase")
            message = f"Command '{keyword}' should match the case of the command majority ({case})"
            span = model.instructions[index].keyword.span
            fix = replacement(f"Change to {expected}", index, span, expected, is_preferred=True, is_safe=True)
            yield Finding(index, span, message, (fix,))


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
