"""The classes of lsprotocol, each finished at its first use.

lsprotocol has more than 500 attrs classes. attrs writes and compiles the methods of each when it is defined, which
takes longer than all the rest of the start; a session uses some dozens of them. `import_late` imports lsprotocol with
the classes as they are written. attrs finishes a class when it is called, or when somebody asks for its fields.

The finished classes equal those of a normal import, but for one thing: they have no `__slots__`.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

COMPARED = {"attrs": ("24.3.0", "25.1.0", "25.2.0", "25.3.0", "25.4.0", "26.1.0"), "lsprotocol": ("2025.0.0",)}
"""The versions with which tests have compared the classes to those of a normal import."""

_FIRST_PYTHON_NOT_COMPARED = (3, 14)
_TYPES = "lsprotocol.types"


def import_late(versions: dict[str, tuple[str, ...]] = COMPARED) -> None:
    """Import lsprotocol.types so that each of its classes is finished at its first use.

    With other versions than these, or after a normal import, it does nothing: a normal import follows or has been.
    """
    if _TYPES in sys.modules or sys.version_info >= _FIRST_PYTHON_NOT_COMPARED:
        return
    if not all(_is_installed(*distribution) for distribution in versions.items()):
        return
    import attrs

    define: Any = attrs.define

    def define_late(cls: Any = None, **options: Any) -> Any:
        if options or getattr(cls, "__module__", None) != _TYPES:
            return define(cls, **options)
        _Late(cls, define)
        return cls

    patched: Any = attrs
    patched.define = define_late
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        patched.define = define
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
                # Without `init` attrs would keep the `__init__` that the class has.
                self._define(self._cls, slots=False, init=True, field_transformer=_resolve)


def _resolve(cls: type, fields: list[Any]) -> list[Any]:
    import attrs
    from lsprotocol import types

    attrs.resolve_types(cls, {**types.ALL_TYPES_MAP}, {}, fields)  # which adds to the names that it gets
    return fields
