"""What BuildKit refuses in the value of `RUN --mount`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.spelling import closest, did_you_mean
from azureml_dockerfile_ls.syntax.language import BOOLEANS, MOUNT_KEYS, MOUNTS, KeySpec, MountSpec, ValueKind
from azureml_dockerfile_ls.syntax.nodes import Flag, Problem
from azureml_dockerfile_ls.text import LocalSpan

_SIZE = lazy_pattern(r"[0-9]+(?:\.[0-9]+)* ?[kKmMgGtTpP]?[iI]?[bB]?")

_IS_VALID: dict[ValueKind, Callable[[str], bool]] = {
    ValueKind.BOOLEAN: lambda value: value in BOOLEANS,
    ValueKind.NUMBER: str.isdecimal,
    ValueKind.MODE: lambda value: re.fullmatch(r"[0-7]+", value) is not None,
    ValueKind.SIZE: lambda value: _SIZE.fullmatch(value) is not None,
}
"""Whether BuildKit accepts a value, by its kind."""


def mount_problems(value: str, span: LocalSpan) -> Iterator[Problem]:
    """The problems of the value of a `--mount` at `span`."""
    # Quotes that are left here are those of CSV, which are very rare.
    if '"' in value:
        return
    if not value:
        yield Problem(span, "failed to parse csv mounts: EOF")
        return
    # Spans of single fields are exact only where the value is written as it is, without quotes or continuations.
    is_exact = span.end - span.start == len(value)
    mount: MountSpec | None = next(iter(MOUNTS.values()))
    values: dict[str, str] = {}
    is_wrong = False
    for field, place in _fields(value, span, is_exact=is_exact):
        problem = _field_problem(field, mount, place, is_exact=is_exact)
        if problem:
            is_wrong = True
            yield problem
            continue
        name, _, text = field.partition("=")
        key = MOUNT_KEYS[name.lower()].name
        values[key] = text
        if key == "type":
            mount = MOUNTS.get(text.lower())
    if mount and not is_wrong:
        yield from (Problem(span, message) for message in _messages(values, mount))


def _fields(value: str, span: LocalSpan, *, is_exact: bool) -> Iterator[tuple[str, LocalSpan]]:
    offset = span.start
    for field in value.split(","):
        # A finding must have a width, so that of an empty field is on the comma beside it.
        width = max(len(field), 1)
        start = min(offset, span.end - width)
        yield field, LocalSpan(start, start + width) if is_exact else span
        offset += len(field) + 1


class MountField(NamedTuple):
    """A key of a mount, with the span of its text."""

    text: str
    span: LocalSpan


def mount_fields(flag: Flag) -> dict[str, MountField] | None:
    """The fields of a `--mount` by the full names of their keys; None if the fields are not plain text."""
    if not flag.value or flag.value_span is None or '"' in flag.value:
        return None
    is_exact = flag.value_span.end - flag.value_span.start == len(flag.value)
    fields: dict[str, MountField] = {}
    for field, place in _fields(flag.value, flag.value_span, is_exact=is_exact):
        name, equals, text = field.partition("=")
        key = MOUNT_KEYS.get(name.lower())
        if key is not None and equals:
            span = LocalSpan(place.end - len(text), place.end) if is_exact and text else place
            fields[key.name] = MountField(text, span)
    return fields


def _field_problem(field: str, mount: MountSpec | None, span: LocalSpan, *, is_exact: bool) -> Problem | None:
    """The problem of one field of a mount of type `mount`, as far as the fields before it define the type."""
    name, equals, text = field.partition("=")
    name_span = LocalSpan(span.start, span.start + len(name)) if is_exact else span
    text_span = LocalSpan(name_span.end + 1, span.end) if is_exact and text else span
    key = MOUNT_KEYS.get(name.lower())
    if not equals and (key is None or key.kind is not ValueKind.BOOLEAN):
        return Problem(span, f"invalid field '{field}' must be a key=value pair")
    if key is None:
        replacement = closest(name.lower(), MOUNT_KEYS) if name else None
        message = f"unexpected key '{name.lower()}' in '{field}'{did_you_mean(replacement)}"
        return Problem(name_span if name else span, message, replacement if is_exact else None)
    if mount and key.is_unexpected and key.name not in mount.keys:
        return Problem(name_span, _misplaced(key, mount))
    if not key.expands and "$" in text[:-1]:
        message = f"'{key.name}' doesn't support variable expansion, define alias stage instead"
        return Problem(text_span, message)
    return value_problem(key, name.lower(), text, text_span) if equals and "$" not in text else None


def value_problem(key: KeySpec, name: str, value: str, span: LocalSpan) -> Problem | None:
    """The problem of the value of a key, which is written as `name`."""
    replacement = None
    if key.kind is ValueKind.CHOICE:
        is_valid = value.lower() in key.values
        replacement = None if is_valid else closest(value, key.values)
    else:
        is_valid = key.kind not in _IS_VALID or _IS_VALID[key.kind](value)
    if is_valid:
        return None
    message = key.refusal.format(key=name, value=value)
    return Problem(span, f"{message}{did_you_mean(replacement)}", replacement)


def _messages(values: dict[str, str], mount: MountSpec) -> Iterator[str]:
    """What BuildKit says of the keys of a mount together."""
    for name, key in MOUNT_KEYS.items():
        if values.get(name) and name not in mount.keys and (message := _misplaced(key, mount)):
            yield message
    if mount.exclusive and all(values.get(name) for name in mount.exclusive):
        yield f"both {' and '.join(mount.exclusive)} can't be set"
    if mount.missing and not any(values.get(name) for name in mount.required):
        yield mount.missing


def _misplaced(key: KeySpec, mount: MountSpec) -> str:
    message = mount.misplaced.get(key.name, key.misplaced)
    return message.format(key=key.name, type=mount.name)
