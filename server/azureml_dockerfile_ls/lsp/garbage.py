"""Python's garbage collector during imports, and how often it runs afterwards."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_THRESHOLDS = (10_000, 3, 2)
"""How many new objects there are before they are searched for garbage, and how often before older ones are.

The start and a first analysis make some 30,000 objects and keep them. With Python's own number, 700 up to 3.12, they
are interrupted forty times.
"""


def collect_rarely() -> None:
    """Search for garbage less often than Python does by itself. An edit makes little of it."""
    gc.set_threshold(*_THRESHOLDS)


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
