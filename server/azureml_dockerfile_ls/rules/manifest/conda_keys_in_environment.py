"""The environment contains keys of a conda file.

## What it does

Reports `channels` and `dependencies` in an environment in YAML.

## Why is this bad?

Azure ML refuses such an environment. These keys belong in the conda file, which `conda_file` names or contains.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
dependencies:
  - python=3.12
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
conda_file:
  dependencies:
    - python=3.12
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
    """Find the first key of a conda file in each environment."""
    for environment in subject.manifest.environments:
        pair = next((pair for pair in environment.node.pairs if pair.key.value in ("channels", "dependencies")), None)
        if pair is not None:
            message = f"An environment has no key {pair.key.value}. Move it to the conda file, below conda_file."
            yield in_yaml(pair.key.span, message)


RULE = ManifestRule("CondaKeysInEnvironment", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
