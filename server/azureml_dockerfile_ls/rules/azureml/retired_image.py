"""The image is deprecated or retired.

## What it does

Reports a base image, or the image of `COPY --from`, that Azure ML no longer supports.

## Why is this bad?

Old tags can still be pulled, so the build works. But the image no longer receives security fixes, and Azure ML may
refuse to register an environment that is built on it.

The fix replaces the image with its successor. Python, CUDA and the operating system change with it, so test your code.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.images.catalogue import Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import LATEST, is_template, newest
from azureml_dockerfile_ls.model.image_uses import ImageUse, images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, ImageRule, Severity, page_of, replacement


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find every image of the stage that is deprecated or retired."""
    for use in images_of(stage):
        image = images.find(use.resolved.name)
        if image is None or not image.outdated:
            continue
        detail = f" ({image.status_detail})" if image.status_detail else ""
        message = f"{image.name} is {image.status}{detail} and no longer receives fixes."
        successor = images.find(image.successor) if image.successor else None
        if successor:
            message = f"{message} Use {successor.name}."
        fixes = (_fix(use, successor),) if successor and use.is_literal else ()
        yield Finding(use.at, use.name_span, message, fixes)


def _fix(use: ImageUse, successor: Image) -> Fix:
    tag = use.written.tag or LATEST
    if is_template(tag):
        tag = "{{latest-image-tag}}"
    elif tag != LATEST:
        tag = newest(successor.tags) or LATEST
    reference = f"{successor.repository}:{tag}"
    return replacement(f"Replace with {successor.name}:{tag}", use.at, use.written.span, reference)


RULE = ImageRule(
    "RetiredImage",
    Severity.WARNING,
    Group.AZUREML,
    page_of(__doc__),
    check,
    covered_by_from=True,
    marks_deprecated=True,
)
