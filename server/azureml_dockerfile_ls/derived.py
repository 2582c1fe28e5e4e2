"""Values that are worked out from an immutable object and kept in it: they die with the object.

This is the only memory of the core. An object that an edit does not change is handed on from one version of a document
to the next, and what was worked out from it comes along; nothing else is kept anywhere.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar


class Owner(Protocol):
    """An immutable object that keeps what is worked out from it, by the function that does."""

    @property
    def derived(self) -> dict[Any, Any]:
        """The values, by function or by function and arguments."""


Own = TypeVar("Own", bound=Owner)
P = ParamSpec("P")
T = TypeVar("T")

_MISSING: Any = object()


def derived(function: Callable[Concatenate[Own, P], T]) -> Callable[Concatenate[Own, P], T]:
    """Call a function once for an object and its other arguments, and keep the value in the object.

    The other arguments are positional, hashable and few, and hold nothing that dies before the object: each different
    one costs an entry.
    """

    @functools.wraps(function)
    def remembered(owner: Own, /, *arguments: P.args, **_: P.kwargs) -> T:
        key = (function, *arguments) if arguments else function
        value = owner.derived.get(key, _MISSING)
        if value is _MISSING:
            value = owner.derived[key] = function(owner, *arguments)  # type: ignore[call-arg]
        found: T = value
        return found

    return remembered


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
