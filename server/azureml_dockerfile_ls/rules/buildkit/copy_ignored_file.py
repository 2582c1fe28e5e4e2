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
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageContextRule, page_of
from azureml_dockerfile_ls.syntax.nodes import Word
from azureml_dockerfile_ls.syntax.sources import is_remote


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """The sources of COPY and ADD."""
    if context is None or not context.may_exclude:
        return
    for index, sources in stage.each_site(_sources, "ADD", "COPY"):
        for word, path in sources:
            if context.excludes(path):
                verb = stage.instructions[index].name.title()
                message = f'Attempting to {verb} file "{path}" that is excluded by {context.ignore_file}'
                yield Finding(index, word.span, message)


def _sources(site: Site) -> tuple[tuple[Word, str], ...]:
    """The sources in the build context whose values are known, each with its path."""
    instruction = site.instruction
    if instruction.flag("from") is not None:
        return ()
    words = [word for word in instruction.words[:-1] if not word.value.startswith("<<")]
    has_variables = any("$" in word.value for word in words)
    lookup = site.lookup if has_variables else _nothing
    expanded = ((word, expand_word(word.value, instruction.escape, lookup)) for word in words)
    return tuple((word, normpath(source)) for word, source in expanded if source and not is_remote(source))


def _nothing(_: str) -> None:
    """The lookup of a word without variables, so that an edit of a variable does not matter to it."""


RULE = StageContextRule(
    "CopyIgnoredFile",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("CopyIgnoredFile"),
    looks_at=frozenset(("ADD", "COPY")),
)
