"""Code is built into an inference image, but nothing says which script to run.

## What it does

Reports a COPY or ADD of code into the app root (`/var/azureml-app`) of an inference image where
`AZUREML_ENTRY_SCRIPT` is not set and no `main.py` comes along.

## Why is this bad?

The server runs `main.py` when `AZUREML_ENTRY_SCRIPT` is not set. If there is no such file, the container ends as
soon as it starts.

A Dockerfile that copies no code is right without the variable: the deployment then brings code and variable along.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from azureml_dockerfile_ls.azureml.families import DEFAULT_ENTRY_SCRIPT
from azureml_dockerfile_ls.azureml.stages import (
    Copy,
    app_root,
    copies,
    environment_value,
    has_variable,
    is_inference,
    is_inside,
    mentions,
    models_folder,
    starts_services,
)
from azureml_dockerfile_ls.azureml.variables import suggest
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.models import is_model
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Rule, Scope, Severity, page_of
from azureml_dockerfile_ls.text import Span

_VARIABLE = "AZUREML_ENTRY_SCRIPT"
_NO_CODE = ("*.txt", "*.y*ml", "*.json")


def check(stage: Stage) -> Iterator[Finding]:
    """The first COPY of code into the app root, where the server would not find its script."""
    root = app_root(stage)
    if root is None or not is_inference(stage) or not starts_services(stage) or has_variable(stage, _VARIABLE):
        return
    if any(suggest(name) == _VARIABLE for name in stage.environment) or mentions(stage, DEFAULT_ENTRY_SCRIPT):
        return
    code = [copy for copy in copies(stage) if _is_into(copy, root, stage)]
    if not any(_has_code(copy) for copy in code) or any(_may_bring_default(copy) for copy in code):
        return
    copy = next(copy for copy in code if _has_code(copy))
    at, span = (copy.index, copy.destination_word.span) if copy.stage is stage else (0, _from_span(stage))
    script = _script(copy, root)
    message = f"The server will look for {root}/{DEFAULT_ENTRY_SCRIPT}, since {_VARIABLE} is not set."
    end = len(stage.instructions[at].text)
    edit = Edit(at, Span(end, end), f"\nENV {_VARIABLE}={script}")
    yield Finding(at, span, message, (Fix(f"Add ENV {_VARIABLE}={script}", (edit,), is_preferred=True),))


def _from_span(stage: Stage) -> Span:
    reference = stage.instructions[0].image
    return reference.span if reference else stage.instructions[0].keyword.span


def _is_into(copy: Copy, root: str, stage: Stage) -> bool:
    """Whether a COPY puts something other than a model into the app root, or may do so."""
    if copy.destination is None:
        return True
    folders = [models_folder(root), environment_value(stage, "AZUREML_MODEL_DIR")]
    if any(folder and is_inside(copy.destination, posixpath.normpath(folder)) for folder in folders):
        return False
    return is_inside(copy.destination, root)


def _has_code(copy: Copy) -> bool:
    if copy.destination is None:
        return False
    return any(
        source is not None
        and not any(fnmatchcase(posixpath.basename(source), pattern) for pattern in _NO_CODE)
        and not is_model(source)
        for source in copy.sources
    )


def _may_bring_default(copy: Copy) -> bool:
    """Whether the copied files may hold a `main.py` that cannot be seen from here."""
    if copy.destination is None or not copy.from_context:
        return True
    if posixpath.basename(copy.destination) == DEFAULT_ENTRY_SCRIPT:
        return True
    return any(
        source is None or fnmatchcase(DEFAULT_ENTRY_SCRIPT, posixpath.basename(source.rstrip("/")))
        for source in copy.sources
    )


def _script(copy: Copy, root: str) -> str:
    """The script that the COPY brings, relative to the app root; `score.py` where it does not name one."""
    folder = copy.target_folder() or root
    names = [posixpath.basename(source) for source in copy.sources if source and source.endswith(".py")]
    if copy.destination and copy.destination.endswith(".py"):
        return posixpath.relpath(copy.destination, root)
    name = names[0] if len(names) == 1 else "score.py"
    return posixpath.relpath(posixpath.join(folder, name), root)


RULE = Rule("MissingEntryScript", Severity.WARNING, Scope.FINAL_STAGE, check, page_of(__doc__), covered_by_from=True)
