"""The name of an ARG or ENV suggests a secret.

## What it does

Reports an ARG or ENV of a stage with a word such as `password`, `token`, `key`, `secret` or `auth` in its name. It is
silent if the name also has the word `public`, `file` or `version`.

## Why is this bad?

The values of ARG and ENV stay in the image and its history, where everybody who can pull the image can read them. Set
such a variable in the `environment_variables` of the deployment, and give a secret to a RUN by `--mount=type=secret`.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV API_TOKEN=""
EXPOSE 5001
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
EXPOSE 5001
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.buildkit.urls import url_of
from azureml_dockerfile_ls.rules.rule import Finding, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.syntax.nodes import Instruction, KeyValuePair

_SECRET = lazy_pattern(
    r"(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)", re.IGNORECASE
)
_PUBLIC = lazy_pattern(r"(?:_|^)(?:public|file|version)(?:_|$)", re.IGNORECASE)


def check(stage: Stage) -> Iterator[Finding]:
    """The names in ARG and ENV."""
    for index, pairs in stage.each(_secrets):
        name = stage.instructions[index].name
        for pair in pairs:
            message = f'Do not use ARG or ENV instructions for sensitive data ({name} "{pair.name}")'
            yield Finding(index, pair.name_span, message)


def _secrets(instruction: Instruction) -> tuple[KeyValuePair, ...]:
    if instruction.name not in ("ARG", "ENV"):
        return ()
    return tuple(pair for pair in instruction.pairs if _SECRET.search(pair.name) and not _PUBLIC.search(pair.name))


RULE = StageRule(
    "SecretsUsedInArgOrEnv",
    Severity.WARNING,
    Group.BUILDKIT,
    page_of(__doc__),
    check,
    url=url_of("SecretsUsedInArgOrEnv"),
    looks_at=frozenset(),
)
