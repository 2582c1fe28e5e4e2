"""The base image exists for another platform only.

## What it does

Reports a `--platform` of FROM that differs from linux/amd64 on an image of Azure ML, which exists for linux/amd64 only.

## Why is this bad?

BuildKit takes the image of the wrong platform, and its programs do not start, or are emulated and slow.

## Example

```dockerfile
FROM --platform=linux/arm64 mcr.microsoft.com/azureml/minimal-py312-inference:latest AS arm64
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.syntax.platforms import parse_platform

_ONLY = "linux/amd64"
"""The platform of Azure ML's images."""


def check(stage: Stage) -> Iterator[Finding]:
    """The platform of the FROM."""
    start = stage.instructions[0]
    flag = start.flag("platform")
    if stage.base is not None or start.image is None or not is_on_azureml(stage):
        return
    if flag is None or not flag.value or not flag.value_span or "$" in flag.value:
        return
    platform = parse_platform(flag.value)
    if platform is not None and platform.name != _ONLY:
        message = (
            f'Base image {start.image.text} was pulled with platform "{_ONLY}", '
            f'expected "{platform.name}" for current build'
        )
        yield Finding(0, flag.value_span, message)


RULE = StageRule(
    "InvalidBaseImagePlatform", Severity.WARNING, Group.BUILDKIT, page_of(__doc__), check, looks_at=frozenset()
)
