"""Python's garbage collector, and when it is in the way."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_off() -> Iterator[None]:
    """Import in this context what stays until the end.

    The imports make a great many objects that all stay: to collect meanwhile, or to look at them ever again, is vain.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
