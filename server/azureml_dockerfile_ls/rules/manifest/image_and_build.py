"""The environment has both an image and a build context.

## What it does

Reports an environment in YAML with `image` and `build`.

## Why is this bad?

Azure ML refuses it: the image is either pulled or built. An image to build on belongs in the FROM of the Dockerfile.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
build:
  path: .
```

`Dockerfile`:

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install --no-cache-dir pandas
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
build:
  path: .
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
    """Find the environments with both."""
    for environment in subject.manifest.environments:
        if environment.image is not None and environment.build_key is not None and environment.build is not None:
            message = "An environment has either an image or a build context, not both. Remove one of them."
            yield in_yaml(environment.build_key.span, message)


RULE = ManifestRule("ImageAndBuild", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
