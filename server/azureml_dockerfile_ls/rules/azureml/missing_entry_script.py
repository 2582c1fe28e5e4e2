"""An inference image contains code, but its entry script is not set.

## What it does

Reports a COPY or ADD of code into the app root (`/var/azureml-app`) of an inference image if `AZUREML_ENTRY_SCRIPT` is
not set or empty and no `main.py` is copied. The rule looks into the build context if that is known. It is silent if a
`main.py` may come from another stage, a pattern such as `*.py`, an archive or a RUN command, and if CMD or ENTRYPOINT
starts another server.

## Why is this bad?

The server runs `main.py` if `AZUREML_ENTRY_SCRIPT` is not set. If that file is missing, the container exits as soon as
it starts.

A Dockerfile that copies no code is correct without the variable. The deployment then provides the code and sets the
variable.

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
from azureml_dockerfile_ls.azureml.families import DEFAULT_ENTRY_SCRIPT, ENTRY_SCRIPT, MODEL_DIR, USUAL_SCRIPT
from azureml_dockerfile_ls.azureml.model_files import is_without_code
from azureml_dockerfile_ls.azureml.serving import (
    app_root,
    environment_value,
    is_inference,
    models_folder,
    sets_entry_script,
    starts_services,
)
from azureml_dockerfile_ls.azureml.variables.spelling import misspelt
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.model.copies import Copy, copies_near, is_archive
from azureml_dockerfile_ls.model.origins import context_matches, may_be_made, origin
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import line_below, literal
from azureml_dockerfile_ls.rules.rule import Anchor, ContextRule, Finding, Fix, Group, Severity, page_of, replacement

_NO_PYTHON = tuple(".bash .cfg .conf .crt .env .html .ini .ipynb .pem .properties .service .sh .sql .toml .xml".split())
"""How the names of scripts and configuration files end that the server cannot run, in lower case."""


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the first COPY of code into the app root if the server would not find its script."""
    root = app_root(stage)
    if root is None or not is_inference(stage) or not starts_services(stage) or sets_entry_script(stage):
        return
    if ENTRY_SCRIPT in misspelt(stage).values():
        return
    no_models = [copy for copy in copies_near(stage, root) if not _is_for_models(copy, root, stage)]
    code = [copy for copy in no_models if copy.destination and is_inside(copy.destination, root) and _has_code(copy)]
    default = posixpath.join(root, DEFAULT_ENTRY_SCRIPT)
    if not code or may_be_made(stage, default):
        return
    if context is not None and context_matches(stage, context):
        # If no COPY concerns the file, it does not exist.
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
    definition = stage.environment.get(ENTRY_SCRIPT)
    argument = stage.definition_at(ENTRY_SCRIPT, stage.end) if definition is None else None
    state, repair = ("not set", "Set the variable with ENV") if definition is None else ("empty", "Name the script")
    if argument is not None:
        state, repair = "an ARG, which the container does not have", "Set the variable with ENV"
    message = f"{ENTRY_SCRIPT} is {state}, so the server will look for {default}. {repair}."
    script = _script(code, root)
    if context is not None:
        scripts, is_all = entry_scripts(stage, root, context)
        script = scripts[0] if is_all and len(scripts) == 1 else script
    if argument is not None and argument.pair.value:
        fix = _as_variable(stage, argument)
    else:
        fix = _added(script, place.at, copy) if definition is None else _filled(script, stage, definition)
    fixes = (fix,) if fix else ()
    yield Finding(*place, message, fixes, related=places.inherited(stage, place))


def _added(script: str, at: int | Anchor, copy: Copy) -> Fix | None:
    text = literal(script, copy.instruction.escape)
    edit = line_below(at, copy.instruction, f"ENV {ENTRY_SCRIPT}={text}") if text is not None else None
    return Fix(f"Add ENV {ENTRY_SCRIPT}={script}", (edit,), is_preferred=True) if edit else None


def _as_variable(stage: Stage, argument: Definition) -> Fix | None:
    """The fix that turns the ARG into an ENV; None if it defines other variables too."""
    part = argument.stage or stage
    instruction = part.instructions[argument.index]
    if len(instruction.pairs) != 1:
        return None
    keyword = "env" if instruction.keyword.value.islower() else "ENV"
    at = places.in_stage(stage, part, argument.index)
    return replacement(f"Use {keyword}", at, instruction.keyword.span, keyword, is_preferred=True)


def _filled(script: str, stage: Stage, definition: Definition) -> Fix | None:
    """The fix that replaces the empty value of the variable; None if a variable is empty in it."""
    if "$" in (definition.pair.value or ""):
        return None
    part = definition.stage or stage
    text = literal(script, part.instructions[definition.index].escape)
    if text is None:
        return None
    at = places.in_stage(stage, part, definition.index)
    pair = f"{ENTRY_SCRIPT}{definition.pair.separator or '='}{text}"
    return replacement(f"Use {script}", at, definition.pair.span, pair, is_preferred=True)


def _is_for_models(copy: Copy, root: str, stage: Stage) -> bool:
    folders = [models_folder(root), environment_value(stage, MODEL_DIR)]
    return any(
        copy.destination and folder and is_inside(copy.destination, posixpath.normpath(folder)) for folder in folders
    )


def _names(copy: Copy) -> list[str | None]:
    """The names of the copied files and folders, without their parent folders.

    If the destination is a file, the result is the name of that file. The name of an unknown source is None.
    """
    if copy.destination != copy.target_folder():
        return [posixpath.basename(copy.destination or "")]
    return [None if source is None else posixpath.basename(source.rstrip("/")) for source in copy.sources]


def _has_code(copy: Copy) -> bool:
    return any(
        name is None or not (is_without_code(name) or name.lower().endswith(_NO_PYTHON)) for name in _names(copy)
    )


def _may_bring_default(copy: Copy, root: str) -> bool:
    """Whether the copied files may include a `main.py` for the app root that the Dockerfile does not name."""
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
    """The script that the COPY instructions name, relative to the app root; `score.py` if they do not name one."""
    named = [
        posixpath.join(copy.target_folder() or root, name)
        for copy in code
        for name in _names(copy)
        if name and name.endswith(".py") and not any(character in name for character in "*?[")
    ]
    usual = [script for script in named if posixpath.basename(script) == USUAL_SCRIPT]
    if len(named) == 1 or usual:
        return posixpath.relpath((usual or named)[0], root)
    folders = [copy.target_folder() or root for copy in code]
    return posixpath.relpath(posixpath.join(root if root in folders else folders[0], USUAL_SCRIPT), root)


RULE = ContextRule("MissingEntryScript", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
