"""Azure ML does not upload a source of COPY or ADD.

## What it does

Reports a file of the build context that `.amlignore` leaves out of the upload, or `.gitignore` if there is no
`.amlignore`. Reports a folder if all of its files are left out. It is a warning if a YAML of an Azure ML environment
names the build context. Otherwise it is only information, and only about files for the folder of the server's code and
models in an inference image, because such an image is certainly for Azure ML.

## Why is this bad?

To build an environment, the Azure ML CLI and SDK upload the build context. They read the file of exclusions in its
root. The build then stops with "not found", or copies an empty folder, although a build on your computer works.

## Example

`.gitignore`:

```text
*.pkl
```

`model/model.pkl`:

```text
the model
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY model /var/azureml-app/azureml-models/model
ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/model
```

## Use instead

`.amlignore`:

```text
.git
```

`model/model.pkl`:

```text
the model
```

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY model /var/azureml-app/azureml-models/model
ENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models/model
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import app_root, is_inference
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.upload_ignore import Exclusion, exclusion
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules.context_sources import Source, remembered, sources_in_context
from azureml_dockerfile_ls.rules.rule import Finding, Group, RelatedFile, Severity, StageContextRule, page_of
from azureml_dockerfile_ls.text import shortened


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the sources of which nothing is uploaded."""
    if context is None:
        return
    root = app_root(stage) if is_inference(stage) else None
    for source in sources_in_context(stage, context):
        destination = source.files.destination
        is_for_server = root is not None and destination is not None and is_inside(destination, root)
        if not source.path or not (context.source.is_uploaded or is_for_server):
            continue
        found = remembered(context, exclusion, source.path)
        if found is not None:
            yield _finding(context, source, found)


def _finding(context: BuildContext, source: Source, found: Exclusion) -> Finding:
    path = shortened(source.path)
    what = f"any file of {path}" if source.kind is EntryKind.FOLDER else path
    written = shortened(found.line.written)
    message = f"Azure ML does not upload {what} for the build, because {found.file} excludes it ({written})."
    severity = None if context.source.is_uploaded else Severity.INFORMATION
    related = (RelatedFile(found.file, found.line.span, "This line excludes it."),)
    return Finding(source.at, source.word.span, message, (), severity, related)


RULE = StageContextRule(
    "ExcludedFromUpload", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, looks_at=frozenset(("ADD", "COPY"))
)
