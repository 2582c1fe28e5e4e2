"""The reasons why this server differs from BuildKit on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.oracle.comparison import Difference


class _Reason(NamedTuple):
    text: str
    fits: Callable[[str, Difference], bool]


_REASONS: tuple[_Reason, ...] = ()


def reason_for(text: str, difference: Difference) -> str | None:
    """The reason for a difference; None if there is none, so that it is a fault."""
    return next((reason.text for reason in _REASONS if reason.fits(text, difference)), None)
