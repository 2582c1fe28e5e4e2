"""What a registry answers, as values that are safe to use: checked, bounded and printable.

A registry is a stranger, and so is a file that was once written from its answer. Both come in through the same checks:
names, tags and digests by the grammar of OCI's distribution and image specifications, every other text without control
characters and of limited length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from azureml_dockerfile_ls.images.tags import sort_key

Answer = TypeVar("Answer")

MOST_NAMES = 10_000
"""How many tags or repositories a `Listing` holds."""

_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_PORTS = re.compile(r"[0-9]{1,5}(?:-[0-9]{1,5})?(?:/(?:tcp|udp|sctp))?")
_DATE = re.compile(r"((?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9])T[0-9:.]{8,24}(?:Z|[+-][0-9]{2}:[0-9]{2})")

_LONGEST_NAME = 255
_LONGEST_TEXT = 8192
_MOST_ENTRIES = 1000


def is_repository(text: str) -> bool:
    """Whether `text` is a repository's name on its registry, like `azureml/curated/sklearn-1.5`."""
    return len(text) <= _LONGEST_NAME and _REPOSITORY.fullmatch(text) is not None


def is_image(text: str) -> bool:
    """Whether `text` is the full name of a repository, like `mcr.microsoft.com/azureml/curated/sklearn-1.5`."""
    host, _, repository = text.partition("/")
    return len(text) <= _LONGEST_NAME and _HOST.fullmatch(host) is not None and is_repository(repository)


def is_tag(text: str) -> bool:
    """Whether `text` is a tag that a registry can hold."""
    return _TAG.fullmatch(text) is not None


def is_digest(text: str) -> bool:
    """Whether `text` is a digest, `sha256:…` or `sha512:…`."""
    return _DIGEST.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Listing:
    """Names that a registry listed: the tags of a repository, or repositories."""

    names: tuple[str, ...]
    """Each once; tags in the order of `tags.sort_key`, repositories in alphabetical order."""
    is_complete: bool
    """Whether there are no more. Only then does a name that is missing not exist."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a container of an image starts with, from the image's own configuration for linux/amd64."""

    digest: str
    """Of the manifest, or of the list of manifests for several platforms, that the tag stood for."""
    user: str
    """As the image says it, with a group if it has one; empty for root."""
    environment: Mapping[str, str | None]
    """In the image's order; None for a value that is too long or cannot be shown."""
    working_directory: str
    exposed_ports: tuple[str, ...]
    labels: Mapping[str, str]
    """Without those that are too long or cannot be shown."""
    created: str | None
    """The date as `YYYY-MM-DD`; None where the build did not tell a true one."""


@dataclass(frozen=True, slots=True)
class QuestionKind(Generic[Answer]):
    """One kind of answer, and how it is kept in a file."""

    name: str
    to_json: Callable[[Answer], object]
    from_json: Callable[[object], Answer]
    """Raises ValueError for what is no such answer, whatever it is."""


def tag_listing(tags: Iterable[object], is_complete: bool) -> Listing:
    """The valid ones of `tags`, the newest where there are too many.

    A list with anything else in it, or with nothing, is not believed to be all.
    """
    given = list(tags)
    valid = {tag for tag in given if isinstance(tag, str) and is_tag(tag)}
    is_believable = bool(given) and all(isinstance(tag, str) and tag in valid for tag in given)
    return _bounded(sorted(valid, key=sort_key), is_complete and is_believable)


def image_listing(images: Iterable[object], is_complete: bool) -> Listing:
    """The valid ones of the full names `images`."""
    return _bounded(sorted({image for image in images if isinstance(image, str) and is_image(image)}), is_complete)


def _bounded(names: list[str], is_complete: bool) -> Listing:
    return Listing(tuple(names[:MOST_NAMES]), is_complete and len(names) <= MOST_NAMES)


def configuration(document: object, digest: str) -> Configuration:
    """The configuration that an OCI or Docker image configuration describes.

    Raises ValueError when `document` is something else. Source of the fields: OCI image specification, config.md.
    """
    config = mapping(mapping(document).get("config") or {})
    created = mapping(document).get("created")
    date = _DATE.fullmatch(created) if isinstance(created, str) else None
    if not is_digest(digest):
        raise ValueError("no digest")
    return Configuration(
        digest=digest,
        user=_required(config.get("User")),
        environment=MappingProxyType(dict(_variables(config.get("Env")))),
        working_directory=_required(config.get("WorkingDir")),
        exposed_ports=tuple(port for port in _keys(config.get("ExposedPorts")) if _PORTS.fullmatch(port)),
        labels=MappingProxyType(
            {key: value for key in _keys(config.get("Labels")) if _is_plain(value := config["Labels"][key])}
        ),
        # A build that is to be reproducible says 1970, or the year 1.
        created=date[1] if date and date[1] >= "2013" else None,
    )


def mapping(value: object) -> dict[str, Any]:
    """`value`, which has to be a JSON object; raises ValueError if it is not."""
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def sequence(value: object) -> list[Any]:
    """`value`, which has to be a JSON array; null stands for an empty one. Raises ValueError if it is neither."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("no JSON array")
    return value


def _is_plain(value: object) -> bool:
    # What is not printable: control characters and escape sequences, marks that turn the direction of the text, halves
    # of surrogate pairs.
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable()


def _required(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not _is_plain(value):
        raise ValueError("a text that cannot be shown")
    return value


def _keys(value: object) -> list[str]:
    return [key for key in mapping(value or {}) if _is_plain(key)][:_MOST_ENTRIES]


def _variables(value: object) -> Iterable[tuple[str, str | None]]:
    for entry in sequence(value)[:_MOST_ENTRIES]:
        if isinstance(entry, str):
            name, equals, text = entry.partition("=")
            if name and _is_plain(name):
                yield name, text if equals and _is_plain(text) else None


def _listing_to_json(listing: Listing) -> object:
    return {"names": listing.names, "is_complete": listing.is_complete}


def _listing_from_json(listing: Callable[[Iterable[object], bool], Listing], value: object) -> Listing:
    return listing(sequence(mapping(value).get("names")), mapping(value).get("is_complete") is True)


def _configuration_to_json(answer: Configuration) -> object:
    config = {
        "User": answer.user,
        "Env": [name if text is None else f"{name}={text}" for name, text in answer.environment.items()],
        "WorkingDir": answer.working_directory,
        "ExposedPorts": {port: {} for port in answer.exposed_ports},
        "Labels": dict(answer.labels),
    }
    created = None if answer.created is None else f"{answer.created}T00:00:00Z"
    return {"digest": answer.digest, "created": created, "config": config}


def _digest_from_json(value: object) -> str:
    if not isinstance(value, str) or not is_digest(value):
        raise ValueError("no digest")
    return value


TAGS = QuestionKind("tags", _listing_to_json, lambda value: _listing_from_json(tag_listing, value))
"""The tags of a repository."""
IMAGES = QuestionKind("images", _listing_to_json, lambda value: _listing_from_json(image_listing, value))
"""The full names below a prefix."""
CONFIGURATION = QuestionKind(
    "configuration",
    _configuration_to_json,
    lambda value: configuration(value, _digest_from_json(mapping(value).get("digest"))),
)
"""What an image starts with."""
DIGEST: QuestionKind[str] = QuestionKind("digest", str, _digest_from_json)
"""The digest that a tag stands for."""
