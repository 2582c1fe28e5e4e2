"""The keywords FROM and AS have different letter cases.

## What it does

Reports an AS whose letter case differs from that of its FROM. A FROM in mixed case is reported by
`ConsistentInstructionCasing` alone.

## Why is this bad?

It is legal, but hard to read.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest as base
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, InstructionRule, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction


def check(instruction: Instruction) -> Iterator[Finding]:
    """The AS of a FROM."""
    if instruction.name != "FROM" or len(instruction.words) < 3:
        return
    keyword, word = instruction.keyword.value, instruction.words[1]
    if word.value.upper() != "AS":
        # BuildKit refuses any other word.
        return
    if keyword == keyword.lower():
        expected = word.value.lower()
    elif keyword == keyword.upper():
        expected = word.value.upper()
    else:
        return
    if word.value != expected:
        fix = replacement(f"Change to {expected}", 0, word.span, expected, is_preferred=True, is_safe=True)
        yield Finding(0, word.span, f"'{word.value}' and '{keyword}' keywords' casing do not match", (fix,))


RULE = InstructionRule(
    "FromAsCasing", Severity.WARNING, Group.BUILDKIT, page_of(__doc__), check, url=url_of("FromAsCasing")
)
