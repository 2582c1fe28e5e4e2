"""The image does not have this tag.

## What it does

Reports a tag in FROM or `COPY --from` that the registry does not have. The rule is silent unless the registry listed
all tags of that image within the last day. It ignores an image with a digest, because Docker then ignores the tag.

## Why is this bad?

The build stops at this instruction, because the tag cannot be pulled.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:20260230.v1
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.images.catalogue import Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.responses import is_tag
from azureml_dockerfile_ls.images.tags import newest
from azureml_dockerfile_ls.model.image_uses import images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Group, ImageRule, Severity, page_of, replacement
from azureml_dockerfile_ls.spelling import closest


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find every image of the stage whose tag the registry does not have."""
    for use in images_of(stage):
        tag = use.resolved.tag
        image = images.find(use.resolved.name)
        if tag is None or image is None or use.resolved.digest is not None or not is_tag(tag):
            continue
        if images.lacks_tag(use.resolved):
            span = use.tag_span or use.written.span
            fixes = tuple(
                replacement(f"Replace with {known}", use.at, span, known)
                for known in dict.fromkeys(_instead(tag, image))
            )
            message = f"The registry has no tag {tag} for {image.name}, so the build stops here."
            yield Finding(use.at, span, message, fixes if use.tag_span else ())


def _instead(tag: str, image: Image) -> Iterator[str]:
    """The most similar tag, and the newest one."""
    near = closest(tag, image.tags)
    if near:
        yield near
    last = newest(image.tags)
    if last:
        yield last


RULE = ImageRule("UnknownTag", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
