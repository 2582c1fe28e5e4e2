"""Paths as text, without a look at the disk."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

_EXTENSION = lazy_pattern(r"[^./]\.[A-Za-z]\w*$")


def is_inside(path: str, folder: str) -> bool:
    """Whether a normalised path is `folder` or is below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_file_name(path: str) -> bool:
    """Whether the last name of a path has an extension and so probably names a file; `v1.0` has none."""
    return _EXTENSION.search(path) is not None
