"""Look-up of offsets in many spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable

from azureml_dockerfile_ls.text import LocalSpan


def covered_by(spans: Iterable[LocalSpan]) -> Callable[[int], bool]:
    """A function that checks whether an offset is in one of the spans, which can overlap."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)

    def is_covered(offset: int) -> bool:
        number = bisect_right(starts, offset) - 1
        return number >= 0 and offset < ends[number]

    return is_covered
