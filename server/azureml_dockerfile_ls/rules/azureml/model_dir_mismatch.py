"""The model is not copied to the folder that `AZUREML_MODEL_DIR` names.

## What it does

Reports an `AZUREML_MODEL_DIR` that names a folder to which nothing is copied, although the Dockerfile copies a model to
another folder. It also reports a value that names the copied model file and not its folder. The rule looks into the
build context if that is known. It is silent if a RUN command may fill the folder.

## Why is this bad?

The scoring script loads its model from `AZUREML_MODEL_DIR`. It does not find the model there, and `init()` fails.

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
from functools import partial

from azureml_dockerfile_ls.azureml.families import MODEL_DIR
from azureml_dockerfile_ls.azureml.model_files import MODEL_SUFFIXES, is_model
from azureml_dockerfile_ls.azureml.serving import app_root, is_inference
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.derived import derived_for
from azureml_dockerfile_ls.model.copies import CopiedFiles, Copy, copies_near, find_copies, may_write
from azureml_dockerfile_ls.model.origins import origin
from azureml_dockerfile_ls.model.sections import Section
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import literal
from azureml_dockerfile_ls.rules.rule import (
    ContextRule,
    Finding,
    Fix,
    Group,
    RelatedInstruction,
    Severity,
    page_of,
    replacement,
)
from azureml_dockerfile_ls.shell.commands import Command, mentions
from azureml_dockerfile_ls.shell.reader import commands_of

_MAKES_NO_FILES = frozenset(("mkdir", "chown", "chmod", "ls", "cd", "test"))


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the value of the variable if it names a file, or if every model is copied to another folder."""
    definition = stage.environment.get(MODEL_DIR)
    if definition is None or not isinstance(definition.value, str) or not is_inference(stage):
        return
    folder = posixpath.normpath(definition.value)
    if not folder.startswith("/"):
        return
    copy = _copy_of_file(stage, folder)
    if copy is not None:
        target: str | None = posixpath.dirname(folder)
        message = f"{folder} is a file, but {MODEL_DIR} names the folder of the model. Use {target}."
    else:
        copy = _copy_elsewhere(stage, folder, context)
        if copy is None:
            return
        target = copy.target_folder()
        message = (
            f"Nothing is copied to {folder}, so the scoring script cannot find the model. The model is in {target}."
        )
    place = places.of_value(stage, definition)
    fixes: tuple[Fix, ...] = ()
    if definition.pair.value_span is not None and target is not None:
        text = literal(target, (definition.stage or stage).instructions[definition.index].escape)
        fixes = (replacement(f"Use {target}", *place, text, is_preferred=True),) if text is not None else ()
    copied = RelatedInstruction(*places.of_copy(stage, copy), "The model is copied here.")
    yield Finding(*place, message, fixes, related=(copied, *places.inherited(stage, place)))


def _copy_of_file(stage: Stage, path: str) -> Copy | None:
    """The COPY that writes a model file to `path`, judging by the names."""
    if not path.lower().endswith(MODEL_SUFFIXES):
        return None
    return next((copy for copy in reversed(copies_near(stage, path)) if path in _files_of(copy)), None)


def _files_of(copy: Copy) -> list[str]:
    """The paths in the container of the copied files; empty if a source may be a folder."""
    if copy.destination is None or not copy.files.are_plain_files:
        return []
    if copy.destination != copy.target_folder():
        return [copy.destination]
    return [posixpath.join(copy.destination, posixpath.basename(source)) for source in copy.sources if source]


def _copy_elsewhere(stage: Stage, folder: str, context: BuildContext | None) -> Copy | None:
    """The last COPY of a model, if certainly nothing is copied to `folder`."""
    models = find_copies(stage, _brings_model)
    if not models:
        return None
    is_missing = context is not None and origin(stage, folder, context).kind is EntryKind.MISSING
    if not is_missing and any(_may_fill(copy, folder, app_root(stage)) for copy in copies_near(stage, folder)):
        return None
    return None if _may_be_made(stage, folder) else models[-1]


def _brings_model(files: CopiedFiles) -> bool:
    return any(source and is_model(source) for source in files.sources)


def _may_be_made(stage: Stage, folder: str) -> bool:
    """Whether a RUN command may put files into `folder`."""
    return any(
        derived_for(section, _may_be_made, folder, partial(_may_be_made_in, part, section, start, folder))
        for part in stage.ancestry()
        for start, section in part.placed_sections
    )


def _may_be_made_in(part: Stage, section: Section, start: int, folder: str) -> bool:
    return any(
        _may_make(command, part.workdir_at(start + at), folder)
        for at, instruction in enumerate(section.block.instructions)
        if instruction.name == "RUN"
        for command in commands_of(instruction)
    )


def _may_fill(copy: Copy, folder: str, root: str | None) -> bool:
    """Whether a COPY may put files into `folder`."""
    if copy.destination is None or copy.destination != root or is_inside(copy.destination, folder):
        return may_write(copy.files, folder)
    # The app root contains code. It contains the folder of the model only if the whole context is copied.
    return any(
        source is None or source.rstrip("/") in ("", ".") or "*" in source or not copy.from_context
        for source in copy.sources
    )


def _may_make(command: Command, workdir: str | None, folder: str) -> bool:
    """Whether a command may put files into `folder`."""
    if command.program in _MAKES_NO_FILES:
        return False
    is_there = workdir is not None and is_inside(posixpath.normpath(workdir), folder)
    return is_there or mentions(command, folder) or mentions(command, MODEL_DIR)


RULE = ContextRule("ModelDirMismatch", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
