"""The environment has a Dockerfile, but no build context.

## What it does

Reports `build` without `path`. If another key clearly stands for it, such as `local_path`, which early
versions of Azure ML's command line had, or `context` of Docker Compose, that key is reported, and the fix renames it.

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

from azureml_dockerfile_ls.manifest.model import Manifest
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
from azureml_dockerfile_ls.spelling import edits
from azureml_dockerfile_ls.text import Span
from azureml_dockerfile_ls.yaml.nodes import Mapping, Pair, Scalar

_MEANT = frozenset(("local_path", "context", "context_path", "context_uri", "build_context", "dir", "folder"))
"""Keys that mean the path elsewhere: in an earlier Azure ML, its REST interface, an asset and Docker Compose."""


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the builds without a path."""
    for environment in subject.manifest.environments:
        build = environment.build
        if build is None or environment.build_key is None or build.context is not None or not build.is_complete:
            continue
        node = environment.node.mapping("build")
        if node is None or not node.pairs or node.has("path"):
            continue
        others = [pair for pair in node.pairs if pair.key.value != "dockerfile_path"]
        if len(others) == 1 and _means_path(others[0]):
            key = others[0].key
            fix = replacement_in_yaml("Rename to path", key.inner, "path", is_preferred=True)
            message = f"Azure ML does not know the key {key.value}, so build has no folder. Rename it to path."
            yield in_yaml(key.span, message, (fix,))
            continue
        # A folder beside an unknown key may be the wrong one.
        fixes = () if others else _with_path(subject.manifest, node)
        yield in_yaml(environment.build_key.span, "build has no path, the folder to build in. Add path.", fixes)


def _means_path(pair: Pair) -> bool:
    return isinstance(pair.value, Scalar) and (
        pair.key.value in _MEANT or edits(pair.key.value.lower(), "path", 1) is not None
    )


def _with_path(manifest: Manifest, build: Mapping) -> Iterator[Fix]:
    first = build.pairs[0].key.span
    indent = manifest.text[manifest.text.rfind("\n", 0, first.start) + 1 : first.start]
    if not indent.strip(" "):
        at = Span(first.start, first.start)
        yield replacement_in_yaml("Add path: .", at, f"path: .\n{indent}", is_preferred=True)


RULE = ManifestRule("BuildWithoutPath", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
