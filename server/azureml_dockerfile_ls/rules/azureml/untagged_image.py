"""The base image has neither a tag nor a digest.

## What it does

Reports an Azure ML base image without a tag and without a digest. The tag `latest` is not reported. Microsoft
recommends it for these images, because it receives the security fixes.

## Why is this bad?

Without a tag Docker uses `latest`, and a reader cannot see whether that is intended. Azure ML's own analysis of
environments asks for a tag or a digest.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import LATEST, newest
from azureml_dockerfile_ls.model.image_uses import images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Fix, Group, ImageRule, Severity, page_of, replacement
from azureml_dockerfile_ls.text import LocalSpan


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find the base image of the stage if it is supported and has neither a tag nor a digest."""
    for use in images_of(stage):
        image = images.find(use.resolved.name)
        if use.at != 0 or image is None or image.outdated:
            continue
        if use.resolved.tag is None and use.resolved.digest is None:
            end = LocalSpan(use.written.name_span.end, use.written.name_span.end)
            tags = [tag for tag in (newest(image.tags), LATEST) if tag in image.tags and use.is_literal]
            fixes: tuple[Fix, ...] = tuple(replacement(f"Add the tag {tag}", 0, end, f":{tag}") for tag in tags)
            message = f"{image.name} has no tag, so Docker uses latest. Add latest or a dated tag."
            yield Finding(0, use.name_span, message, fixes)


RULE = ImageRule("UntaggedImage", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
