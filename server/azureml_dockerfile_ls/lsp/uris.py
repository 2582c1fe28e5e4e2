"""Conversion between paths and `file:` URIs."""

from __future__ import annotations

import os

from pygls import uris


def path_of(uri: str) -> str | None:
    """The absolute path of a `file:` URI; None for any other URI."""
    try:
        path = uris.to_fs_path(uri)
    except ValueError:  # invalid host
        return None
    return os.path.abspath(path) if path and "\0" not in path else None


def uri_of(path: str) -> str:
    """The `file:` URI of an absolute path."""
    return uris.from_fs_path(path) or ""
