"""A stage has a name with a meaning of its own.

## What it does

Reports the names `scratch` and `context` after AS.

## Why is this bad?

`FROM scratch` starts an empty image, and `context` is the build context. A stage with such a name cannot be used by its
name in every place.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS context
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

_RESERVED = frozenset(("context", "scratch"))


def check(instruction: Instruction) -> Iterator[Finding]:
    """The name after AS of a FROM."""
    word = instruction.stage_name
    if word is not None and (name := word.value.lower()) in _RESERVED:
        yield Finding(0, word.span, f'Stage name should not use the same name as reserved stage "{name}"')


RULE = InstructionRule(
    "ReservedStageName", Severity.WARNING, Group.BUILDKIT, page_of(__doc__), check, url=url_of("ReservedStageName")
)
