"""The build context has no such Dockerfile.

## What it does

Reports a `dockerfile_path` that does not exist in `build.path`, or the path if `Dockerfile` is missing there. The
`image.context` of an asset is examined in the same way. The rule is silent on templates, and where the context does not
exist.

## Why is this bad?

The build stops with "lstat …: no such file or directory". The path starts from `build.path`, so do not repeat
that folder.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  path: deploy
  dockerfile_path: deploy/Dockerfile
```

`deploy/Dockerfile`:

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  path: deploy
  dockerfile_path: Dockerfile
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.manifest.model import Build
from azureml_dockerfile_ls.rules.manifest.paths import near_fix, near_path
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
from azureml_dockerfile_ls.spelling import did_you_mean


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the Dockerfiles that are missing in a context that exists."""
    files = subject.files
    for build in subject.manifest.builds:
        paths = build.paths()
        if paths is None or files is None or build.context is None or not build.is_complete:
            continue
        context, dockerfile = paths
        is_there = files.kind_of(context) is EntryKind.FOLDER
        if not is_there or files.kind_of(context, dockerfile) is not EntryKind.MISSING:
            continue
        message, fixes = _repair(files, build, context, dockerfile)
        yield in_yaml((build.dockerfile or build.context).span, message, fixes)


def _repair(files: ManifestFiles, build: Build, context: str, dockerfile: str) -> tuple[str, tuple[Fix, ...]]:
    """What to say of a missing Dockerfile, and the fixes."""
    place = "The folder of this file" if context == "." else f"The folder {context}"
    message = f"{place} has no {dockerfile}"
    if build.dockerfile is None:
        return f"{message}, so there is nothing to build.", ()
    repeated = dockerfile.removeprefix(f"{context}/")
    if repeated != dockerfile and files.kind_of(context, repeated) is EntryKind.FILE:
        title = f"Change to {repeated}"
        fix = replacement_in_yaml(title, build.dockerfile.inner, repeated, is_preferred=True, is_safe=True)
        return f"{message}. dockerfile_path starts from path, so {context} must not be written again.", (fix,)
    meant = near_path(files, context, dockerfile, EntryKind.FILE)
    return f"{message}{did_you_mean(meant)}.", tuple(near_fix(build.dockerfile, dockerfile, meant))


RULE = ManifestRule("DockerfileNotFound", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
