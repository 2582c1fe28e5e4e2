"""Values that are computed from an immutable object and stored in it, so that they die with the object.

This is the only cache of the core. The next version of a document shares the objects that an edit does not change, and
with them their stored values.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar


class Owner(Protocol):
    """An immutable object that stores the values computed from it."""

    @property
    def derived(self) -> dict[Any, Any]:
        """The values by key, such as the function that computes them."""


Own = TypeVar("Own", bound=Owner)
T = TypeVar("T")

_MISSING: Any = object()
_MOST_ARGUMENTS = 16


def derived(function: Callable[[Own], T]) -> Callable[[Own], T]:
    """Call a function once per object, and store the value in the object."""

    @functools.wraps(function)
    def remembered(owner: Own) -> T:
        value = owner.derived.get(function, _MISSING)
        if value is _MISSING:
            value = owner.derived[function] = function(owner)
        found: T = value
        return found

    return remembered


def derived_for(owner: Owner, key: Hashable, argument: Hashable, compute: Callable[[], T]) -> T:
    """The value of `compute` for an object and an argument that comes from the text.

    Only a few arguments are stored, because every keystroke in an argument makes another one.
    """
    values: dict[Hashable, T] = owner.derived.setdefault(key, {})
    if argument not in values:
        if len(values) >= _MOST_ARGUMENTS:
            values.clear()
        values[argument] = compute()
    return values[argument]


def latest(owner: Owner, key: Hashable, source: object, compute: Callable[[], T]) -> T:
    """The value of `compute` for an object and a `source` that changes independently, such as a build context.

    Only the value for the latest source is stored, so that no earlier source stays alive. A source of several parts is
    a tuple.
    """
    known = owner.derived.get(key)
    if known is not None and (known[0] is source or known[0] == source):
        value: T = known[1]
        return value
    value = compute()
    owner.derived[key] = (source, value)
    return value
