"""The name of a stage has capital letters.

## What it does

Reports a name after AS that is not in lower case.

## Why is this bad?

Docker compares names of stages without their letter case, but `FROM` compares its text as it is. A name in lower case
works in every place.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS Base
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, InstructionRule, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction


def check(instruction: Instruction) -> Iterator[Finding]:
    """The name after AS of a FROM."""
    name = instruction.stage_name if len(instruction.words) == 3 else None
    if name is not None and name.value != name.value.lower():
        yield Finding(0, name.span, f"Stage name '{name.value}' should be lowercase")


RULE = InstructionRule(
    "StageNameCasing", Severity.WARNING, Group.BUILDKIT, page_of(__doc__), check, url=url_of("StageNameCasing")
)
