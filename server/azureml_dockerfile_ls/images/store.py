"""What the cache holds of images, as the program wants it, and how a registry is asked for what it lacks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from azureml_dockerfile_ls.images import cache
from azureml_dockerfile_ls.images.cache import Stored
from azureml_dockerfile_ls.images.http import Absent, Deadline, RegistryError
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.registry import DEFAULT_URLS, Registry, Repository
from azureml_dockerfile_ls.images.responses import (
    CONFIGURATION,
    IMAGES,
    TAGS,
    Configuration,
    Listing,
    QuestionKind,
    is_digest,
    is_tag,
)
from azureml_dockerfile_ls.images.tags import LATEST
from azureml_dockerfile_ls.syntax.nodes import ImageReference

PREFIXES = tuple(DEFAULT_URLS)
"""What the names of Azure ML's images begin with; registries are asked for the names below."""

_MOST_QUESTIONS = cache.MOST_FILES
_TRUE_HOURS = 24.0
"""For so long a tag that was not listed is taken not to exist, whatever the settings say."""
_SHORTEST_HOURS = 1 / 60
"""Whatever the settings say: who asks for what is due must not go round in circles."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask a registry. It can be the key of a job of the fetcher."""

    kind: QuestionKind[Any]
    """TAGS, IMAGES or CONFIGURATION of `answers`."""
    image: str
    """The full name of an image, and for IMAGES the prefix of the names to be listed."""
    reference: str = ""
    """The tag or digest, for CONFIGURATION."""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What was found in the cache."""

    images: ImageIndex
    """The embedded catalogue with the answers on top of it, whatever their age."""
    fetched: Mapping[Question, float]
    """When each question was answered, in seconds since 1970, also where the answer is that there is nothing."""
    due: tuple[Question, ...]
    """What there is no answer to, or one that is too old, in the order in which it was wanted."""


def tags_of(image: str) -> Question:
    """The question for the tags of an image, by its full name."""
    return Question(TAGS, image)


def configuration_of(reference: ImageReference) -> Question:
    """The question for what an image starts with. A tag beside a digest says nothing."""
    return Question(CONFIGURATION, reference.name, reference.digest or reference.tag or LATEST)


def load(
    folder: Path,
    registry: Registry,
    names: Iterable[str],
    references: Iterable[ImageReference],
    max_age_hours: float,
    answered: Mapping[Question, Stored[Any]] = MappingProxyType({}),
) -> Contents:
    """What the cache in `folder` knows: which images there are, the tags of those with the full names `names`, and what
    those of `references` start with.

    What was `answered` lately goes before the cache, which may be one that cannot be written. Any text will do for a
    name or a reference: what `registry` may not be asked for, or no registry could hold, is passed over. It reads a
    file for each question, of at most as many as the cache keeps; it never raises, and sends nothing.
    """
    wanted = dict.fromkeys(Question(IMAGES, prefix) for prefix in PREFIXES)
    # Else what is no digest could pass for a tag.
    sound = (reference for reference in references if reference.digest is None or is_digest(reference.digest))
    wanted.update(dict.fromkeys(map(configuration_of, islice(sound, _MOST_QUESTIONS))))
    wanted.update(dict.fromkeys(map(tags_of, islice(names, _MOST_QUESTIONS))))
    found: dict[Question, Stored[Any]] = {}
    due: list[Question] = []
    for question in islice(wanted, _MOST_QUESTIONS):
        if place_of(registry, question) is None:
            continue
        stored = answered.get(question) or read(folder, registry, question)
        if stored is not None:
            found[question] = stored
        if stored is None or not is_fresh(stored, question, max_age_hours):
            due.append(question)
    fetched = {question: stored.fetched for question, stored in found.items()}
    return Contents(images_of(found), fetched, tuple(due))


def images_of(answered: Mapping[Question, Stored[Any]], pins: Mapping[str, str] = MappingProxyType({})) -> ImageIndex:
    """What is known of images with these answers, whatever their age, on top of the embedded catalogue."""
    listed: list[str] = []
    tags: dict[str, Listing] = {}
    configurations: dict[str, Configuration] = {}
    fresh: set[str] = set()
    dates: dict[str, str] = {}
    for question, stored in answered.items():
        if stored.answer is None:
            continue
        if question.kind is IMAGES:
            listed += stored.answer.names
        elif question.kind is TAGS:
            # A list without a usable name says nothing.
            if not stored.answer.names:
                continue
            tags[question.image] = stored.answer
            # The clock that wrote it may have been any.
            with suppress(OverflowError, ValueError, OSError):
                dates[question.image] = datetime.fromtimestamp(stored.fetched, timezone.utc).date().isoformat()
            if stored.answer.is_complete and stored.is_fresh(_TRUE_HOURS):
                fresh.add(question.image)
        else:
            separator = "@" if is_digest(question.reference) else ":"
            configurations[question.image + separator + question.reference] = stored.answer
    return ImageIndex(tags, configurations, tuple(listed), frozenset(fresh), pins, dates)


def read(folder: Path, registry: Registry, question: Question) -> Stored[Any] | None:
    """The answer that the cache in `folder` holds, of any age; None where there is none, or none may be asked for."""
    where = place_of(registry, question)
    return cache.read(folder, question.kind, where, question.reference) if where else None


def refresh(folder: Path, registry: Registry, question: Question, deadline: Deadline) -> Stored[Any]:
    """Ask for the answer to a question and keep it in `folder`, if that can be written.

    That a registry has no such thing is an answer, too. It blocks. Raises RegistryError when there is no answer; then
    the one of before stays.
    """
    where = place_of(registry, question)
    if where is None:
        raise RegistryError(f"the settings allow no registry to be asked for {question.image}", concerns_host=False)
    stored = Stored(_ask(registry, question, where, deadline), time.time())
    cache.write(folder, question.kind, where, question.reference, stored.answer)
    return stored


def _ask(registry: Registry, question: Question, where: Repository, deadline: Deadline) -> Any:
    try:
        if question.kind is TAGS:
            return registry.tags(where, deadline)
        if question.kind is IMAGES:
            return registry.images(question.image, deadline)
        return registry.configuration(where, question.reference, deadline)
    except Absent:
        return None


def place_of(registry: Registry, question: Question) -> Repository | None:
    """Where a question is asked; None where it may not be asked, or no registry could answer it."""
    if question.kind is CONFIGURATION and not (is_tag(question.reference) or is_digest(question.reference)):
        return None
    return registry.locate(question.image)


def is_fresh(stored: Stored[Any], question: Question, max_age_hours: float) -> bool:
    """Whether an answer need not be asked for again."""
    # What a digest stands for never changes.
    if stored.answer is not None and is_digest(question.reference):
        return True
    return stored.is_fresh(max(max_age_hours, _SHORTEST_HOURS))
