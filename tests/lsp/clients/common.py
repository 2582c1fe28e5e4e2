"""Values that several clients have in common."""

from __future__ import annotations

SAVED = {"dynamicRegistration": False, "willSave": False, "willSaveWaitUntil": False, "didSave": True}
SYMBOL_KINDS = {"valueSet": list(range(1, 27))}
ITEM_KINDS = {"valueSet": list(range(1, 26))}
BOTH_FORMATS = ["markdown", "plaintext"]
REFACTORINGS = ["refactor", "refactor.extract", "refactor.inline", "refactor.rewrite"]
SOURCES = ["source", "source.organizeImports"]
