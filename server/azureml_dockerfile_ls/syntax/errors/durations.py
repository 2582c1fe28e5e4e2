"""What BuildKit refuses in a duration, which Go's `time.ParseDuration` reads."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.syntax.go import integer, quoted_bytes

_NUMBER = lazy_pattern(r"([0-9]*)(\.?)([0-9]*)")
_UNIT = lazy_pattern(r"[^.0-9]*")
_NANOSECONDS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9}
_NANOSECONDS["h"] = 3600 * 10**9
_LIMIT = 2**63
_LEAST = _NANOSECONDS["ms"]


def duration_message(name: str, value: str) -> str | None:
    """BuildKit's message for the value of the flag `name` that is not a duration; None for a duration."""
    try:
        duration = _nanoseconds(value) if value else 0
    except ValueError as error:
        return str(error)
    return f'Interval "{name}" cannot be less than 1ms' if duration != 0 and duration < _LEAST else None


def _nanoseconds(text: str) -> int:
    """The length of a duration. Raises ValueError, with Go's words, where there is none."""
    invalid = ValueError(f"time: invalid duration {quoted_bytes(text)}")
    is_negative = text.startswith("-")
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    if not rest:
        raise invalid
    total, position = 0, 0
    while position < len(rest):
        number = _NUMBER.match(rest, position)
        if number is None or not (number[1] or number[3]) or (whole := integer(number[1] or "0")) is None:
            raise invalid
        unit = _UNIT.match(rest, number.end())
        name = unit.group() if unit else ""
        if not name:
            raise ValueError(f"time: missing unit in duration {quoted_bytes(text)}")
        if name not in _NANOSECONDS:
            raise ValueError(f"time: unknown unit {quoted_bytes(name)} in duration {quoted_bytes(text)}")
        fraction = number[3][:18]
        total += whole * _NANOSECONDS[name]
        total += int(fraction or "0") * _NANOSECONDS[name] // 10 ** len(fraction)
        if total >= _LIMIT:
            raise invalid
        position = number.end() + len(name)
    return -total if is_negative else total
