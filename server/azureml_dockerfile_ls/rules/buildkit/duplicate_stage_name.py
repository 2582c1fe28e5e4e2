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
from azureml_dockerfile_ls.syntax.nodes import Instruction


def check(model: Model) -> Iterator[Finding]:
    """The name of each stage that an earlier one has."""
    names = model.values.of(_name)
    if len(names) == len({name for _, name in names}):
        return
    earlier: dict[str, int] = {}
    for index, name in names:
        word, known = model.instructions[index].stage_name, earlier.setdefault(name, index)
        first = model.instructions[known].stage_name
        if known != index and word is not None and first is not None:
            related = (RelatedInstruction(known, first.span, "The first stage with this name."),)
            message = f'Duplicate stage name "{name}", stage names should be unique'
            yield Finding(index, word.span, message, related=related)


def _name(instruction: Instruction) -> str | None:
    return instruction.stage_name.value.lower() if instruction.stage_name else None


RULE = ModelRule(
    "DuplicateStageName", Severity.WARNING, Group.BUILDKIT, page_of(__doc__), check, url=url_of("DuplicateStageName")
)
