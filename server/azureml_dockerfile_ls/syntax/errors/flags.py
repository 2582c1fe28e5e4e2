"""What BuildKit refuses in the flags of an instruction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from azureml_dockerfile_ls.spelling import closest, did_you_mean
from azureml_dockerfile_ls.syntax.errors.mounts import mount_problems
from azureml_dockerfile_ls.syntax.language import FlagSpec, InstructionSpec, ValueKind
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, Problem

_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6}
_PERMISSIONS = re.compile(r"0*[0-7]{1,4}|[ugoa]*[-+=][rwxXstugoa,=+-]*|.*[$\"'\\`].*")


def flag_problems(instruction: Instruction, spec: InstructionSpec) -> Iterator[Problem]:
    """The problems of all flags of an instruction."""
    seen: set[str] = set()
    for flag in instruction.flags:
        known = spec.flag(flag.name)
        if known is None:
            replacement = closest(flag.name, (known.name for known in spec.flags))
            yield Problem(flag.name_span, f"unknown flag: --{flag.name}{did_you_mean(replacement)}", replacement)
            continue
        if flag.name in seen and not known.repeatable:
            yield Problem(flag.span, f"duplicate flag specified: {flag.name}")
        seen.add(flag.name)
        yield from _value_problems(flag, known)


def _value_problems(flag: Flag, known: FlagSpec) -> Iterator[Problem]:
    span = flag.value_span or flag.span
    if known.boolean:
        if flag.value == "":
            yield Problem(flag.span, f"missing a value on flag: {flag.name}")
        elif flag.value is not None and flag.value.lower() not in ("true", "false"):
            yield Problem(span, f"expecting boolean value for flag {flag.name}, not: {flag.value}")
    elif flag.value is None:
        yield Problem(flag.span, f"missing a value on flag: {flag.name}")
    elif known.kind is ValueKind.MOUNT:
        yield from mount_problems(flag.value, span)
    elif known.kind in _CHECKS:
        message = _CHECKS[known.kind](known, flag.value)
        if message:
            yield Problem(span, message)


def _choice_message(known: FlagSpec, value: str) -> str | None:
    return None if value in known.values else known.refusal.format(value)


def _permissions_message(known: FlagSpec, value: str) -> str | None:
    return None if _PERMISSIONS.fullmatch(value) else known.refusal.format(value)


def _count_message(known: FlagSpec, value: str) -> str | None:
    if not value:
        return None
    if not re.fullmatch(r"[-+]?\d+", value):
        return f'strconv.ParseInt: parsing "{value}": invalid syntax'
    return f"--{known.name} cannot be negative ({value})" if int(value[:12]) < 0 else None


def _duration_message(known: FlagSpec, value: str) -> str | None:
    if not value:
        return None
    milliseconds = _milliseconds(value)
    if milliseconds is None:
        return f'time: invalid duration "{value}"'
    return f'Interval "{known.name}" cannot be less than 1ms' if milliseconds != 0 and milliseconds < 1 else None


def _milliseconds(duration: str) -> float | None:
    """A duration as Go's `time.ParseDuration` reads it."""
    if duration in ("0", "+0", "-0"):
        return 0
    sign, rest = (-1, duration[1:]) if duration.startswith("-") else (1, duration.removeprefix("+"))
    total, position = 0.0, 0
    while match := _DURATION_PART.match(rest, position):
        position = match.end()
        total += float(match[1][:20]) * _MILLISECONDS[match[2]]
    return sign * total if rest and position == len(rest) else None


_CHECKS: dict[ValueKind, Callable[[FlagSpec, str], str | None]] = {
    ValueKind.CHOICE: _choice_message,
    ValueKind.PERMISSIONS: _permissions_message,
    ValueKind.COUNT: _count_message,
    ValueKind.DURATION: _duration_message,
}
"""BuildKit's message for a wrong value, by the kind of the value; None for a good one."""
