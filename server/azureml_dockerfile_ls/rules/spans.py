"""Looking up offsets in many spans at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable

from azureml_dockerfile_ls.text import Span


def covered_by(spans: Iterable[Span]) -> Callable[[int], bool]:
    """A function that tells whether an offset lies in any of the spans, which may overlap."""
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
