"""Values that are worked out from an immutable object and kept in it: they die with the object.

This is the only memory of the core. An object that an edit does not change is handed on from one version of a document
to the next, and what was worked out from it comes along; nothing else is kept anywhere.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar


class Owner(Protocol):
    """An immutable object that keeps what is worked out from it, by the function that does."""

    @property
    def derived(self) -> dict[Any, Any]:
        """The values, by function or by function and arguments."""


Own = TypeVar("Own", bound=Owner)
T = TypeVar("T")

_MISSING: Any = object()
_MOST_ARGUMENTS = 16


def derived(function: Callable[[Own], T]) -> Callable[[Own], T]:
    """Call a function once for an object, and keep the value in the object."""

    @functools.wraps(function)
    def remembered(owner: Own) -> T:
        value = owner.derived.get(function, _MISSING)
        if value is _MISSING:
            value = owner.derived[function] = function(owner)
        found: T = value
        return found

    return remembered


def derived_for(owner: Owner, key: Hashable, argument: Hashable, compute: Callable[[], T]) -> T:
    """The value that `compute` gives for an object and an argument, which comes from the text too.

    A few arguments are remembered: one that is being typed is another with every letter.
    """
    values: dict[Hashable, T] = owner.derived.setdefault(key, {})
    if argument not in values:
        if len(values) >= _MOST_ARGUMENTS:
            values.clear()
        values[argument] = compute()
    return values[argument]


def latest(owner: Owner, key: Hashable, source: object, compute: Callable[[], T]) -> T:
    """The value that `compute` gives for an object and a `source` that changes on its own, such as a build context.

    Only the value for the latest source is kept, so that no earlier source stays alive.
    """
    known = owner.derived.get(key)
    if known is not None and known[0] is source:
        value: T = known[1]
        return value
    value = compute()
    owner.derived[key] = (source, value)
    return value
