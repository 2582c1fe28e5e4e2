"""COPY or ADD has a source that `.dockerignore` excludes.

## What it does

Reports a source in the build context that a line of `.dockerignore` excludes, in every stage. Like BuildKit, it is
silent if `.dockerignore` has exceptions, which are lines with a `!`.

## Why is this bad?

The file is not sent to the build, so the build stops with "not found".

## Example

`.dockerignore`:

```text
*.txt
```

`requirements.txt`:

```text
pandas
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY requirements.txt /tmp/
```

## Use instead

`.dockerignore`:

```text
.git
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY requirements.txt /tmp/
```
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageContextRule, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.sources import is_remote


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """The sources of COPY and ADD."""
    if context is None:
        return
    for index, instruction in stage.each(_from_context):
        lookup = stage.lookup_at(index)
        for word in instruction.words[:-1]:
            source = expand_word(word.value, instruction.escape, lookup)
            if not source or word.value.startswith("<<") or is_remote(source):
                continue
            path = normpath(source)
            if context.excludes(path):
                verb = instruction.name.title()
                message = f'Attempting to {verb} file "{path}" that is excluded by {context.ignore_file}'
                yield Finding(index, word.span, message)


def _from_context(instruction: Instruction) -> Instruction | None:
    is_copy = instruction.name in ("ADD", "COPY") and instruction.flag("from") is None
    return instruction if is_copy else None


RULE = StageContextRule(
    "CopyIgnoredFile", Severity.WARNING, Group.BUILDKIT, page_of(__doc__), check, url=url_of("CopyIgnoredFile")
)
