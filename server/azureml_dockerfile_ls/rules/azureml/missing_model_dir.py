"""A model is copied into an inference image, but the variable that names its folder is not set.

## What it does

Reports a COPY or ADD into `azureml-models` below the app root of an inference image if `AZUREML_MODEL_DIR` is not set.
The rule is silent if another variable of the Dockerfile names the destination, and if the entry script in the build
context does not use `AZUREML_MODEL_DIR`.

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
from collections.abc import Iterator, Sequence

from azureml_dockerfile_ls.azureml.families import DEFAULT_ENTRY_SCRIPT, ENTRY_SCRIPT, MODEL_DIR
from azureml_dockerfile_ls.azureml.serving import (
    app_root,
    environment_value,
    has_variable,
    is_inference,
    models_folder,
    starts_services,
)
from azureml_dockerfile_ls.azureml.variables.spelling import misspelt
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.model.copies import Copy, copies_near
from azureml_dockerfile_ls.model.origins import origin
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import line_below, literal
from azureml_dockerfile_ls.rules.rule import ContextRule, Finding, Fix, Group, Severity, page_of


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
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
    if not models or _is_named_otherwise(stage, models) or not _may_be_read(stage, root, context):
        return
    copy = models[0]
    place = places.of_copy(stage, copy)
    folder = posixpath.commonpath([copy.target_folder() or models_folder(root) for copy in models])
    message = (
        f"{MODEL_DIR} is not set, so the scoring script cannot find the model that is copied to {folder}. "
        "Set the variable with ENV."
    )
    text = literal(folder, copy.instruction.escape)
    edit = line_below(place.at, copy.instruction, f"ENV {MODEL_DIR}={text}") if text is not None else None
    fixes = (Fix(f"Add ENV {MODEL_DIR}={folder}", (edit,), is_preferred=True),) if edit else ()
    yield Finding(*place, message, fixes, related=places.inherited(stage, place))


def _is_named_otherwise(stage: Stage, models: Sequence[Copy]) -> bool:
    """Whether another variable names the destination of a model, or a path in it, for the script to read."""
    values = [
        posixpath.normpath(value)
        for definition in stage.environment.values()
        if isinstance(value := definition.value, str) and value.startswith("/")
    ]
    destinations = [copy.destination for copy in models if copy.destination]
    folders = [*destinations, *(folder for copy in models if (folder := copy.target_folder()))]
    return any(value in folders or is_inside(value, path) for value in values for path in destinations)


def _may_be_read(stage: Stage, root: str, context: BuildContext | None) -> bool:
    """Whether the entry script may read the variable: it names it, or its text is not known."""
    script = environment_value(stage, ENTRY_SCRIPT) if has_variable(stage, ENTRY_SCRIPT) else DEFAULT_ENTRY_SCRIPT
    if context is None or not script:
        return True
    found = origin(stage, posixpath.normpath(posixpath.join(root, script)), context)
    is_file = found.kind is EntryKind.FILE and found.path is not None
    return not is_file or context.value_of(found.path or "", _names_variable) is not False


def _names_variable(text: str) -> bool:
    return MODEL_DIR in text


RULE = ContextRule("MissingModelDir", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
