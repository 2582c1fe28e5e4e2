"""The model is not where `AZUREML_MODEL_DIR` says.

## What it does

Reports an `AZUREML_MODEL_DIR` to which nothing is copied, although the Dockerfile copies a model to another folder. It
is silent where a command of a RUN may fill the folder.

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

from azureml_dockerfile_ls.azureml.model_files import is_model
from azureml_dockerfile_ls.azureml.serving import app_root, is_inference
from azureml_dockerfile_ls.model.copies import Copy, copies
from azureml_dockerfile_ls.model.run_commands import commands
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_file_name, is_inside
from azureml_dockerfile_ls.rules.fixes import literal
from azureml_dockerfile_ls.rules.rule import Finding, Rule, Scope, Severity, page_of, replacement
from azureml_dockerfile_ls.shell.commands import Command, mentions

_MAKES_NO_FILES = frozenset(("mkdir", "chown", "chmod", "ls", "cd", "test"))
_VARIABLE = "AZUREML_MODEL_DIR"


def check(stage: Stage) -> Iterator[Finding]:
    """The value of the variable, where every copied model is elsewhere."""
    definition = stage.environment.get(_VARIABLE)
    if definition is None or not isinstance(definition.value, str) or not is_inference(stage):
        return
    folder = posixpath.normpath(definition.value)
    found = list(copies(stage))
    models = [copy for copy in found if any(source and is_model(source) for source in copy.sources)]
    if not models or not folder.startswith("/") or any(_may_fill(copy, folder, app_root(stage)) for copy in found):
        return
    if any(_may_make(command, workdir, folder) for command, workdir in commands(stage)):
        return
    target = models[-1].target_folder()
    message = f"Nothing is copied to {folder}: the model goes to {target}, where the scoring script does not look."
    span = definition.pair.value_span
    if definition.stage is not stage or span is None or target is None:
        yield Finding(0, stage.instructions[0].words[0].span, message)
        return
    text = literal(target, stage.instructions[definition.index].escape)
    fix = replacement(f"Use {target}", definition.index, span, text, is_preferred=True)
    yield Finding(definition.index, span, message, (fix,))


def _may_fill(copy: Copy, folder: str, root: str | None) -> bool:
    """Whether a COPY may put files into `folder`."""
    if copy.destination is None or is_inside(copy.destination, folder):
        return True
    if not is_inside(folder, copy.destination):
        return False
    if copy.destination != root:
        return copy.instruction.name == "ADD" or not all(source and is_file_name(source) for source in copy.sources)
    # Code goes to the app root. A folder of its own among it would be the model's, if all of the context is copied.
    return any(
        source is None or source.rstrip("/") in ("", ".") or "*" in source or not copy.from_context
        for source in copy.sources
    )


def _may_make(command: Command, workdir: str | None, folder: str) -> bool:
    """Whether a command of a RUN may put files into `folder`."""
    if command.program in _MAKES_NO_FILES:
        return False
    is_there = workdir is not None and is_inside(posixpath.normpath(workdir), folder)
    return is_there or mentions(command, folder) or mentions(command, _VARIABLE)


RULE = Rule("ModelDirMismatch", Severity.WARNING, Scope.FINAL_STAGE, check, page_of(__doc__), covered_by_from=True)
