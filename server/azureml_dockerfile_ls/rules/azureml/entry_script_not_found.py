"""The configured entry script is not copied into the image.

## What it does

Reports an `AZUREML_ENTRY_SCRIPT` below the app root (`/var/azureml-app`) if

- its folder is copied from the build context and the script is missing there, or `.dockerignore` excludes it;
- other scripts are copied for the server, but no COPY or ADD can write the named one, as its name or folder differs;
- it is not a `.py` file, for example `score`, a notebook or a folder.

The rule is silent if the script may come from another stage, an archive or a RUN command. A folder is judged only if
the build context is known.

## Why is this bad?

The server imports the script when the container starts. If the file is missing, the container exits.

## Example

The only script is `code/score.py`:

```python
def init():
    load_model()


def run(data):
    return model.predict(data)
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=scoring.py
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

from azureml_dockerfile_ls.azureml.copied_scripts import may_bring, named_scripts
from azureml_dockerfile_ls.azureml.entry_script import entry_scripts
from azureml_dockerfile_ls.azureml.families import DEFAULT_APP_ROOT, DEFAULT_ENTRY_SCRIPT, ENTRY_SCRIPT, USUAL_SCRIPT
from azureml_dockerfile_ls.azureml.serving import (
    app_root,
    base_environment,
    environment_value,
    models_folder,
    runs_server,
)
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.model.copies import Copy, copies_near
from azureml_dockerfile_ls.model.origins import Origin, may_be_made, origin
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import literal
from azureml_dockerfile_ls.rules.rule import ContextRule, Finding, Fix, Group, Severity, page_of, replacement
from azureml_dockerfile_ls.text import shortened

_MAX_FIXES = 5

_IMPORTABLE = (".py", ".pyc", ".so")
"""The names that Python's import system can load from a path."""


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the value of the variable if the script is certainly not in the image, or is not a Python file."""
    definition, root = stage.environment.get(ENTRY_SCRIPT), app_root(stage)
    script = environment_value(stage, ENTRY_SCRIPT)
    if definition is None or not script or root is None or not runs_server(stage):
        return
    path = posixpath.normpath(posixpath.join(root, script))
    is_preset = script == base_environment(stage).get(ENTRY_SCRIPT)
    if is_preset or not is_inside(path, root):
        return
    message = _fault(stage, path, root, context)
    if message is None:
        return
    place = places.of_value(stage, definition)
    fixes = tuple(_fixes(stage, definition, root, context))
    yield Finding(*place, message, fixes, related=places.inherited(stage, place))


def _fault(stage: Stage, path: str, root: str, context: BuildContext | None) -> str | None:
    """The message on the entry script at `path`; None if the server may be able to load it."""
    if not path.endswith(_IMPORTABLE):
        has_code = any(copy.destination and is_inside(copy.destination, root) for copy in _code_near(stage, root))
        return f"The server does not start, because {shortened(path)} is not a .py file." if has_code else None
    found = origin(stage, path, context)
    if found.kind in (EntryKind.MISSING, EntryKind.IGNORED) and context is not None:
        return _message(found, path, context)
    is_known = found.kind is not EntryKind.UNKNOWN
    if is_known or may_be_made(stage, path) or any(may_bring(copy, path) for copy in copies_near(stage, path)):
        return None
    name = posixpath.basename(path)
    scripts = list(_scripts(stage, root, name, context))
    elsewhere = next((script for script in scripts if posixpath.basename(script) == name), None)
    if elsewhere is not None:
        return f"The server will not find {shortened(path)}, because {name} is copied to {shortened(elsewhere)}."
    return f"The server will not find {shortened(path)}, because nothing copies {name} there." if scripts else None


def _scripts(stage: Stage, root: str, name: str, context: BuildContext | None) -> Iterator[str]:
    """The absolute paths of the copied scripts that are meant for the server.

    In a subfolder of the app root, a script is probably a module, unless its name or its content is that of an entry
    script.
    """
    names = (name, USUAL_SCRIPT, DEFAULT_ENTRY_SCRIPT)
    # If the variable names another app root, the code may be in the default one by mistake.
    for folder in dict.fromkeys((root, DEFAULT_APP_ROOT)):
        for script in named_scripts(_code_near(stage, folder)):
            if is_inside(script, folder) and (
                posixpath.dirname(script) == folder or posixpath.basename(script) in names
            ):
                yield script
        if context is not None:
            fitting, _ = entry_scripts(stage, folder, context)
            yield from (posixpath.join(folder, script) for script in fitting)


def _code_near(stage: Stage, root: str) -> list[Copy]:
    models = models_folder(root)
    return [copy for copy in copies_near(stage, root) if not (copy.destination and is_inside(copy.destination, models))]


def _message(found: Origin, path: str, context: BuildContext) -> str:
    source = shortened(found.path or "")
    if found.kind is EntryKind.IGNORED:
        reason = f"{shortened(context.ignore_file)} excludes {source} from the build context"
    else:
        reason = _repeated_folder(found, path, context) or f"{source} does not exist in the build context"
    return f"The server will not find {shortened(path)}, because {reason}."


def _repeated_folder(found: Origin, path: str, context: BuildContext) -> str | None:
    """The reason if the path repeats the name of the copied folder; None for another path."""
    copy, source = found.copy, found.path or ""
    if copy is None or copy.destination is None:
        return None
    folder, _, rest = posixpath.relpath(path, copy.destination).partition("/")
    copied = source.removesuffix(f"/{folder}/{rest}")
    if posixpath.basename(copied) != folder or context.kind_of(posixpath.join(copied, rest)) is not EntryKind.FILE:
        return None
    name, place = shortened(copied), shortened(copy.destination)
    return f"{copy.instruction.name} puts the files of {name}, not the folder itself, into {place}"


def _fixes(stage: Stage, definition: Definition, root: str, context: BuildContext | None) -> Iterator[Fix]:
    span, written = definition.pair.value_span, definition.pair.value
    if span is None or not written or "$" in written:
        return
    part = definition.stage or stage
    at = places.in_stage(stage, part, definition.index)
    if context is not None:
        scripts, is_all = entry_scripts(stage, root, context)
    else:
        named = (script for script in named_scripts(_code_near(stage, root)) if is_inside(script, root))
        scripts, is_all = tuple(posixpath.relpath(script, root) for script in named), True
    for script in scripts[:_MAX_FIXES]:
        value = posixpath.join(root, script) if written.strip("\"'").startswith("/") else script
        text = literal(value, part.instructions[definition.index].escape)
        if text is None:
            continue
        if text == value and written[0] in "\"'" and written[-1] == written[0]:
            text = f"{written[0]}{value}{written[0]}"
        is_only = is_all and len(scripts) == 1
        yield replacement(f"Use {value}", at, span, text, is_preferred=is_only)


RULE = ContextRule("EntryScriptNotFound", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
