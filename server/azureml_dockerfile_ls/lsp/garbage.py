"""Python's garbage collector during imports and afterwards."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_NEW_OBJECTS = 20_000
"""The number of new objects after which those are searched for garbage. Python's own number is 700.

A first analysis makes some thousand objects and keeps them, so with 700 its new objects are searched 40 times.
"""


@contextlib.contextmanager
def gc_paused() -> Iterator[None]:
    """Pause garbage collection while modules are imported, and keep what they made out of later collections.

    Imports allocate long-lived objects; collecting or rescanning them is wasted work. Later collections are rare.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
        gc.enable()
