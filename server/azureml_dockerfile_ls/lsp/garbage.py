"""Python's garbage collector during imports."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def gc_paused() -> Iterator[None]:
    """Pause garbage collection while modules are imported, and keep what they made out of later collections.

    Imports allocate long-lived objects; collecting or rescanning them is wasted work.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
