"""FROM uses an ARG that nothing declares.

## What it does

Reports a variable in the image or the `--platform` of a FROM without an ARG of this name before the first FROM. An ARG
below a FROM belongs to that stage, and FROM does not see it.

## Why is this bad?

The variable is empty, whatever `docker build --build-arg` gives.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:${TAG:-latest}
```

## Use instead

```dockerfile
ARG TAG=latest
FROM mcr.microsoft.com/azureml/minimal-py312-inference:${TAG}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS, Stage, argument_names
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageRule, page_of, replacement
from azureml_dockerfile_ls.spelling import closest, did_you_mean


def check(stage: Stage) -> Iterator[Finding]:
    """The variables of the FROM."""
    start = stage.instructions[0]
    platform = start.flag("platform")
    spans = [start.image.span if start.image else None, platform.value_span if platform else None]
    for span in filter(None, spans):
        seen = set()
        for reference in start.variables:
            name = reference.name
            if not span.start <= reference.span.start < span.end or name in seen:
                continue
            seen.add(name)
            if name in stage.global_arguments or name in PLATFORM_ARGUMENTS:
                continue
            meant = closest(name, argument_names(stage.global_arguments))
            fixes = (replacement(f"Change to {meant}", 0, reference.name_span, meant),) if meant else ()
            yield Finding(0, reference.span, f"FROM argument '{name}' is not declared{did_you_mean(meant)}", fixes)


RULE = StageRule(
    "UndefinedArgInFrom",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("UndefinedArgInFrom"),
    looks_at=frozenset(),
)
