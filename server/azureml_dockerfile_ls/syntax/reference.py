"""Splits an image reference into registry, repository, tag and digest, and tells whether BuildKit takes it.

The grammar is that of the distribution project's `reference` package.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.text import Span

_OPAQUE = re.compile(r"\{\{.*?\}\}|\$\{[^}]*\}")
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])"
_REFERENCE = re.compile(
    rf"(?:{_HOST}(?::[0-9]+)?/)?{_COMPONENT}(?:/{_COMPONENT})*"
    r"(?::[\w][\w.-]{0,127})?"
    r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)
_TEMPLATE_TAG = re.compile(r":\{\{.*\}\}$")


def split_reference(text: str, place: Callable[[int, int], Span] = Span) -> ImageReference:
    """The parts of an image reference. Any text has parts; see `is_valid_reference`.

    `place` turns a range of `text` into the span where it stands.
    """
    # A template or a variable may hold any of the separators.
    masked = _OPAQUE.sub(lambda match: "x" * len(match.group()), text)
    at = masked.find("@")
    name_end = len(text) if at < 0 else at
    colon = masked.rfind(":", masked.rfind("/", 0, name_end) + 1, name_end)
    repository_end = name_end if colon < 0 else colon
    slash = masked.find("/", 0, repository_end)
    first = text[:slash] if slash >= 0 else ""
    is_registry = "." in first or ":" in first or first == "localhost" or first != first.lower()
    if is_registry and "$" in first:
        is_registry = "." in masked[:slash] or ":" in masked[:slash]
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


def is_valid_reference(text: str) -> bool:
    """Whether a literal reference is one that BuildKit takes. A template tag, which is filled in before, counts."""
    return _REFERENCE.fullmatch(_TEMPLATE_TAG.sub(":template", text)) is not None
