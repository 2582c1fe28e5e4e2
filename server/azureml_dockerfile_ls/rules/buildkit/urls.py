"""The pages of Docker's documentation about the checks of BuildKit."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_WORD = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")


def url_of(name: str) -> str:
    """The address that BuildKit gives for a check."""
    return f"https://docs.docker.com/go/dockerfile/rule/{'-'.join(_WORD.findall(name)).lower()}/"
