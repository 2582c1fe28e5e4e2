"""A model is built into an inference image, but the variable that names its folder is not set.

## What it does

Reports a COPY or ADD into `azureml-models` below the app root of an inference image where `AZUREML_MODEL_DIR` is not
set.

## Why is this bad?

Scoring scripts find their model by `AZUREML_MODEL_DIR`. Azure ML sets it when a deployment brings the model along; for
a model in the image nobody does, and `init()` fails.

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

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.stages import (
    app_root,
    copies,
    has_variable,
    is_inference,
    is_inside,
    models_folder,
    starts_services,
)
from azureml_dockerfile_ls.azureml.variables import suggest
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Rule, Scope, Severity, page_of
from azureml_dockerfile_ls.text import Span

_VARIABLE = "AZUREML_MODEL_DIR"


def check(stage: Stage) -> Iterator[Finding]:
    """The first COPY of a model, where the variable is missing."""
    root = app_root(stage)
    if root is None or not is_inference(stage) or not starts_services(stage) or has_variable(stage, _VARIABLE):
        return
    if any(suggest(name) == _VARIABLE for name in stage.environment):
        return
    for copy in copies(stage):
        if copy.destination is None or not is_inside(copy.destination, models_folder(root)):
            continue
        at, word = (copy.index, copy.destination_word.span) if copy.stage is stage else (0, None)
        folder = copy.target_folder()
        message = f"{_VARIABLE} is not set, so the scoring script cannot find the model that is copied to {folder}."
        end = len(stage.instructions[at].text)
        edit = Edit(at, Span(end, end), f"\nENV {_VARIABLE}={folder}")
        fix = Fix(f"Add ENV {_VARIABLE}={folder}", (edit,), is_preferred=True)
        yield Finding(at, word or stage.instructions[0].arguments_span, message, (fix,))
        return


RULE = Rule("MissingModelDir", Severity.WARNING, Scope.FINAL_STAGE, check, page_of(__doc__), covered_by_from=True)
