"""MAINTAINER is deprecated.

## What it does

Reports MAINTAINER.

## Why is this bad?

Docker deprecated MAINTAINER in favour of the label `org.opencontainers.image.authors`, which tools can read.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
MAINTAINER jane@example.com
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
LABEL org.opencontainers.image.authors="jane@example.com"
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, InstructionRule, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction

_LABEL = "org.opencontainers.image.authors"


def check(instruction: Instruction) -> Iterator[Finding]:
    """A MAINTAINER."""
    if instruction.name == "MAINTAINER":
        message = "Maintainer instruction is deprecated in favor of using label"
        yield Finding(0, instruction.keyword.span, message, tuple(_fixes(instruction)))


def _fixes(instruction: Instruction) -> Iterator[Fix]:
    if len(instruction.words) != 1 or not instruction.words[0].value:
        return
    value = instruction.words[0].value
    # MAINTAINER takes its text as it is, and LABEL expands variables.
    quoted = re.sub(rf'["$]|{re.escape(instruction.escape)}', lambda match: instruction.escape + match.group(), value)
    keyword = "label" if instruction.keyword.value.islower() else "LABEL"
    text = f'{keyword} {_LABEL}="{quoted}"'
    span = instruction.keyword.span._replace(end=instruction.words[0].span.end)
    yield replacement("Replace by a label", 0, span, text, is_preferred=True)


RULE = InstructionRule(
    "MaintainerDeprecated",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("MaintainerDeprecated"),
    marks_deprecated=True,
)
