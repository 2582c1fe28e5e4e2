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
from azureml_dockerfile_ls.images.tags import LATEST
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
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
from azureml_dockerfile_ls.spelling import did_you_mean, edits
from azureml_dockerfile_ls.syntax.reference import is_valid_reference

_TAG = lazy_pattern(r"[\w.-]+")
"""A tag that is known: neither a variable nor a template."""


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find every Azure ML image of the stage that is not in the catalogue."""
    return _check(images_of(stage), images)


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find every Azure ML image of an environment that is not in the catalogue."""
    from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest

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
        fixes = tuple(_fix(use, known, images, len(suggestions) == 1) for known in suggestions if use.is_literal)
        message = f"Azure ML has no image {short}{did_you_mean(meant)}, so the build stops here."
        yield Finding(use.at, use.name_span, message, fixes)


def _fix(use: ImageUse, known: str, images: ImageIndex, is_only: bool) -> Fix:
    """The fix that replaces the name, and the tag if that can only be one of the image that does not exist."""
    short, tag, image = known.removeprefix(PREFIX), use.written.tag or LATEST, images.find(known)
    is_misspelt = edits(use.resolved.name.rpartition("/")[2], known.rpartition("/")[2], 2) is not None
    if is_misspelt or image is None or tag in (LATEST, *image.tags) or not _TAG.fullmatch(tag) or use.written.digest:
        return replacement(f"Change to {short}", use.at, use.written.name_span, known, is_preferred=is_only)
    tag = image.newest_tag or LATEST
    title, text = f"Change to {short}:{tag}", f"{known}:{tag}"
    return replacement(title, use.at, use.written.span, text, is_preferred=is_only)


RULE = ImageRule(
    "UnknownImage",
    Severity.WARNING,
    Group.AZUREML,
    page_of(__doc__),
    check,
    covered_by_from=True,
    in_manifest=check_manifest,
    looks_at=frozenset(("COPY",)),
)
