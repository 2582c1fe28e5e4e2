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

from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.azureml.families import ACPT_PREFIX, is_azureml
from azureml_dockerfile_ls.images.catalogue import REGISTRY, Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import LATEST, newest
from azureml_dockerfile_ls.model.image_uses import ImageUse, images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Fix,
    Group,
    ImageRule,
    ManifestSubject,
    Severity,
    page_of,
    replacement,
)
from azureml_dockerfile_ls.syntax.reference import is_valid_reference
from azureml_dockerfile_ls.text import LocalSpan


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find the base image of the stage if it is supported and has neither a tag nor a digest."""
    return _check(images_of(stage), images)


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find every supported image of an environment that has neither a tag nor a digest."""
    from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest

    return _check(images_in_manifest(subject.manifest), subject.images)


def _check(uses: Iterable[ImageUse], images: ImageIndex) -> Iterator[Finding]:
    for use in uses:
        name = use.resolved.name
        image = images.find(name)
        if use.at != 0 or (image is None and not _is_acpt(name)) or (image is not None and image.outdated):
            continue
        if use.resolved.tag is None and use.resolved.digest is None:
            end = LocalSpan(use.written.name_span.end, use.written.name_span.end)
            tags = _tags(image) if use.is_literal else ()
            fixes: tuple[Fix, ...] = tuple(replacement(f"Add the tag {tag}", 0, end, f":{tag}") for tag in tags)
            short = image.name if image else name.removeprefix(REGISTRY)
            message = f"{short} has no tag, so Docker uses latest. Add latest or a dated tag."
            yield Finding(0, use.name_span, message, fixes)


def _is_acpt(name: str) -> bool:
    return name.startswith(ACPT_PREFIX) and is_azureml(name) and is_valid_reference(name)


def _tags(image: Image | None) -> tuple[str, ...]:
    """The tags to offer. If no tag is known, it is `latest`, which changes nothing about the build."""
    known = image.tags if image else ()
    return tuple(tag for tag in (newest(known), LATEST) if tag in known) or (LATEST,)


RULE = ImageRule(
    "UntaggedImage",
    Severity.INFORMATION,
    Group.AZUREML,
    page_of(__doc__),
    check,
    covered_by_from=True,
    in_manifest=check_manifest,
    looks_at=frozenset(("COPY",)),
)
