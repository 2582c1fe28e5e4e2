"""A model is copied into an inference image, but the variable that names its folder is not set.

## What it does

Reports a COPY or ADD into `azureml-models` below the app root of an inference image if `AZUREML_MODEL_DIR` is not set.

## Why is this bad?

Scoring scripts find their model by `AZUREML_MODEL_DIR`. Azure ML sets the variable if the deployment provides the
model. For a model in the image it stays unset, and `init()` fails.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY model /var/azureml-app/azureml-models
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

from azureml_dockerfile_ls.azureml.families import MODEL_DIR
from azureml_dockerfile_ls.azureml.serving import app_root, has_variable, is_inference, models_folder, starts_services
from azureml_dockerfile_ls.azureml.variables.spelling import misspelt
from azureml_dockerfile_ls.model.copies import copies_near
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import line_below, literal
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Fix, Group, Severity, page_of


def check(stage: Stage) -> Iterator[Finding]:
    """Find the first COPY of a model if the variable is not set."""
    root = app_root(stage)
    if root is None or not is_inference(stage) or not starts_services(stage) or has_variable(stage, MODEL_DIR):
        return
    if MODEL_DIR in misspelt(stage).values():
        return
    models = [
        copy
        for copy in copies_near(stage, models_folder(root))
        if copy.destination and is_inside(copy.destination, models_folder(root))
    ]
    if not models:
        return
    copy = models[0]
    place = places.of_copy(stage, copy)
    folder = posixpath.commonpath([copy.target_folder() or models_folder(root) for copy in models])
    message = (
        f"{MODEL_DIR} is not set, so the scoring script cannot find the model that is copied to {folder}. "
        "Set the variable with ENV."
    )
    edit = line_below(place.at, copy.instruction, f"ENV {MODEL_DIR}={literal(folder, copy.instruction.escape)}")
    fixes = (Fix(f"Add ENV {MODEL_DIR}={folder}", (edit,), is_preferred=True),) if edit else ()
    yield Finding(*place, message, fixes, related=places.inherited(stage, place))


RULE = FinalStageRule("MissingModelDir", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
