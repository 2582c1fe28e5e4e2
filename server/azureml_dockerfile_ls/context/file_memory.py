"""Values that are worked out from the texts of files and kept while the files stay the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

MOST_VALUES = 2000
"""The number of values that a memory keeps; the least recently used one is dropped first."""


class FileMemory:
    """The values that one reading of a build context hands on to the next.

    Its owner is the one that makes the readings. A value belongs to a file by its absolute path, and to its identity,
    which changes whenever the file does.
    """

    def __init__(self) -> None:
        self._values: dict[tuple[Callable[[str], Any], str], tuple[object, Any]] = {}

    def value(
        self, function: Callable[[str], T], path: str, identity: object, text: Callable[[], str | None]
    ) -> T | None:
        """The value of a function for the text of a file; None if the file cannot be read, which is not kept.

        `text` is called only if the value is not known for this identity.
        """
        key = (function, path)
        known = self._values.pop(key, None)
        if known is None or known[0] != identity:
            content = text()
            if content is None:
                return None
            known = (identity, function(content))
        self._values[key] = known
        if len(self._values) > MOST_VALUES:
            del self._values[next(iter(self._values))]
        found: T = known[1]
        return found
