"""Which files are a model, as far as their names tell it."""

from __future__ import annotations

import posixpath
import re

_MODEL = re.compile(r"model(?!l?ing|er)")
_NO_MODEL = (".py", ".txt", ".yml", ".yaml", ".sh", ".md", ".toml", ".cfg", ".ini", ".ipynb")


def is_model(source: str) -> bool:
    """Whether the name of a file or folder says that it is a model, and not code about models."""
    name = posixpath.basename(source.rstrip("/")).lower()
    return _MODEL.search(name) is not None and not name.endswith(_NO_MODEL)
