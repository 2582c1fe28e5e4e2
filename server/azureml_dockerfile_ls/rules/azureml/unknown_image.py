"""Azure ML has no image of this name.

## What it does

Reports an image under `mcr.microsoft.com/azureml/` that is not in the catalogue. When a known image is meant for sure,
the finding is a warning and offers its name. Otherwise it is an information, for the image may be newer than the
catalogue.

## Why is this bad?

The build stops at `FROM`, because the image cannot be pulled. Names of curated environments without `curated/`, and
names put together from parts of other ones, are the usual reasons.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/sklearn-1.5:latest
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/curated/sklearn-1.5:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import PREFIX, is_azureml
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.image_uses import images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Group, ImageRule, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.reference import is_valid_reference


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Every Azure ML image of the stage that the catalogue does not know."""
    for use in images_of(stage):
        name = use.resolved.name
        if not is_azureml(name) or images.find(name) or not is_valid_reference(name):
            continue
        suggestions = images.suggest(name)
        short = name.removeprefix(PREFIX)
        if not suggestions:
            message = f"Azure ML has no image {short} that this catalogue knows; if it does not exist, the build stops."
            yield Finding(use.at, use.name_span, message, severity=Severity.INFORMATION)
            continue
        meant = " or ".join(known.removeprefix(PREFIX) for known in suggestions)
        fixes = tuple(
            replacement(
                f"Change to {known.removeprefix(PREFIX)}",
                use.at,
                use.written.name_span,
                known,
                is_preferred=len(suggestions) == 1,
            )
            for known in suggestions
            if use.is_literal
        )
        yield Finding(use.at, use.name_span, f"Azure ML has no image {short}: did you mean {meant}?", fixes)


RULE = ImageRule("UnknownImage", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
