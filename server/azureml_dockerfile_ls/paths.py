"""Paths as text: what the names of files and folders say."""

from __future__ import annotations

import re

_EXTENSION = re.compile(r"[^./]\.[A-Za-z]\w*$")


def is_inside(path: str, folder: str) -> bool:
    """Whether a normal path is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_file_name(path: str) -> bool:
    """Whether the name at the end of a path has an extension, so that it is hardly a folder's; `v1.0` has none."""
    return _EXTENSION.search(path) is not None
