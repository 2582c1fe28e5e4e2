"""The tag is more than six months older than the newest one.

## What it does

Reports a dated tag (`20240102.v1`) of an inference image in FROM that is more than 183 days older than the newest known
tag of that image. The rule ignores an image with a digest, and an image that is retired.

## Why is this bad?

Azure ML supports tags that are up to six months older than `latest`. A new tag with security fixes is published every
other week.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-ubuntu22.04-py39-cpu-inference:20240102.v1
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-ubuntu22.04-py39-cpu-inference:latest
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from azureml_dockerfile_ls.azureml.families import Family
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import newest
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.image_uses import ImageUse, images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import (
    Finding,
    Group,
    ImageRule,
    ManifestSubject,
    Severity,
    page_of,
    replacement,
)

_DATED = lazy_pattern(r"([0-9]{4})([0-9]{2})([0-9]{2})\.v[0-9]+")
_SUPPORTED_DAYS = 183


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find the base image of the stage if its tag is too old."""
    return _check(images_of(stage), images)


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find every image of an environment whose tag is too old."""
    from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest

    return _check(images_in_manifest(subject.manifest), subject.images)


def _check(uses: Iterable[ImageUse], images: ImageIndex) -> Iterator[Finding]:
    for use in uses:
        tag = use.resolved.tag
        built = _date_of(tag) if use.at == 0 and tag and use.resolved.digest is None else None
        image = images.find(use.resolved.name) if built else None
        if built is None or image is None or image.family is not Family.INFERENCE or image.outdated:
            continue
        last = newest(known for known in image.tags if _date_of(known))
        newest_date = _date_of(last) if last else None
        if newest_date is None or (newest_date - built).days <= _SUPPORTED_DAYS:
            continue
        span = use.tag_span or use.written.span
        message = f"Azure ML no longer supports {tag}, which is more than six months older than {last}. Use {last}."
        fix = replacement(f"Replace with the newest tag, {last}", 0, span, last or "", is_preferred=True)
        yield Finding(0, span, message, (fix,) if use.tag_span else ())


def _date_of(tag: str) -> date | None:
    dated = _DATED.fullmatch(tag)
    try:
        return date(*map(int, dated.groups())) if dated else None
    except ValueError:
        return None


RULE = ImageRule(
    "OutdatedTag",
    Severity.HINT,
    Group.AZUREML,
    page_of(__doc__),
    check,
    covered_by_from=True,
    in_manifest=check_manifest,
    looks_at=frozenset(("COPY",)),
)
