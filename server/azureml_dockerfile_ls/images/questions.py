"""The questions about images, and their answers from the cache or a registry."""

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
"""The prefixes of the names of Azure ML's images. Registries are asked for the names below them."""

_MOST_QUESTIONS = cache.MOST_FILES
_TRUE_HOURS = 24.0
"""The time for which a list of tags proves that another tag does not exist, whatever the settings say."""
_SHORTEST_HOURS = 1 / 60
"""The least age of an answer that is asked for again, whatever the settings say; 0 would ask without end."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a registry. It can be the key of a job of the fetcher."""

    kind: QuestionKind[Any]
    """TAGS, IMAGES or CONFIGURATION of `responses`."""
    image: str
    """The full name of an image; for IMAGES, the prefix of the names to list."""
    reference: str = ""
    """The tag or digest, for CONFIGURATION."""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The answers in the cache."""

    images: ImageIndex
    """The embedded catalogue combined with the answers, whatever their age."""
    fetched: Mapping[Question, float]
    """The time of each answer, in seconds since 1970; also of an answer that there is nothing."""
    due: tuple[Question, ...]
    """The questions without an answer or with an outdated one, in the order in which they were wanted."""


def tags_of(image: str) -> Question:
    """The question for the tags of an image, by its full name."""
    return Question(TAGS, image)


def configuration_of(reference: ImageReference) -> Question:
    """The question for the configuration of an image. A digest takes precedence over a tag."""
    return Question(CONFIGURATION, reference.name, reference.digest or reference.tag or LATEST)


def load(
    folder: Path,
    registry: Registry,
    names: Iterable[str],
    references: Iterable[ImageReference],
    max_age_hours: float,
    answered: Mapping[Question, Stored[Any]] = MappingProxyType({}),
) -> Contents:
    """The names of all images, the tags of the images `names` and the configurations of `references`, from the cache.

    The recent answers `answered` take precedence over the cache in `folder`, which may not be writable. A name or
    reference can be any text; it is skipped if the settings of `registry` do not allow it, or no registry could have
    it. The function reads one file per question, at most as many as the cache keeps. It never raises and sends nothing.
    """
    wanted = dict.fromkeys(Question(IMAGES, prefix) for prefix in PREFIXES)
    # An invalid digest must not be looked up as a tag.
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
    return Contents(index_of(found), fetched, tuple(due))


def index_of(answers: Mapping[Question, Stored[Any]], pins: Mapping[str, str] = MappingProxyType({})) -> ImageIndex:
    """The embedded catalogue combined with these answers, whatever their age."""
    listed: list[str] = []
    tags: dict[str, Listing] = {}
    configurations: dict[str, Configuration] = {}
    fresh: set[str] = set()
    dates: dict[str, str] = {}
    for question, stored in answers.items():
        if stored.answer is None:
            continue
        if question.kind is IMAGES:
            listed += stored.answer.names
        elif question.kind is TAGS:
            # A list without a valid name proves nothing.
            if not stored.answer.names:
                continue
            tags[question.image] = stored.answer
            # The clock that was read may have been wrong.
            with suppress(OverflowError, ValueError, OSError):
                dates[question.image] = datetime.fromtimestamp(stored.fetched, timezone.utc).date().isoformat()
            if stored.answer.is_complete and stored.is_fresh(_TRUE_HOURS):
                fresh.add(question.image)
        else:
            separator = "@" if is_digest(question.reference) else ":"
            configurations[question.image + separator + question.reference] = stored.answer
    return ImageIndex(tags, configurations, tuple(listed), frozenset(fresh), pins, dates)


def read(folder: Path, registry: Registry, question: Question) -> Stored[Any] | None:
    """The answer in the cache in `folder`, of any age; None if there is none, or the settings do not allow to ask."""
    where = place_of(registry, question)
    return cache.read(folder, question.kind, where, question.reference) if where else None


def refresh(folder: Path, registry: Registry, question: Question, deadline: Deadline) -> Stored[Any]:
    """Ask a registry, and keep the answer in `folder` if that is writable.

    That the registry has no such image is also an answer. The function blocks. It raises RegistryError if there is no
    answer, and then keeps the previous one.
    """
    where = place_of(registry, question)
    if where is None:
        raise RegistryError(f"the settings allow no request about {question.image}", concerns_host=False)
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
    """The repository to ask; None if the settings do not allow to ask, or no registry could have an answer."""
    if question.kind is CONFIGURATION and not (is_tag(question.reference) or is_digest(question.reference)):
        return None
    return registry.locate(question.image)


def is_fresh(stored: Stored[Any], question: Question, max_age_hours: float) -> bool:
    """Whether an answer is still up to date."""
    # A digest always stands for the same image.
    if stored.answer is not None and is_digest(question.reference):
        return True
    return stored.is_fresh(max(max_age_hours, _SHORTEST_HOURS))
