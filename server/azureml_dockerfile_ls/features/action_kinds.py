"""The kinds of code actions. A module of its own, because a client gets them before the analysis is imported."""

from __future__ import annotations

from enum import Enum


class ActionKind(Enum):
    """The kind of a code action, by its name in the protocol."""

    QUICKFIX = "quickfix"
    REWRITE = "refactor.rewrite"
    EXTRACT = "refactor.extract"
    INLINE = "refactor.inline"
    FIX_ALL = "source.fixAll"
