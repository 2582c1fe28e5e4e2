"""What BuildKit refuses in the flags of an instruction."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.spelling import closest, did_you_mean
from azureml_dockerfile_ls.syntax.errors.durations import duration_message
from azureml_dockerfile_ls.syntax.errors.mounts import mount_problems
from azureml_dockerfile_ls.syntax.go import integer, is_integer, quoted
from azureml_dockerfile_ls.syntax.language import FlagSpec, InstructionSpec, ValueKind
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction, Problem

_SYMBOLS = r"[ugoa]*(?:[-+=][rwxXstugoa]*)+"
_PERMISSIONS = lazy_pattern(rf"0*[0-7]{{1,4}}|{_SYMBOLS}(?:,{_SYMBOLS})*|.*[$\"'\\`].*")
_TRUE_AND_FALSE = ("true", "false")


def flag_problems(instruction: Instruction, spec: InstructionSpec) -> Iterator[Problem]:
    """The problems of all flags of an instruction."""
    seen: set[str] = set()
    for flag in instruction.flags:
        known = spec.flag(flag.name)
        if known is None:
            replacement = closest(flag.name, (known.name for known in spec.flags))
            message = f"unknown flag: --{flag.name}{did_you_mean(replacement)}"
            yield Problem(flag.name_span, message, replacement, is_unknown_word=True)
            continue
        if flag.name in seen and not known.repeatable:
            yield Problem(flag.span, f"duplicate flag specified: --{flag.name}")
        seen.add(flag.name)
        yield from _value_problems(flag, known)


def _value_problems(flag: Flag, known: FlagSpec) -> Iterator[Problem]:
    # A finding must have a width, so that of an empty value is on the flag.
    span = flag.value_span if flag.value_span and flag.value_span.start < flag.value_span.end else flag.span
    if known.boolean:
        if flag.value == "":
            yield Problem(flag.span, f"missing a value on flag: --{flag.name}")
        elif flag.value is not None and flag.value.lower() not in _TRUE_AND_FALSE:
            refusal = f"expecting boolean value for flag --{flag.name}, not: {flag.value}"
            yield Problem(span, refusal, closest(flag.value, _TRUE_AND_FALSE))
    elif flag.value is None:
        yield Problem(flag.span, f"missing a value on flag: --{flag.name}")
    elif known.kind is ValueKind.MOUNT:
        yield from mount_problems(flag.value, span)
    elif known.kind in _CHECKS:
        message = _CHECKS[known.kind](known, flag.value)
        if message:
            nearest = closest(flag.value, known.values) if known.kind is ValueKind.CHOICE and flag.value else None
            yield Problem(span, message, nearest)


def _choice_message(known: FlagSpec, value: str) -> str | None:
    return None if value in known.values else known.refusal.format(value)


def _permissions_message(_: FlagSpec, value: str) -> str | None:
    return permissions_message(value)


def permissions_message(value: str) -> str | None:
    """The message for permission bits that BuildKit refuses; None for good ones, and where a variable decides.

    BuildKit says only `invalid syntax` of symbols.
    """
    if not value or _PERMISSIONS.fullmatch(value):
        return None
    return f"invalid chmod parameter: '{value}'. it should be octal string and between 0 and 07777"


def _count_message(known: FlagSpec, value: str) -> str | None:
    if not value:
        return None
    number = integer(value, 32)
    if not is_integer(value):
        return f"strconv.ParseInt: parsing {quoted(value)}: invalid syntax"
    if number is None:
        return f"strconv.ParseInt: parsing {quoted(value)}: value out of range"
    return f"--{known.name} cannot be negative ({number})" if number < 0 else None


def _duration_message(known: FlagSpec, value: str) -> str | None:
    return duration_message(known.name, value)


_CHECKS: dict[ValueKind, Callable[[FlagSpec, str], str | None]] = {
    ValueKind.CHOICE: _choice_message,
    ValueKind.PERMISSIONS: _permissions_message,
    ValueKind.COUNT: _count_message,
    ValueKind.DURATION: _duration_message,
}
"""BuildKit's message for a wrong value, by the kind of the value; None for a good one."""
