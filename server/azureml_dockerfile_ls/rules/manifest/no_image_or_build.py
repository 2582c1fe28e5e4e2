"""The environment has neither an image nor a build context.

## What it does

Reports the YAML of an environment without `image` and without `build`. It is silent while a line of the file does not
parse.

## Why is this bad?

Azure ML refuses to create the environment.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
description: Packages for training
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
description: Packages for training
image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

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
    """Find an environment document with neither."""
    for environment in subject.manifest.environments:
        node = environment.node
        if not environment.is_document or not node.is_complete or not node.has("$schema"):
            continue
        # A conda file without an image is a finding of its own.
        if not any(node.has(key) for key in ("image", "build", "conda_file", "channels", "dependencies", "id")):
            yield in_yaml(environment.key, "The environment has neither an image nor a build context. Add one of them.")


RULE = ManifestRule("NoImageOrBuild", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
