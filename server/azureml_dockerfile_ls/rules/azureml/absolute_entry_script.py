"""The path of the entry script is absolute, so packages are looked up in the wrong folder.

## What it does

Reports an absolute `AZUREML_ENTRY_SCRIPT` on an inference image if `AZUREML_EXTRA_PYTHON_LIB_PATH`,
`AZUREML_EXTRA_CONDA_YAML` or `AZUREML_EXTRA_REQUIREMENTS_TXT` names packages by a path relative to the script.

## Why is this bad?

The server accepts an absolute path, but the start-up script always puts the app root before it. It looks for the
packages in `/var/azureml-app/var/azureml-app`, does not find them, and the container exits.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV AZUREML_ENTRY_SCRIPT=/var/azureml-app/score.py
ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV AZUREML_ENTRY_SCRIPT=score.py
ENV AZUREML_EXTRA_REQUIREMENTS_TXT=requirements.txt
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import ENTRY_SCRIPT
from azureml_dockerfile_ls.azureml.serving import app_root
from azureml_dockerfile_ls.azureml.variables.packages import package_sources, starts_inference_server
from azureml_dockerfile_ls.azureml.variables.table import find
from azureml_dockerfile_ls.azureml.variables.uses import used_names
from azureml_dockerfile_ls.model.copies import copies_near
from azureml_dockerfile_ls.model.origins import may_be_made
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import literal
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Fix, Group, Severity, page_of, replacement
from azureml_dockerfile_ls.text import LocalSpan, shortened


def check(stage: Stage) -> Iterator[Finding]:
    """Find the value of the variable if it makes the start-up script look for packages in the wrong folder."""
    definition, sources, root = stage.environment.get(ENTRY_SCRIPT), package_sources(stage), app_root(stage)
    if definition is None or not isinstance(definition.value, str) or not sources or root is None:
        return
    script = definition.value
    source, *_ = sources
    variable = find(source.name)
    if not script.startswith("/") or variable is None or variable.type != "relative path":
        return
    folder = posixpath.dirname(posixpath.normpath(script))
    # The start-up script uses `${AML_APP_ROOT:-/var/azureml-app}/$(dirname "${AZUREML_ENTRY_SCRIPT#/}")`.
    searched = posixpath.normpath(posixpath.join(root, posixpath.dirname(script).lstrip("/")))
    # If the script is in `/`, the start-up script searches the app root, which may contain the file.
    if folder.strip("/") == "" or searched == folder or str(source.value).startswith("/"):
        return
    is_there = any(copy.destination and is_inside(copy.destination, searched) for copy in copies_near(stage, searched))
    is_there = is_there or may_be_made(stage, posixpath.normpath(posixpath.join(searched, str(source.value))))
    if is_there or not starts_inference_server(stage):
        return
    place = places.of_value(stage, definition)
    message = (
        f"The start-up script looks for {source.name} in {shortened(searched)}, because this path is absolute. "
        f"Make it relative to {shortened(root)}."
    )
    fixes: tuple[Fix, ...] = ()
    if is_inside(folder, root):
        text, part = _relative(stage, definition, root)
        is_safe = not used_names(stage, {ENTRY_SCRIPT: definition})
        title = "Make the path relative to the app root"
        if text is not None:
            fixes = (replacement(title, place.at, part, text, is_preferred=True, is_safe=is_safe),)
    yield Finding(*place, message, fixes, related=places.inherited(stage, place))


def _relative(stage: Stage, definition: Definition, root: str) -> tuple[str | None, LocalSpan]:
    """The relative path, None if it cannot be written, and the span that it replaces.

    If the value begins with the app root, only that prefix is removed, so quotes are kept.
    """
    written, span = definition.pair.value or "", definition.pair.value_span or definition.pair.span
    start = len(written) - len(written.lstrip("\"'"))
    prefix = f"{root}/"
    instruction = (definition.stage or stage).instructions[definition.index]
    text = instruction.text
    if written.startswith(prefix, start) and not written.startswith("/", start + len(prefix)):
        part = LocalSpan(span.start + start, span.start + start + len(prefix))
        if part.of(text) == prefix:
            return "", part
    script = posixpath.relpath(str(definition.value), root)
    return literal(script, instruction.escape), span


RULE = FinalStageRule("AbsoluteEntryScript", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
