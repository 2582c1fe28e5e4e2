"""The name of an Azure ML image lacks its registry, or has a wrong one.

## What it does

Reports an image whose name is that of an Azure ML image, but that does not begin with `mcr.microsoft.com/azureml/`: a
short name such as `minimal-py312-inference`, `azureml/` without the registry, a misspelled `azureml` on
`mcr.microsoft.com`, and a second registry in front. The rule ignores stages and short names without a version, because
Docker Hub or your own machine may have such an image.

## Why is this bad?

Docker looks for the image in another place, usually on Docker Hub, and does not find it. The build stops.

## Example

```dockerfile
FROM azureml/minimal-py312-inference:latest
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.azureml.families import PREFIX, is_azureml
from azureml_dockerfile_ls.images.catalogue import REGISTRY, Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.image_uses import ImageUse, images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Finding, Group, ImageRule, ManifestSubject, Severity, page_of, replacement
from azureml_dockerfile_ls.spelling import did_you_mean, edits

_DOCKER_HUB = lazy_pattern(r"^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io|registry\.hub\.docker\.com)/")
_VERSIONED = lazy_pattern(r"[^-]*-.*[0-9]")
_NAMESPACE = "azureml"


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find every image of the stage whose name is part of the name of an Azure ML image."""
    return _check(images_of(stage), images)


def check_manifest(subject: ManifestSubject) -> Iterator[Finding]:
    """Find every such image of an environment."""
    from azureml_dockerfile_ls.rules.manifest.images import images_in_manifest

    return _check(images_in_manifest(subject.manifest), subject.images)


def _check(uses: Iterable[ImageUse], images: ImageIndex) -> Iterator[Finding]:
    for use in uses:
        name = use.resolved.name
        image = None if is_azureml(name) else _meant(use, images)
        if image is None:
            continue
        meant = image.repository
        fixes = (replacement(f"Change to {meant}", use.at, use.written.name_span, meant, is_preferred=True),)
        message = f"Docker does not find {name}{did_you_mean(meant)}, so the build stops here."
        yield Finding(use.at, use.name_span, message, fixes if use.is_literal else ())


def _meant(use: ImageUse, images: ImageIndex) -> Image | None:
    """The Azure ML image that a name probably means; None if the name may be that of another image."""
    name = use.resolved.name
    path = _DOCKER_HUB.sub("", name)
    is_on_mcr = path.startswith(REGISTRY)
    if not is_on_mcr and path != use.resolved.repository:
        # Another registry can hold a copy of any image.
        return None
    path = path.removeprefix(REGISTRY)
    namespace, _, rest = path.partition("/")
    has_namespace = bool(rest) and _is_azureml(namespace)
    path = rest if has_namespace else path
    if not (is_on_mcr and has_namespace) and not _VERSIONED.match(path):
        return None
    if use.at != 0 and not is_on_mcr and not has_namespace:
        # `COPY --from` can name a stage, or a context of the command line.
        return None
    candidates = map(images.find, (f"{PREFIX}{path}", f"{PREFIX}curated/{path}", f"{REGISTRY}{path}"))
    image = next(filter(None, candidates), None)
    return None if image is None or image.unconfirmed else image


def _is_azureml(namespace: str) -> bool:
    """Whether a namespace is `azureml`, or a misspelling such as `azure-ml`."""
    return edits(re.sub("[-_.]", "", namespace), _NAMESPACE, 1) is not None


RULE = ImageRule(
    "UnqualifiedImage",
    Severity.WARNING,
    Group.AZUREML,
    page_of(__doc__),
    check,
    covered_by_from=True,
    in_manifest=check_manifest,
    looks_at=frozenset(("COPY",)),
)
