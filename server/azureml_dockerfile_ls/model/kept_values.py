"""Values of functions for many instructions or stages, of which an edit changes few."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Item = TypeVar("Item")

_Values = tuple[tuple[int, Any], ...]


class KeptValues(Generic[Item]):
    """The true values of functions for the items of a sequence, each with the index of its item.

    What was asked of one version is known of the next one, but for the items that the edit changed.
    """

    __slots__ = ("_changed", "_kept", "_known", "items")

    def __init__(
        self, items: tuple[Item, ...], kept: dict[Any, _Values] | None = None, changed: tuple[int, int] = (0, 0)
    ) -> None:
        """Take over the values `kept`, which are those of all items but the ones in the range `changed`."""
        self.items = items
        self._kept = kept or {}
        self._changed = changed
        self._known: dict[Any, _Values] = {}

    def of(self, function: Callable[[Item], T | None]) -> tuple[tuple[int, T], ...]:
        """The true values of a function of a module, which may depend only on the item."""
        return self.by(function, lambda start, end: enumerate(map(function, self.items[start:end]), start))

    def by(
        self, key: object, work_out: Callable[[int, int], Iterable[tuple[int, T | None]]]
    ) -> tuple[tuple[int, T], ...]:
        """The true values that `work_out` gives for the items of a range, with their indexes."""
        known = self._known.get(key)
        if known is None:
            kept = self._kept.pop(key, None)
            start, end = self._changed if kept is not None else (0, len(self.items))
            known = tuple([each for each in work_out(start, end) if each[1]])
            if kept:
                known = tuple(sorted((*kept, *known), key=_index_of)) if known else kept
            self._known[key] = known
        return known

    def edited(self, items: tuple[Item, ...], start: int, end: int) -> KeptValues[Item]:
        """The values for other items, of which the first `start` and the last `end` are the same as here."""
        before, after = len(self.items) - end, len(items) - end
        kept = {function: _moved(values, start, before, after - before) for function, values in self._known.items()}
        return KeptValues(items, kept, (start, after))


def _moved(values: _Values, start: int, before: int, shift: int) -> _Values:
    """The values without those of the items in `[start, before)`, behind which the indexes change by `shift`."""
    if not shift:
        return tuple(each for each in values if each[0] < start or each[0] >= before) if values else values
    return tuple(
        each if each[0] < start else (each[0] + shift, each[1])
        for each in values
        if each[0] < start or each[0] >= before
    )


def _index_of(found: tuple[int, Any]) -> int:
    return found[0]
