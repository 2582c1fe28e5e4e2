"""The scoring script is not in the folder of the code.

## What it does

Reports a `scoring_script` that does not exist below `code`. The rule is silent on templates, and where the folder does
not exist.

## Why is this bad?

The inference server cannot load the script, so the deployment fails.

## Example

```yaml
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: digits
code_configuration:
  code: src
  scoring_script: scoer.py
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
from azureml_dockerfile_ls.rules.manifest.paths import near_fix, near_path
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Group,
    ManifestRule,
    ManifestSubject,
    Severity,
    in_yaml,
    page_of,
)
from azureml_dockerfile_ls.spelling import did_you_mean


def check(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the scripts that are missing in a folder that exists."""
    files = subject.files
    for code in subject.manifest.codes:
        folder, script = local_path(code.folder), local_path(code.script)
        if code.script is None or folder is None or script is None or files is None:
            continue
        is_there = files.kind_of(folder) is EntryKind.FOLDER
        if is_there and files.kind_of(folder, script) is EntryKind.MISSING:
            meant = near_path(files, folder, script, EntryKind.FILE)
            message = f"The folder {folder} has no script {script}{did_you_mean(meant)}."
            yield in_yaml(code.script.span, message, near_fix(code.script, script, meant))


RULE = ManifestRule("ScoringScriptNotFound", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
