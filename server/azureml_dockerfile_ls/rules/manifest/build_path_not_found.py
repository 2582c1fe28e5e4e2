"""The build context does not exist.

## What it does

Reports a `build.path` that is not there, and the `image.context.dir` of an asset. Paths start from the folder of the
YAML. The rule is silent on URLs, templates, and paths outside the repository.

## Why is this bad?

Azure ML cannot upload the folder, and refuses the environment.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  path: contxt
```

`context/Dockerfile`:

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  path: context
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.manifest.model import local_path
from azureml_dockerfile_ls.rules.manifest.paths import does_not_exist, near_fix, near_path
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Group,
    ManifestRule,
    ManifestSubject,
    Severity,
    in_yaml,
    page_of,
)


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the contexts that are missing."""
    for build in subject.manifest.builds:
        path = local_path(build.context)
        if build.context is None or path is None or subject.files is None:
            continue
        if subject.files.kind_of(path) is EntryKind.MISSING:
            meant = near_path(subject.files, "", path, EntryKind.FOLDER)
            message = does_not_exist(f"The folder {path}", meant)
            yield in_yaml(build.context.span, message, near_fix(build.context, path, meant))


RULE = ManifestRule("BuildPathNotFound", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
