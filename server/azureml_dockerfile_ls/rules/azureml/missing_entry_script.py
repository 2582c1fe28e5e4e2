"""Code is built into an inference image, but nothing says which script to run.

## What it does

Reports a COPY or ADD of code into the app root (`/var/azureml-app`) of an inference image where
`AZUREML_ENTRY_SCRIPT` is not set and no `main.py` is copied. It looks into the build context where that is known. It is
silent where one may come along unseen: from another stage, by a pattern such as `*.py`, out of an archive, or by a
command of a RUN; and where CMD or ENTRYPOINT starts another server.

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

from azureml_dockerfile_ls.azureml.entry_script import entry_scripts
from azureml_dockerfile_ls.azureml.families import DEFAULT_ENTRY_SCRIPT
from azureml_dockerfile_ls.azureml.model_files import is_model
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
from azureml_dockerfile_ls.model.origins import context_matches, is_archive, may_be_made, origin
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import line_below, literal
from azureml_dockerfile_ls.rules.rule import ContextRule, Finding, Fix, Group, Severity, page_of

_VARIABLE = "AZUREML_ENTRY_SCRIPT"
_USUAL_SCRIPT = "score.py"
_NO_CODE = (
    *("*.txt", "*.y*ml", "*.json", "*.csv", "*.md"),
    *("*.pkl", "*.pickle", "*.joblib", "*.onnx", "*.pt", "*.pth", "*.h5", "*.keras", "*.pb", "*.safetensors", "*.bin"),
)


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """The first COPY of code into the app root, where the server would not find its script."""
    root = app_root(stage)
    if root is None or not is_inference(stage) or not starts_services(stage) or has_variable(stage, _VARIABLE):
        return
    if _VARIABLE in misspelt(stage).values():
        return
    no_models = [copy for copy in copies_near(stage, root) if not _is_for_models(copy, root, stage)]
    code = [copy for copy in no_models if copy.destination and is_inside(copy.destination, root) and _has_code(copy)]
    default = posixpath.join(root, DEFAULT_ENTRY_SCRIPT)
    if not code or may_be_made(stage, default):
        return
    if context is not None and context_matches(stage, context):
        # Where no COPY has to do with it, nothing brings it.
        found = origin(stage, default, context)
        if found.kind in (EntryKind.FILE, EntryKind.FOLDER) or (
            found.kind is EntryKind.UNKNOWN and found.copy is not None
        ):
            return
    else:
        context = None
        if any(_may_bring_default(copy, root) for copy in no_models):
            return
    copy = code[0]
    place = places.of_copy(stage, copy)
    message = f"The server will look for {default}, since {_VARIABLE} is not set."
    script = _script(code, root)
    if context is not None:
        scripts, is_all = entry_scripts(stage, root, context)
        script = scripts[0] if is_all and len(scripts) == 1 else script
    edit = line_below(place.at, copy.instruction, f"ENV {_VARIABLE}={literal(script, copy.instruction.escape)}")
    fixes = (Fix(f"Add ENV {_VARIABLE}={script}", (edit,), is_preferred=True),) if edit else ()
    yield Finding(*place, message, fixes, related=places.inherited(stage, place))


def _is_for_models(copy: Copy, root: str, stage: Stage) -> bool:
    folders = [models_folder(root), environment_value(stage, "AZUREML_MODEL_DIR")]
    return any(
        copy.destination and folder and is_inside(copy.destination, posixpath.normpath(folder)) for folder in folders
    )


def _names(copy: Copy) -> list[str | None]:
    """The names of what is copied, without their folders: the one at the destination where that is a file."""
    if copy.destination != copy.target_folder():
        return [posixpath.basename(copy.destination or "")]
    return [None if source is None else posixpath.basename(source.rstrip("/")) for source in copy.sources]


def _has_code(copy: Copy) -> bool:
    return any(
        name is None or not (is_model(name) or any(fnmatchcase(name.lower(), pattern) for pattern in _NO_CODE))
        for name in _names(copy)
    )


def _may_bring_default(copy: Copy, root: str) -> bool:
    """Whether the copied files may hold a `main.py` for the app root that cannot be seen from here."""
    if not _has_code(copy):
        return False
    if copy.destination is None or (copy.destination != root and is_inside(root, copy.destination)):
        return True
    if not is_inside(copy.destination, root):
        return False
    if copy.instruction.flag("from"):
        return True
    unpacks = copy.instruction.name == "ADD"
    return any(
        name is None or fnmatchcase(DEFAULT_ENTRY_SCRIPT, name) or (unpacks and is_archive(name))
        for name in _names(copy)
    )


def _script(code: list[Copy], root: str) -> str:
    """The script that the COPYs name, relative to the app root; `score.py` where they do not name one."""
    named = [
        posixpath.join(copy.target_folder() or root, name)
        for copy in code
        for name in _names(copy)
        if name and name.endswith(".py") and not any(character in name for character in "*?[")
    ]
    usual = [script for script in named if posixpath.basename(script) == _USUAL_SCRIPT]
    if len(named) == 1 or usual:
        return posixpath.relpath((usual or named)[0], root)
    folders = [copy.target_folder() or root for copy in code]
    return posixpath.relpath(posixpath.join(root if root in folders else folders[0], _USUAL_SCRIPT), root)


RULE = ContextRule("MissingEntryScript", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
