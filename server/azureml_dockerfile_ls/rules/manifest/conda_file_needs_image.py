"""The environment has a conda file, but no image.

## What it does

Reports an environment in YAML with `conda_file`, and with neither `image` nor `build`. If its image is below `docker`,
NoImageOrBuild reports that.

## Why is this bad?

Azure ML creates the conda environment on top of an image, so it needs one.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
conda_file: conda.yml
```

`conda.yml`:

```yaml
dependencies:
  - python=3.12
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
conda_file: conda.yml
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
    """Find the environments with a conda file only."""
    for environment in subject.manifest.environments:
        node = environment.node
        if environment.conda is None or not node.is_complete:
            continue
        if any(node.has(key) for key in ("image", "build", "docker")):
            continue
        message = "A conda file needs an image to be installed on. Add an image."
        yield in_yaml(environment.conda.key.span, message)


RULE = ManifestRule("CondaFileNeedsImage", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
