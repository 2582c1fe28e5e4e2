"""The first WORKDIR of a stage is relative.

## What it does

Reports a relative WORKDIR if no WORKDIR of the file sets an absolute path before it, in this stage or in the stage that
it is built on.

## Why is this bad?

The folder depends on the working directory of the base image, and changes with it.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
WORKDIR app
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
WORKDIR /app
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageRule, page_of

_DRIVE = lazy_pattern(r"[A-Za-z]:|\\\\")
"""The start of a path that is absolute on Windows."""


def check(stage: Stage) -> Iterator[Finding]:
    """The first WORKDIR."""
    indexes = stage.indexes("WORKDIR")
    below = stage.base
    if not indexes or (below is not None and below.has_any("WORKDIR")):
        return
    instruction = stage.instructions[indexes[0]]
    path = stage.text_of(indexes[0])
    if path is None or path.startswith("/") or not instruction.words:
        return
    if _DRIVE.match(path) and (stage.image is None or stage.image.is_for_windows):
        return
    message = f'Relative workdir "{path}" can have unexpected results if the base image changes'
    yield Finding(indexes[0], instruction.arguments_span, message)


RULE = StageRule(
    "WorkdirRelativePath",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("WorkdirRelativePath"),
    looks_at=frozenset(),
)
