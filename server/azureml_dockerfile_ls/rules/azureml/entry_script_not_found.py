"""The configured entry script is not copied into the image.

## What it does

Reports an `AZUREML_ENTRY_SCRIPT` below the app root (`/var/azureml-app`) if its folder is copied from the build context
and the script is missing there, or `.dockerignore` excludes it. The rule is silent if the script may come from another
stage, an archive or a RUN command, and if the build context is unknown.

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

from azureml_dockerfile_ls.azureml.entry_script import entry_scripts
from azureml_dockerfile_ls.azureml.families import ENTRY_SCRIPT
from azureml_dockerfile_ls.azureml.serving import app_root, base_environment, environment_value, runs_server
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.model.origins import Origin, origin
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import literal
from azureml_dockerfile_ls.rules.rule import ContextRule, Finding, Fix, Group, Severity, page_of, replacement
from azureml_dockerfile_ls.text import shortened

_MAX_FIXES = 5


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the value of the variable if the script is certainly not in the image."""
    definition, root = stage.environment.get(ENTRY_SCRIPT), app_root(stage)
    script = environment_value(stage, ENTRY_SCRIPT)
    if context is None or definition is None or not script or root is None or not runs_server(stage):
        return
    path = posixpath.normpath(posixpath.join(root, script))
    is_preset = script == base_environment(stage).get(ENTRY_SCRIPT)
    if is_preset or path == root or not is_inside(path, root):
        return
    found = origin(stage, path, context)
    if found.kind not in (EntryKind.MISSING, EntryKind.IGNORED):
        return
    place = places.of_value(stage, definition)
    fixes = tuple(_fixes(stage, definition, root, context))
    yield Finding(*place, _message(found, path, context), fixes, related=places.inherited(stage, place))


def _message(found: Origin, path: str, context: BuildContext) -> str:
    source = shortened(found.path or "")
    if found.kind is EntryKind.IGNORED:
        reason = f"{shortened(context.ignore_file)} excludes {source} from the build context"
    else:
        reason = f"{source} does not exist in the build context"
    return f"The server will not find {shortened(path)}, because {reason}."


def _fixes(stage: Stage, definition: Definition, root: str, context: BuildContext) -> Iterator[Fix]:
    span, written = definition.pair.value_span, definition.pair.value
    if span is None or not written or "$" in written:
        return
    part = definition.stage or stage
    at = places.in_stage(stage, part, definition.index)
    scripts, is_all = entry_scripts(stage, root, context)
    for script in scripts[:_MAX_FIXES]:
        value = posixpath.join(root, script) if written.strip("\"'").startswith("/") else script
        text = literal(value, part.instructions[definition.index].escape)
        if text == value and written[0] in "\"'" and written[-1] == written[0]:
            text = f"{written[0]}{value}{written[0]}"
        is_only = is_all and len(scripts) == 1
        yield replacement(f"Use {value}", at, span, text, is_preferred=is_only)


RULE = ContextRule("EntryScriptNotFound", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
