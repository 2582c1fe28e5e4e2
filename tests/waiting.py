"""How tests wait. A machine may be busy with something else, so that none of them asserts that something is fast.

Where an answer must not wait for something, the test sees to it that this does not come before. Where work must be
little, the test counts it, or takes the time of the processor, which is the same on a busy machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 120.0
"""After how many seconds something is taken to hang. It only ends the test."""


def wait_until(look: Callable[[], T]) -> T:
    """The first answer of `look` that is true; the test fails where none comes."""
    end = time.monotonic() + PATIENCE
    while not (answer := look()):
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {PATIENCE:g} s")
        time.sleep(0.02)
    return answer
