"""Values of functions for many instructions or stages, of which an edit changes few."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from azureml_dockerfile_ls.records import NamedTuple

T = TypeVar("T")
Item = TypeVar("Item")


class _Known(NamedTuple):
    """The true values of a function, each with the index of its item, but for the items in `[start, end)`.

    `source` is what they depend on besides the items, None if nothing.
    """

    values: tuple[tuple[int, Any], ...]
    start: int
    end: int
    source: object

    @property
    def is_nothing(self) -> bool:
        """Whether it is known, without a source, that no item has a true value."""
        return not self.values and self.start == self.end and self.source is None


class KeptValues(Generic[Item]):
    """The true values of functions for the items of a sequence, each with the index of its item.

    What was asked of one version is known of the next ones, but for the items that the edits between changed.
    """

    __slots__ = ("_known", "items")

    def __init__(self, items: tuple[Item, ...], known: dict[Any, _Known] | None = None) -> None:
        """`known` has what an earlier version knew, by function."""
        self.items = items
        self._known = known if known is not None else {}

    def of(self, function: Callable[[Item], T | None]) -> tuple[tuple[int, T], ...]:
        """The true values of a function of a module, which may depend only on the item."""
        known = self._known.get(function)
        if known is not None and known.start == known.end:
            return known.values
        return self.by(function, lambda start, end: enumerate(map(function, self.items[start:end]), start))

    def by(
        self, key: object, work_out: Callable[[int, int], Iterable[tuple[int, T | None]]], source: object = None
    ) -> tuple[tuple[int, T], ...]:
        """The true values that `work_out` gives for the items of a range, with their indexes.

        They may also depend on a `source`, such as a build context. Only the values for the latest one are kept, so
        that no earlier source stays alive.
        """
        known = self._known.get(key)
        if known is None or known.source != source:
            known = _Known((), 0, len(self.items), source)
        if known.start != known.end:
            found = tuple([each for each in work_out(known.start, known.end) if each[1]])
            values = tuple(sorted((*known.values, *found), key=_index_of)) if found and known.values else found
            known = self._known[key] = _Known(values or known.values, 0, 0, source)
        return known.values

    def edited(self, items: tuple[Item, ...], start: int, end: int) -> KeptValues[Item]:
        """The values for other items, of which the first `start` and the last `end` are the same as here."""
        before, after = len(self.items) - end, len(items) - end
        # Most functions have found nothing in any item. They share one record.
        nothing = _Known((), start, after, None)
        still_known = {
            key: nothing if known.is_nothing else _after_edit(known, start, before, after)
            for key, known in self._known.items()
        }
        return KeptValues(items, still_known)


def _after_edit(known: _Known, start: int, before: int, after: int) -> _Known:
    """What is still known when the items in `[start, before)` give way to those in `[start, after)`."""
    shift, first, last = after - before, start, after
    if known.start != known.end:
        first = min(start, known.start)
        last = max(after, known.end + shift if known.end >= before else after)
    old_last = last - shift
    kept = [each for each in known.values if each[0] < first or each[0] >= old_last]
    if shift:
        kept = [each if each[0] < first else (each[0] + shift, each[1]) for each in kept]
    return _Known(tuple(kept), first, last, known.source)


def _index_of(found: tuple[int, Any]) -> int:
    return found[0]
