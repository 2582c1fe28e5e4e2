"""The code of the deployment does not exist.

## What it does

Reports a `code_configuration.code` that is not there. Paths start from the folder of the YAML. The rule is silent on
templates such as `<PATH>`, and on paths outside the repository.

## Why is this bad?

Azure ML cannot upload the folder, and refuses the deployment.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: digits
code_configuration:
  code: scr
  scoring_script: score.py
environment: azureml:digits@latest
```

`src/score.py`:

```python
def init():
    pass


def run(data):
    return data
```

## Use instead

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: digits
code_configuration:
  code: src
  scoring_script: score.py
environment: azureml:digits@latest
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
    """Find the folders of code of deployments that are missing."""
    for code in subject.manifest.codes:
        path = local_path(code.folder)
        if not code.is_served or code.folder is None or path is None or subject.files is None:
            continue
        if subject.files.kind_of(path) is EntryKind.MISSING:
            meant = near_path(subject.files, "", path, EntryKind.FOLDER)
            message = does_not_exist(f"The folder {path}", meant)
            yield in_yaml(code.folder.span, message, near_fix(code.folder, path, meant))


RULE = ManifestRule("CodeNotFound", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
