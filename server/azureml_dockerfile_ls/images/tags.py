"""The order of image tags, and the template tags that stand for the newest one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple

LATEST = "latest"

Chunks = tuple[tuple[int, int, str], ...]
TagKey = tuple[int, Chunks, str]

_DATED = lazy_pattern(
    r"(?P<date>(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))"
    r"(?:\.v?(?P<revision>[0-9]{1,128}))?(?P<suffix>[._-].*)?",
    re.DOTALL,
)
_INTEGER = lazy_pattern(r"[0-9]{1,128}")
_BIWEEKLY = lazy_pattern(r"biweekly\.(?P<month>[0-9]{6})\.(?P<number>[0-9]{1,128})(?:\.v(?P<revision>[0-9]{1,128}))?")
_VERSION = lazy_pattern(r"v?[0-9].*", re.DOTALL)
# Runs of digits are cut at the longest length of a tag: Python refuses to convert very long ones.
_CHUNK = lazy_pattern(r"[0-9]{1,128}|[^0-9]+")

_TEMPLATE = lazy_pattern(r"\{\{latest-image-tag(?::(?P<pattern>.+))?\}\}")

_LONGEST_TAG = 128
_LONGEST_PATTERN = 256
_STEP = lazy_pattern(
    r"(?P<atom>\\[dDwWsS]|\\[^A-Za-z0-9]|\[\^?(?:[^\[\]\\]|\\[dDwWsS]|\\[^A-Za-z0-9])+\]|[^\\\[\](){}*+?|^$])"
    r"(?:(?P<sign>[*+?])|\{(?P<count>[0-9]{1,3})\}|\{(?P<low>[0-9]{0,3}),(?P<high>[0-9]{0,3})\})?(?P<lazy>\?)?"
)
# Python's `re` warns about these inside a class, because they may become set operations.
_SET_ARITHMETIC = lazy_pattern(r"--|&&|~~|\|\|")


def natural_key(text: str) -> Chunks:
    """A sort key with words in alphabetical order and the highest number first.

    So `cuda13.1` comes before `cuda12.8`, and `cpu` before `gpu`.
    """
    return tuple(
        (0, -int(chunk), "") if "0" <= chunk[0] <= "9" else (1, 0, chunk)  # `isdigit` takes more than ASCII
        for chunk in _CHUNK.findall(text)
    )


def sort_key(tag: str) -> TagKey:
    """The sort key of a menu: `latest`, then the newest tag first.

    The order is total. After `latest` come dated tags (`20260715.v1`, also `20210210.31228572`, `20230306.2_cpu`),
    integers (the version of a curated environment) and `biweekly.202607.1.v1`, each compared by number; a revision is
    newer than the same tag without one. Any other tag follows, in the order of `natural_key`.
    """
    if tag == LATEST:
        return 0, (), ""
    if dated := _DATED.fullmatch(tag):
        return 1, _newest_first(dated["date"], dated["revision"]) + natural_key(dated["suffix"] or ""), tag
    if _INTEGER.fullmatch(tag):
        return 2, _newest_first(tag), tag
    if biweekly := _BIWEEKLY.fullmatch(tag):
        return 3, _newest_first(biweekly["month"], biweekly["number"], biweekly["revision"]), tag
    return 4, natural_key(tag), tag


def _newest_first(*numbers: str | None) -> Chunks:
    return tuple((0, 1 if number is None else -int(number), "") for number in numbers)


def names_release(tag: str) -> bool:
    """Whether a tag names one release, by a date or a number. `latest` does not."""
    return 1 <= sort_key(tag)[0] <= 3 or _VERSION.fullmatch(tag) is not None


def concrete(tags: Iterable[str]) -> list[str]:
    """The tags that name one release, newest first; never `latest`.

    A tag without a date or number (`base:openmpi3.1.2-ubuntu18.04`) has no age and is left out.
    """
    return [*_concrete(tuple(tags))]


# A rule asks with each keystroke, and an image has hundreds of tags.
@lru_cache(maxsize=64)
def _concrete(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(filter(names_release, tags), key=sort_key))


@lru_cache(maxsize=64)
def first_release(tags: tuple[str, ...]) -> str | None:
    """The first tag that names one release: of sorted tags, the newest one. None if there is none."""
    return next(filter(names_release, tags), None)


def newest(tags: Iterable[str]) -> str | None:
    """The newest tag that names one release; None if there is none."""
    return next(iter(concrete(tags)), None)


def is_template(tag: str) -> bool:
    """Whether `tag` is `{{latest-image-tag}}` or `{{latest-image-tag:REGEX}}`.

    Azure's azureml-assets repository writes these, and its `pin_image_versions.py` replaces them before the build.
    """
    return _TEMPLATE.fullmatch(tag) is not None


def resolve_template(tag: str, tags: Iterable[str]) -> str | None:
    """The tag in `tags` that a template tag stands for; None if there is none, or `tag` is not a template.

    Without a regular expression it is the newest tag, otherwise the newest one that fully matches. No backtracking
    matcher runs the expression: it must be a plain sequence of characters, escapes, classes and `.`, each with at most
    one quantifier. For groups, alternatives, back references and invalid expressions the result is None. Every accepted
    expression takes linear time.
    """
    template = _TEMPLATE.fullmatch(tag)
    if template is None:
        return None
    if template["pattern"] is None:
        return newest(tags)
    steps = _steps(template["pattern"])
    if steps is None:
        return None
    return min((known for known in tags if known != LATEST and _matches(steps, known)), key=sort_key, default=None)


class _Step(NamedTuple):
    """One atom of a flat regular expression, and how often it can occur."""

    atom: re.Pattern[str]
    low: int
    high: int


def _steps(pattern: str) -> tuple[_Step, ...] | None:
    if len(pattern) > _LONGEST_PATTERN:
        return None
    steps = []
    position = 1 if pattern.startswith("^") else 0
    while position < len(pattern):
        if pattern[position:] == "$":
            break
        step = _STEP.match(pattern, position)
        if step is None:
            return None
        position = step.end()
        low, high = _bounds(step)
        if low > high or high > _LONGEST_TAG or (step["lazy"] and _unquantified(step)):
            return None
        atom = step["atom"]
        if atom.startswith("[") and _SET_ARITHMETIC.search(atom):
            return None
        try:
            steps.append(_Step(re.compile(atom), low, high))
        except re.error:
            return None
    return tuple(steps)


def _unquantified(step: re.Match[str]) -> bool:
    return step["sign"] is None and step["count"] is None and step["low"] is None


def _bounds(step: re.Match[str]) -> tuple[int, int]:
    if step["sign"]:
        return {"*": (0, _LONGEST_TAG), "+": (1, _LONGEST_TAG), "?": (0, 1)}[step["sign"]]
    if step["count"]:
        return int(step["count"]), int(step["count"])
    if step["low"] is not None:
        return int(step["low"] or 0), int(step["high"] or _LONGEST_TAG)
    return 1, 1


def _matches(steps: tuple[_Step, ...], tag: str) -> bool:
    # Bit n of `reached`: the steps so far can match exactly the first n characters.
    reached = 1
    for atom, low, high in steps:
        accepted = sum(1 << index for index, character in enumerate(tag) if atom.fullmatch(character))
        for _ in range(low):
            reached = (reached & accepted) << 1
        further = reached
        for _ in range(high - low):
            further = (further & accepted) << 1
            reached |= further
            if not further:
                break
        if not reached:
            return False
    return bool(reached >> len(tag) & 1)
