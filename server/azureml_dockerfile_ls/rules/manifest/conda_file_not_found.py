"""The conda file does not exist.

## What it does

Reports a `conda_file` that is not there. Paths start from the folder of the YAML. The rule is silent on templates, and
on paths outside the repository.

## Why is this bad?

Azure ML cannot read the packages, and refuses the environment. If a script writes the file first, ignore the finding.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: train
image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
conda_file: conda.yaml
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
from azureml_dockerfile_ls.yaml.nodes import Scalar


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the conda files that are missing."""
    for environment in subject.manifest.environments:
        written = environment.conda.value if environment.conda is not None else None
        path = local_path(written) if isinstance(written, Scalar) else None
        if not isinstance(written, Scalar) or path is None or subject.files is None:
            continue
        if subject.files.kind_of(path) is EntryKind.MISSING:
            meant = near_path(subject.files, "", path, EntryKind.FILE)
            message = does_not_exist(f"The conda file {path}", meant)
            yield in_yaml(written.span, message, near_fix(written, path, meant))


RULE = ManifestRule("CondaFileNotFound", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
