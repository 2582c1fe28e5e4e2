"""The pages of Docker's documentation about the checks of BuildKit."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")


def url_of(name: str) -> str:
    """The address that BuildKit gives for a check."""
    return f"https://docs.docker.com/go/dockerfile/rule/{'-'.join(_WORD.findall(name)).lower()}/"
