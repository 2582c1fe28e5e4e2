"""The model is not where `AZUREML_MODEL_DIR` says.

## What it does

Reports an `AZUREML_MODEL_DIR` that no copied model lies in, although the Dockerfile copies a model to another folder.

## Why is this bad?

The scoring script reads its model from `AZUREML_MODEL_DIR`, finds nothing there, and `init()` fails.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY model /var/azureml-app/models
ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY model /var/azureml-app/azureml-models
ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.stages import app_root, copies, is_inference, is_inside, mentions
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.models import is_model
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Rule, Scope, Severity, page_of, replacement

_VARIABLE = "AZUREML_MODEL_DIR"


def check(stage: Stage) -> Iterator[Finding]:
    """The value of the variable, where every copied model is elsewhere."""
    definition = stage.environment.get(_VARIABLE)
    if definition is None or not isinstance(definition.value, str) or not is_inference(stage):
        return
    folder = posixpath.normpath(definition.value)
    found = list(copies(stage))
    models = [copy for copy in found if any(source is None or is_model(source) for source in copy.sources)]
    known = [copy for copy in models if None not in copy.sources]
    if not known or not folder.startswith("/") or mentions(stage, folder):
        return
    for copy in found:
        if copy.destination is None or _holds(copy.destination, folder, app_root(stage)):
            return
    target = known[-1].target_folder()
    is_own = definition.stage is stage and definition.pair.value_span is not None
    at = definition.index if is_own else 0
    span = definition.pair.value_span if is_own else None
    message = f"Nothing is copied to {folder}: the model goes to {target}, where the scoring script does not look."
    fixes: tuple[Fix, ...] = ()
    if span is not None and target is not None:
        fixes = (replacement(f"Use {target}", at, span, target, is_preferred=True),)
    yield Finding(at, span or stage.instructions[0].arguments_span, message, fixes)


def _holds(destination: str, folder: str, root: str | None) -> bool:
    """Whether a copy to `destination` may put a model into `folder`. The whole app root is too wide to say so."""
    return is_inside(destination, folder) or (destination != root and is_inside(folder, destination))


RULE = Rule("ModelDirMismatch", Severity.WARNING, Scope.FINAL_STAGE, check, page_of(__doc__), covered_by_from=True)
