"""Data classes that are quick to define and quick to make.

`dataclasses.dataclass` compiles each method of each class, about seven for a frozen one, and a frozen object assigns
every field by a call. With some hundred classes this was a tenth of the start of the server. Here only `__init__` is
compiled. What is frozen is frozen for the type checker, which sees the decorator of the standard library.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, *, frozen=False, slots=False, eq=True):
        """Do what `dataclasses.dataclass` does, but for the check at run time that nothing assigns to a frozen one."""

        def decorate(cls):
            own = vars(cls)
            made = dataclasses.dataclass(init=True, repr=False, eq=False, slots=slots)(cls)
            if "__repr__" not in own:
                made.__repr__ = _repr
            if eq and "__eq__" not in own:
                values = _values_of(made)
                made.__eq__ = _eq_by(values)
                made.__hash__ = _hash_by(values) if frozen else None
            return made

        return decorate if cls is None else decorate(cls)


def _repr(record: Any) -> str:
    shown = (field.name for field in dataclasses.fields(record) if field.repr)
    values = ", ".join(f"{name}={getattr(record, name)!r}" for name in shown)
    return f"{type(record).__qualname__}({values})"


def _values_of(cls: Any) -> Callable[[Any], tuple[Any, ...]]:
    names = [field.name for field in dataclasses.fields(cls) if field.compare]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def _eq_by(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any, Any], bool]:
    def equal(record: Any, other: Any) -> bool:
        return values(record) == values(other) if other.__class__ is record.__class__ else NotImplemented

    return equal


def _hash_by(values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], int]:
    return lambda record: hash(values(record))
