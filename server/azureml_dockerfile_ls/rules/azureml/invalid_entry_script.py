"""The entry script does not meet the requirements of the inference server.

## What it does

Reads the script that `AZUREML_ENTRY_SCRIPT` names, or `main.py` if it is not set or empty, from the build context, and
the `scoring_script` of an online deployment in YAML. Reports a script that

- does not define `init()` or `run()`;
- has an `init()` that requires an argument;
- has a `run()` without a parameter besides `request_headers`, with positional-only parameters, `*args` or `**kwargs`,
  or with both `@rawhttp` and `@input_schema`.

The script is not run. The rule is silent if the script does not parse, and if `init` or `run` is imported or assigned.

## Why is this bad?

The server checks both functions before it serves the first request. If they do not fit, the container exits with an
error.

## Example

In `code/score.py`:

```python
def init():
    load_model()


def predict(data):
    return model.predict(data)
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
```

## Use instead

In `code/score.py`:

```python
def init():
    load_model()


def run(data):
    return model.predict(data)
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.entry_script import read_script
from azureml_dockerfile_ls.azureml.families import DEFAULT_ENTRY_SCRIPT, ENTRY_SCRIPT
from azureml_dockerfile_ls.azureml.serving import app_root, environment_value, runs_server, sets_entry_script
from azureml_dockerfile_ls.azureml.variables.spelling import misspelt
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.model.origins import origin
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import (
    ContextRule,
    Finding,
    Group,
    ManifestSubject,
    RelatedFile,
    Severity,
    in_yaml,
    page_of,
)
from azureml_dockerfile_ls.text import shortened


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the value of the variable, or the COPY that adds `main.py`; each problem in the script is related to it."""
    script, root = _script(stage), app_root(stage)
    if context is None or not script or root is None or not runs_server(stage):
        return
    path = posixpath.normpath(posixpath.join(root, script))
    found = origin(stage, path, context) if is_inside(path, root) else None
    if found is None or found.kind is not EntryKind.FILE or found.path is None:
        return
    read = context.value_of(found.path, read_script)
    if read and read.problems:
        place = places.of_entry_script(stage, found)
        related = tuple(RelatedFile(found.path, problem.span, problem.message) for problem in read.problems)
        message = f"The server cannot use {shortened(found.path)} as the entry script. {read.problems[0].message}"
        yield Finding(*place, message, related=(*related, *places.inherited(stage, place)))


def _script(stage: Stage) -> str | None:
    """The script that the server runs, as in the variable; None if it is unknown."""
    if sets_entry_script(stage):
        return environment_value(stage, ENTRY_SCRIPT)
    return None if ENTRY_SCRIPT in misspelt(stage).values() else DEFAULT_ENTRY_SCRIPT


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find the scoring scripts of deployments that do not fit."""
    from azureml_dockerfile_ls.manifest.model import local_path

    for code in subject.manifest.codes:
        folder, script = local_path(code.folder), local_path(code.script)
        if subject.files is None or code.script is None or folder is None or script is None or not _scores(subject):
            continue
        path = subject.files.path(folder, script)
        read = subject.files.value_of(read_script, folder, script)
        if path is not None and read and read.problems:
            related = (RelatedFile(path, problem.span, problem.message) for problem in read.problems)
            message = f"The server cannot use {shortened(script)} as the scoring script. {read.problems[0].message}"
            yield in_yaml(code.script.span, message, related=related)


def _scores(subject: ManifestSubject) -> bool:
    """Whether the inference server runs the script. A batch deployment calls `run` with a list of files."""
    from azureml_dockerfile_ls.manifest.schema import Kind

    return subject.manifest.kind is Kind.ONLINE_DEPLOYMENT


RULE = ContextRule(
    "InvalidEntryScript", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, in_manifest=check_manifest
)
