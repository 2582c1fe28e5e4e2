"""The image does not have this tag.

## What it does

Reports a tag in FROM or `COPY --from` that the registry does not have, if the registry listed all tags of that image
within the last day. Without such a list it reports only tags that cannot exist: a misspelled `latest`, and a date that
is invalid, far in the future, or not followed by `.v` and a number, if all known tags of the image have that form. It
ignores an image with a digest, because Docker then ignores the tag.

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
from datetime import date

from azureml_dockerfile_ls.azureml.families import Family
from azureml_dockerfile_ls.images.catalogue import Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.responses import is_tag
from azureml_dockerfile_ls.images.tags import LATEST, concrete
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.image_uses import images_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.rule import Finding, Group, ImageRule, Severity, page_of, replacement
from azureml_dockerfile_ls.spelling import closest, did_you_mean, edits

_FORM = lazy_pattern(r"[0-9]{8}\.v[0-9]+")
_NEAR_FORM = lazy_pattern(r"(?P<date>[0-9]{8})(?P<separator>[._-]?v?[._-]?)(?P<number>[0-9]{1,2})?")
_FEWEST_TAGS = 3
"""The number of known tags that show the form of all tags of an image that is neither for inference nor training."""
_SHORTEST_LATEST = 5
_MOST_YEARS = 5
"""A tag that is so much newer than the newest known one does not exist yet."""


class _Mistake(NamedTuple):
    """Why a tag cannot exist, as a sentence if that is not obvious, and the tag that is probably meant."""

    reason: str
    meant: str | None = None


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Find every image of the stage whose tag the registry does not have, or cannot have."""
    for use in images_of(stage):
        tag = use.resolved.tag
        image = images.find(use.resolved.name)
        if tag is None or image is None or use.resolved.digest is not None or not is_tag(tag):
            continue
        span = use.tag_span or use.written.span
        if images.lacks_tag(use.resolved):
            message = f"The registry has no tag {tag} for {image.name}, so the build stops here."
            instead = _instead(tag, image)
        elif (mistake := _mistake(tag, image)) is not None:
            message = f"{image.name} has no tag {tag}{did_you_mean(mistake.meant)}, so the build stops here."
            message = f"{message} {mistake.reason}" if mistake.reason else message
            instead = filter(None, (mistake.meant, image.newest_tag))
        else:
            continue
        fixes = tuple(replacement(f"Replace with {known}", use.at, span, known) for known in dict.fromkeys(instead))
        yield Finding(use.at, span, message, fixes if use.tag_span else ())


def _instead(tag: str, image: Image) -> Iterator[str]:
    """The most similar tag, and the newest one."""
    near = closest(tag, image.tags)
    if near:
        yield near
    last = image.newest_tag
    if last:
        yield last


def _mistake(tag: str, image: Image) -> _Mistake | None:
    """The reason why the image certainly has no such tag; None if it may have it."""
    if tag in image.tags:
        return None
    if LATEST in image.tags and len(tag) >= _SHORTEST_LATEST and edits(tag.lower(), LATEST, 2) is not None:
        return _Mistake("", LATEST)
    dated = concrete(image.tags)
    near = _NEAR_FORM.fullmatch(tag)
    fewest = _FEWEST_TAGS if image.family is Family.OTHER else 1
    if near is None or len(dated) < fewest:
        return None
    is_date, has_form = _is_date(near["date"]), near["separator"] == ".v" and near["number"]
    is_future = int(tag[:4]) > int(dated[0][:4]) + _MOST_YEARS
    if (is_date and has_form and not is_future) or not all(map(_FORM.fullmatch, dated)):
        return None
    if not is_date:
        return _Mistake(f"{near['date']} is not a date.")
    if is_future:
        return _Mistake("The date is far in the future.")
    # Before the oldest known tag, other forms were in use.
    if near["date"] < dated[-1][:8]:
        return None
    same_day = next((known for known in dated if known.startswith(near["date"])), None)
    meant = f"{near['date']}.v{near['number']}" if near["number"] else same_day
    return _Mistake("The tags of this image have the form YYYYMMDD.vN.", meant)


def _is_date(text: str) -> bool:
    """Whether eight digits are a date, such as `20260715`."""
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


RULE = ImageRule(
    "UnknownTag",
    Severity.INFORMATION,
    Group.AZUREML,
    page_of(__doc__),
    check,
    covered_by_from=True,
    looks_at=frozenset(("COPY",)),
)
