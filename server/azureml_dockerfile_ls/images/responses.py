"""The responses of a registry as values that are safe to use: checked, bounded and printable.

Neither a registry nor a file that was written from its response is trusted. Both pass the same checks: names, tags and
digests follow the grammar of OCI's distribution and image specifications; any other text is printable and of limited
length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from azureml_dockerfile_ls.images.tags import sort_key
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax import reference

Answer = TypeVar("Answer")

MOST_NAMES = 10_000
"""The number of tags or repositories that a `Listing` holds."""

_TAG = lazy_pattern(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = lazy_pattern(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_HOST = lazy_pattern(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_PORTS = lazy_pattern(r"[0-9]{1,5}(?:-[0-9]{1,5})?(?:/(?:tcp|udp|sctp))?")
_DATE = lazy_pattern(r"((?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9])T[0-9:.]{8,24}(?:Z|[+-][0-9]{2}:[0-9]{2})")

_LONGEST_NAME = 255
_LONGEST_TEXT = 8192
_MOST_ENTRIES = 1000


def is_repository(text: str) -> bool:
    """Whether `text` is the name of a repository on its registry, such as `azureml/curated/sklearn-1.5`."""
    return len(text) <= _LONGEST_NAME and reference.is_repository(text)


def is_image(text: str) -> bool:
    """Whether `text` is the full name of a repository, such as `mcr.microsoft.com/azureml/curated/sklearn-1.5`."""
    host, _, repository = text.partition("/")
    return len(text) <= _LONGEST_NAME and _HOST.fullmatch(host) is not None and is_repository(repository)


def is_tag(text: str) -> bool:
    """Whether `text` is a valid tag."""
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
    """Whether the list is complete. Only then does a missing name not exist."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The configuration of an image for linux/amd64: the state in which its containers start."""

    digest: str
    """The digest of the manifest or index that the tag stood for."""
    user: str
    """The user as the image names it, perhaps with a group; empty for root."""
    environment: Mapping[str, str | None]
    """In the order of the image; None for a value that is too long or not printable."""
    working_directory: str
    exposed_ports: tuple[str, ...]
    labels: Mapping[str, str]
    """Without labels that are too long or not printable."""
    created: str | None
    """The date as `YYYY-MM-DD`; None if the build recorded no real one."""


@dataclass(frozen=True, slots=True)
class QuestionKind(Generic[Answer]):
    """One kind of question, and how its answer is stored in a file."""

    name: str
    to_json: Callable[[Answer], object]
    from_json: Callable[[object], Answer]
    """Raises ValueError for any other value."""


def tag_listing(tags: Iterable[object], is_complete: bool) -> Listing:
    """The valid tags of a list, only the newest if there are too many.

    A list that is empty or contains anything else is considered incomplete.
    """
    given = list(tags)
    valid = {tag for tag in given if isinstance(tag, str) and is_tag(tag)}
    is_believable = bool(given) and all(isinstance(tag, str) and tag in valid for tag in given)
    return _bounded(sorted(valid, key=sort_key), is_complete and is_believable)


def image_listing(images: Iterable[object], is_complete: bool) -> Listing:
    """The valid names among the full names `images`."""
    return _bounded(sorted({image for image in images if isinstance(image, str) and is_image(image)}), is_complete)


def _bounded(names: list[str], is_complete: bool) -> Listing:
    return Listing(tuple(names[:MOST_NAMES]), is_complete and len(names) <= MOST_NAMES)


def configuration(document: object, digest: str) -> Configuration:
    """The configuration that an OCI or Docker image configuration describes.

    Raises ValueError for any other document. Source of the fields: OCI image specification, config.md.
    """
    config = mapping(mapping(document).get("config") or {})
    created = mapping(document).get("created")
    date = _DATE.fullmatch(created) if isinstance(created, str) else None
    if not is_digest(digest):
        raise ValueError("not a digest")
    return Configuration(
        digest=digest,
        user=_required(config.get("User")),
        environment=MappingProxyType(dict(_variables(config.get("Env")))),
        working_directory=_required(config.get("WorkingDir")),
        exposed_ports=tuple(port for port in _keys(config.get("ExposedPorts")) if _PORTS.fullmatch(port)),
        labels=MappingProxyType(
            {key: value for key in _keys(config.get("Labels")) if _is_plain(value := config["Labels"][key])}
        ),
        # Reproducible builds record 1970 or the year 1.
        created=date[1] if date and date[1] >= "2013" else None,
    )


def mapping(value: object) -> dict[str, Any]:
    """`value` as a JSON object; raises ValueError if it is something else."""
    if not isinstance(value, dict):
        raise ValueError("not JSON object")
    return value


def sequence(value: object) -> list[Any]:
    """`value` as a JSON array; null means an empty one. Raises ValueError if it is something else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("not JSON array")
    return value


def _is_plain(value: object) -> bool:
    # Not printable: control characters, escape sequences, marks that change the direction of text, lone surrogates.
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable()


def _required(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not _is_plain(value):
        raise ValueError("a text that is not printable")
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
        raise ValueError("not a digest")
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
"""The configuration of an image."""
DIGEST: QuestionKind[str] = QuestionKind("digest", str, _digest_from_json)
"""The digest of a tag."""
