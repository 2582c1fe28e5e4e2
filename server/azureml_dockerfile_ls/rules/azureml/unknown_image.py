"""Azure ML has no image with this name.

## What it does

Reports an image under `mcr.microsoft.com/azureml/` that is not in the catalogue. If the name is certainly a mistake for
a known image, the finding is a warning and suggests that image. Otherwise it is only information, because the image may
be newer than the catalogue.

## Why is this bad?

The build stops at `FROM`, because the image cannot be pulled. Common causes are names of curated environments without
`curated/`, and names that combine parts of other names.

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

from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.azureml.families import PREFIX
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.image_uses import ImageUse, images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Group,
    ImageRule,
    ManifestSubject,
    Severity,
    page_of,
    replacement,
)
from azureml_dockerfile_ls.spelling import did_you_mean
from azureml_dockerfile_ls.syntax.reference import is_valid_reference


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find every Azure ML image of the stage that is not in the catalogue."""
    return _check(images_of(stage), images)


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find every Azure ML image of an environment that is not in the catalogue."""
    return _check(images_in_manifest(subject.manifest), subject.images)


def _check(uses: Iterable[ImageUse], images: ImageIndex) -> Iterator[Finding]:
    for use in uses:
        name = use.resolved.name
        if not name.startswith(PREFIX) or images.find(name) or not is_valid_reference(name):
            continue
        suggestions = images.suggest(name)
        short = name.removeprefix(PREFIX)
        if not suggestions:
            message = f"The catalogue has no image {short}. If the image does not exist, the build stops here."
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
        message = f"Azure ML has no image {short}{did_you_mean(meant)}, so the build stops here."
        yield Finding(use.at, use.name_span, message, fixes)


RULE = ImageRule(
    "UnknownImage",
    Severity.WARNING,
    Group.AZUREML,
    page_of(__doc__),
    check,
    covered_by_from=True,
    in_manifest=check_manifest,
)
