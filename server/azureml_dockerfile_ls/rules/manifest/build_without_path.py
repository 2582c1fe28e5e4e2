"""The environment has a Dockerfile, but no build context.

## What it does

Reports `build` without `path`.

## Why is this bad?

Azure ML uploads the folder that `path` names, and builds the Dockerfile in it. Without a folder it refuses the
environment with "ContextUri is required".

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  dockerfile_path: Dockerfile
```

`Dockerfile`:

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  path: .
  dockerfile_path: Dockerfile
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Fix,
    Group,
    ManifestRule,
    ManifestSubject,
    Severity,
    in_yaml,
    page_of,
    replacement_in_yaml,
)
from azureml_dockerfile_ls.text import Span


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the builds without a path."""
    for environment in subject.manifest.environments:
        build = environment.build
        if build is None or environment.build_key is None or build.context is not None or not build.is_complete:
            continue
        node = environment.node.mapping("build")
        if node is None or not node.pairs or node.has("path"):
            continue
        first = node.pairs[0].key.span
        line = subject.manifest.text.rfind("\n", 0, first.start) + 1
        indent = subject.manifest.text[line : first.start]
        fixes: tuple[Fix, ...] = ()
        if not indent.strip(" "):
            at = Span(first.start, first.start)
            fixes = (replacement_in_yaml("Add path: .", at, f"path: .\n{indent}", is_preferred=True),)
        yield in_yaml(environment.build_key.span, "build has no path, the folder to build in. Add path.", fixes)


RULE = ManifestRule("BuildWithoutPath", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
