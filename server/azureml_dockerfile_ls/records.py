"""Data classes and named tuples that are quick to define and quick to make.

`dataclasses.dataclass` compiles each method of each class, about seven for a frozen one, and a frozen object assigns
every field by a call. `typing.NamedTuple` compiles each annotation. With two hundred classes this was a fifth of the
time from the start of the server to the first diagnostics. Here classes with as many fields share the code of
`__init__`, and little else is compiled. What is frozen is frozen for the type checker, which sees the decorator and
the class of the standard library.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from typing import NamedTuple as NamedTuple
else:

    def dataclass(cls=None, *, frozen=False, slots=False, eq=True):
        """Do what `dataclasses.dataclass` does, but for the check at run time that nothing assigns to a frozen one."""

        def decorate(cls):
            own = vars(cls)
            inherited = getattr(cls, "__dataclass_fields__", {})
            is_plain = all(map(_is_plain, (*inherited.values(), *own.values()))) and not hasattr(cls, "__post_init__")
            annotations = own.get("__annotations__", {})
            # Each text is searched for `ClassVar` and the like, which no record has.
            cls.__annotations__ = dict.fromkeys(annotations, Any)
            made = dataclasses.dataclass(init=not is_plain, repr=False, eq=False, slots=slots)(cls)
            made.__annotations__ = annotations
            if is_plain:
                made.__init__ = _init_of(made)
            if "__repr__" not in own:
                made.__repr__ = _repr
            if eq and "__eq__" not in own:
                values = _values_of(made)
                made.__eq__ = _eq_by(values)
                made.__hash__ = _hash_by(values) if frozen else None
            return made

        return decorate if cls is None else decorate(cls)

    class _NamedTupleMeta(type):
        """Makes a class of `collections.namedtuple` out of one that is written as for `typing.NamedTuple`."""

        def __new__(mcs, name, bases, namespace):
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = [namespace[field] for field in fields if field in namespace]
            made = collections.namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])
            for key, value in namespace.items():
                if key not in fields:
                    setattr(made, key, value)
            return made

    NamedTuple = type.__new__(_NamedTupleMeta, "NamedTuple", (), {})


_codes: dict[int, CodeType] = {}
"""The code of `__init__` of data classes by the number of their fields."""


def _is_plain(value: object) -> bool:
    """Whether a value of a class, if it is a field, is a parameter of `__init__` without more ado."""
    if not isinstance(value, dataclasses.Field):
        return True
    return value.init and value.kw_only is not True and value.default_factory is dataclasses.MISSING


def _init_of(cls: Any) -> Callable[..., None]:
    """The method `__init__` of a data class whose fields are all plain."""
    fields = dataclasses.fields(cls)
    names = [field.name for field in fields]
    if len(names) not in _codes:
        numbered = [f"a{at}" for at in range(len(names))]
        made: Any = dataclasses.make_dataclass("Numbered", numbered, repr=False, eq=False)
        _codes[len(names)] = made.__init__.__code__
    code = _codes[len(names)].replace(co_varnames=("self", *names), co_names=tuple(names))
    defaults = tuple(field.default for field in fields if field.default is not dataclasses.MISSING)
    init = FunctionType(code, {}, "__init__", defaults)
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


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
