"""The classes of lsprotocol, each finished at its first use.

lsprotocol has more than 500 attrs classes. attrs writes and compiles the methods of each when it is defined, which
takes longer than all the rest of the start; a session uses some dozens of them. `import_late` imports lsprotocol with
the classes as they are written. attrs finishes a class when it is called, or when somebody asks for its fields. Until
then the fields and their types are noted only, for attrs and typing check each: half of what is left of the import.

The finished classes equal those of a normal import, but for one thing: they have no `__slots__`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import threading
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

COMPARED = {"attrs": ("24.3.0", "25.1.0", "25.2.0", "25.3.0", "25.4.0", "26.1.0"), "lsprotocol": ("2025.0.0",)}
"""The versions with which tests have compared the classes to those of a normal import."""

_FIRST_PYTHON_NOT_COMPARED = (3, 14)
_TYPES = "lsprotocol.types"
_FORMS = ("Dict", "Literal", "Mapping", "Optional", "Sequence", "Tuple", "Union")
"""What lsprotocol builds the types of its fields from."""


def import_late(versions: dict[str, tuple[str, ...]] = COMPARED) -> None:
    """Import lsprotocol.types so that each of its classes is finished at its first use.

    With other versions than these, or after a normal import, it does nothing: a normal import follows or has been.
    """
    if _TYPES in sys.modules or sys.version_info >= _FIRST_PYTHON_NOT_COMPARED:
        return
    if not all(_is_installed(*distribution) for distribution in versions.items()):
        return
    import attrs
    import lsprotocol.validators  # which lsprotocol.types imports, and which keeps the names of `typing` that it finds

    define: Any = attrs.define

    def define_late(cls: Any = None, **options: Any) -> Any:
        if options or getattr(cls, "__module__", None) != _TYPES:
            return define(cls, **options)
        _Late(cls, define)
        return cls

    forms = {name: _Form(getattr(typing, name)) for name in _FORMS}
    with _replaced(attrs, {"define": define_late, "field": _NotedField}), _replaced(typing, forms):
        import lsprotocol.types
    names = vars(lsprotocol.types)
    for table in (names, *(value for value in names.values() if isinstance(value, dict))):
        _replace_noted(table)
    from lsprotocol import _hooks

    # The converter would finish all classes to resolve their annotations. Each resolves its own.
    _hooks._resolved_forward_references = True


def _is_installed(distribution: str, versions: tuple[str, ...]) -> bool:
    """Whether what `import` finds is one of these versions."""
    package = importlib.util.find_spec(distribution)
    if package is None or package.origin is None:
        return False
    # `importlib.metadata`, which knows the version, takes long to import.
    start = os.path.join(os.path.dirname(os.path.dirname(package.origin)), distribution)
    return any(os.path.exists(f"{start}-{version}.dist-info") for version in versions)


@contextlib.contextmanager
def _replaced(module: Any, values: Mapping[str, object]) -> Iterator[None]:
    """Give names of a module other values for a while."""
    own = {name: getattr(module, name) for name in values}
    vars(module).update(values)
    try:
        yield
    finally:
        vars(module).update(own)


class _Form:
    """Stands for a form of `typing`, such as `Union`, and notes what is built from it."""

    __slots__ = ("form",)

    def __init__(self, form: Any) -> None:
        self.form = form

    def __getitem__(self, arguments: Any) -> _Noted:
        return _Noted(self.form, arguments)


class _Noted:
    """A type that is not made yet."""

    __slots__ = ("_arguments", "_form")

    def __init__(self, form: Any, arguments: Any) -> None:
        self._form = form
        self._arguments = arguments

    def made(self) -> Any:
        """The type."""
        return self._form[_made(self._arguments)]


def _made(value: Any) -> Any:
    """The type or form for which a value stands, also in a tuple; any other value is given back."""
    if isinstance(value, tuple):
        return tuple(map(_made, value))
    return value.made() if isinstance(value, _Noted) else value.form if isinstance(value, _Form) else value


def _replace_noted(table: dict[str, Any]) -> None:
    """Put the types and forms themselves in place of what stands for them."""
    table.update({name: _made(value) for name, value in table.items() if isinstance(value, (_Form, _Noted, tuple))})


class _NotedField:
    """A field that is not made yet."""

    __slots__ = ("options",)

    def __init__(self, **options: Any) -> None:
        self.options = options


_finishing = threading.RLock()


class _Late:
    """The `__attrs_attrs__` of a class that is not finished yet. Whoever asks for it, or calls the class, finishes it.

    attrs replaces both this and the `__init__` that waits. Another thread waits for the lock meanwhile.
    """

    def __init__(self, cls: Any, define: Callable[..., Any]) -> None:
        self._cls = cls
        self._define = define

        def finish_first(instance: Any, *values: Any, **named_values: Any) -> None:
            self._finish()
            cls.__init__(instance, *values, **named_values)

        cls.__init__ = finish_first
        cls.__attrs_attrs__ = self

    def __get__(self, instance: object, owner: type) -> Any:
        self._finish()
        return self._cls.__attrs_attrs__

    def _finish(self) -> None:
        with _finishing:
            if self._cls.__dict__["__attrs_attrs__"] is self:
                self._make_fields()
                # Without `init` attrs would keep the `__init__` that the class has.
                self._define(self._cls, slots=False, init=True, field_transformer=_resolve)

    def _make_fields(self) -> None:
        import attrs

        if "__annotations__" in vars(self._cls):
            _replace_noted(self._cls.__annotations__)
        for name, value in list(vars(self._cls).items()):
            if isinstance(value, _NotedField):
                setattr(self._cls, name, attrs.field(**value.options))


def _resolve(cls: type, fields: list[Any]) -> list[Any]:
    import attrs
    from lsprotocol import types

    attrs.resolve_types(cls, {**types.ALL_TYPES_MAP}, {}, fields)  # which adds to the names that it gets
    return fields
