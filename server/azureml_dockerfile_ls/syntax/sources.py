"""Sources of COPY and ADD that are not files of the build context."""

from __future__ import annotations

import re

_URL = re.compile(r"https?://")
_GIT = re.compile(r"git@|git://|ssh://|github\.com/|https?://[^#?]*\.git(?:[#?]|$)")


def is_url(source: str) -> bool:
    """Whether a source is fetched over HTTP; a Git repository may be, too."""
    return _URL.match(source) is not None


def is_git(source: str) -> bool:
    """Whether a source is a Git repository."""
    return _GIT.match(source) is not None


def is_remote(source: str) -> bool:
    """Whether a source is fetched from somewhere else: over HTTP or from a Git repository."""
    return is_url(source) or is_git(source)
