"""Image references: their registry, repository, tag and digest, and whether BuildKit accepts them.

The grammar is that of the distribution project's `reference` package.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.syntax.digests import digest_message
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.text import LocalSpan

_BRACES = lazy_pattern(r"\{\{|\$\{|\}")
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = lazy_pattern(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])"
_REFERENCE = lazy_pattern(
    rf"(?:{_HOST}(?::[0-9]+)?/)?{_REPOSITORY.pattern}"
    r"(?::[\w][\w.-]{0,127})?"
    r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)
_IDENTIFIER = lazy_pattern(r"[a-f0-9]{64}")
_LONGEST_NAME = 255


def split_reference(text: str, place: Callable[[int, int], LocalSpan] = LocalSpan) -> ImageReference:
    """The parts of an image reference. Any text has parts; see `is_valid_reference`.

    `place` turns a range of `text` into its span.
    """
    masked = _masked(text)
    at = masked.find("@")
    name_end = len(text) if at < 0 else at
    colon = masked.rfind(":", masked.rfind("/", 0, name_end) + 1, name_end)
    repository_end = name_end if colon < 0 else colon
    slash = masked.find("/", 0, repository_end)
    first = text[:slash] if slash >= 0 else ""
    is_registry = _is_registry(masked[: max(slash, 0)] if "{" in first or "$" not in first else first.lower())
    repository_start = slash + 1 if is_registry else 0

    return ImageReference(
        span=place(0, len(text)),
        text=text,
        registry=first if is_registry else None,
        registry_span=place(0, slash) if is_registry else None,
        repository=text[repository_start:repository_end],
        repository_span=place(repository_start, repository_end),
        tag=text[colon + 1 : name_end] if colon >= 0 else None,
        tag_span=place(colon + 1, name_end) if colon >= 0 else None,
        digest=text[at + 1 :] if at >= 0 else None,
        digest_span=place(at + 1, len(text)) if at >= 0 else None,
    )


def _is_registry(first: str) -> bool:
    """Whether the part before the first slash is a registry, not a part of the repository's name."""
    return "." in first or ":" in first or first == "localhost" or first != first.lower()


def _masked(text: str) -> str:
    """The text with `x` for its templates and variables, which may hold any of the separators."""
    if "{" not in text:
        return text
    position, opened = 0, []
    ranges: list[tuple[int, int]] = []
    may_have_template = True
    while brace := _BRACES.search(text, position):
        start, position = brace.span()
        if brace.group() == "${":
            opened.append(start)
            continue
        if brace.group() == "}":
            if not opened:
                continue
            start = opened.pop()
            while ranges and ranges[-1][0] > start:
                ranges.pop()
        else:
            end = text.find("}}", position) if may_have_template else -1
            if end < 0:
                may_have_template = False
                continue
            position = end + 2
        ranges.append((start, position))
    masked, position = "", 0
    for start, end in ranges:
        masked += text[position:start] + "x" * (end - start)
        position = end
    return masked + text[position:]


def is_repository(text: str) -> bool:
    """Whether `text` is the name of a repository on its registry, such as `azureml/curated/sklearn-1.5`."""
    return _REPOSITORY.fullmatch(text) is not None


def is_valid_reference(text: str) -> bool:
    """Whether BuildKit accepts a literal reference. The tag may be a template, which is filled in before the build."""
    start = text.find(":{{")
    if start >= 0 and text.endswith("}}"):
        text = f"{text[:start]}:template"
    return invalid_reference_message(text) is None


def invalid_reference_message(text: str) -> str | None:
    """Why BuildKit refuses a reference, in its words; None if it does not."""
    first, slash, rest = text.partition("/")
    has_registry = bool(slash) and _is_registry(first)
    remote = rest if has_registry else text
    path = remote.partition(":")[0]
    prefix = "" if has_registry or slash else "library/"
    if _IDENTIFIER.fullmatch(text):
        return f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"
    if path != path.lower():
        return f"invalid reference format: repository name ({prefix}{path}) must be lowercase"
    if not _REFERENCE.fullmatch(text):
        return "invalid reference format"
    if len(prefix) + len(path.partition("@")[0]) > _LONGEST_NAME:
        return f"repository name must not be more than {_LONGEST_NAME} characters"
    digest = remote.partition("@")[2]
    return digest_message(digest) if digest else None
