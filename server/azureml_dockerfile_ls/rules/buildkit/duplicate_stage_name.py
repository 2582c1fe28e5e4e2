"""Two stages have the same name.

## What it does

Reports a name after AS that an earlier stage of the file has, in any letter case.

## Why is this bad?

A later `COPY --from=` or `FROM` takes the last stage before it with this name, and `docker build --target` takes the
last of the file. That is easy to overlook.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base

FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS base

FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest AS serving
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, ModelRule, RelatedInstruction, Severity, page_of
from azureml_dockerfile_ls.syntax.nodes import Word


def check(model: Model) -> Iterator[Finding]:
    """The name of each stage that an earlier one has."""
    earlier: dict[str, tuple[int, Word]] = {}
    for first, stage in model.stages:
        word = stage.instructions[0].stage_name
        if word is None:
            continue
        name = word.value.lower()
        if name not in earlier:
            earlier[name] = (first, word)
            continue
        at, known = earlier[name]
        related = (RelatedInstruction(at, known.span, "The first stage with this name."),)
        message = f'Duplicate stage name "{name}", stage names should be unique'
        yield Finding(first, word.span, message, related=related)


RULE = ModelRule(
    "DuplicateStageName", Severity.WARNING, Group.BUILDKIT, page_of(__doc__), check, url=url_of("DuplicateStageName")
)
