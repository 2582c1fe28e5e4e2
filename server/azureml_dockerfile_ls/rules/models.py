"""Which copied files are a model, for the rules about models."""

from __future__ import annotations

import posixpath

_NO_MODEL = (".py", ".txt", ".yml", ".yaml", ".sh", ".md", ".toml", ".cfg", ".ini", ".ipynb")


def is_model(source: str) -> bool:
    """Whether the name of a source says that it is a model, and not code about models."""
    name = posixpath.basename(source.rstrip("/")).lower()
    return "model" in name and not name.endswith(_NO_MODEL)
