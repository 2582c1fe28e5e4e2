"""The time that a request takes, by its parts: one line in the log for a slow one."""

from __future__ import annotations

import logging
import time

logger = logging.getLogger(__name__)

ANSWER = "answer"
"""The part that is not another one."""

_SLOW_SECONDS = 0.1


class Watch:
    """Measures one message, from its arrival on."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._parts: dict[str, float] = {}

    def lap(self, part: str) -> None:
        """Add the time since the last lap to a part."""
        now = time.perf_counter()
        self._parts[part] = self._parts.get(part, 0.0) + now - self._last
        self._last = now

    def log(self, what: str) -> None:
        """Log the parts, in milliseconds, if they take long together."""
        total = sum(self._parts.values())
        if total >= _SLOW_SECONDS:
            parts = ", ".join(f"{part} {seconds * 1000:.0f}" for part, seconds in self._parts.items())
            logger.info("%s took %.0f ms: %s", what, total * 1000, parts)
