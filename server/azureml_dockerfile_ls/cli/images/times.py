"""The times of answers, as `images` prints them."""

from __future__ import annotations

import time


def date(fetched: float) -> str:
    """The local date, such as `2026-11-20`."""
    return time.strftime("%Y-%m-%d", time.localtime(_past(fetched)))


def timestamp(fetched: float) -> str:
    """The time in UTC, such as `2026-11-20T08:09:10Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_past(fetched)))


def age(fetched: float) -> str:
    """The local date and the age, such as `2026-11-20, 2 days ago`."""
    seconds = max(time.time() - fetched, 0.0)
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            count = int(seconds // length)
            return f"{date(fetched)}, {count} {unit}{'' if count == 1 else 's'} ago"
    return f"{date(fetched)}, just now"


def _past(fetched: float) -> float:
    # After a clock is set back, the cache holds answers from the future.
    return min(fetched, time.time())
