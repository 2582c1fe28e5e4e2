"""Completion of flags and of their values."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.completion.images import image_items
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind, name_before_equals
from azureml_dockerfile_ls.features.completion.mounts import mount_items
from azureml_dockerfile_ls.features.completion.users import KnownUser, owners
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, LIKELY_VALUES, FlagSpec, ValueKind

PROVIDER = "flag"

_UNITS = ("s", "m", "h", "ms")


def flag_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The flags of the instruction, and after `=` the values of one."""
    spec = cursor.spec
    if spec is None:
        return
    name, equals, value = cursor.typed[2:].partition("=")
    if not equals:
        yield from _flags(snapshot, cursor)
        return
    start = len(name) + 3
    known = spec.flag(name)
    if known is None:
        return
    if known.kind is ValueKind.SOURCE:
        yield from image_items(snapshot, cursor, start)
    elif known.kind is ValueKind.MOUNT:
        yield from mount_items(snapshot, cursor, start)
    elif known.kind is ValueKind.OWNER:
        for owner in _owners(cursor):
            span = cursor.part(start)
            yield Item(owner.name, Kind.USER, span, owner.name, owner.name, owner.detail, part=owner.part, begins=start)
    else:
        values = _values(known, value)
        for text in () if value in values else values:
            yield Item(text, Kind.VALUE, cursor.part(start), text, text, begins=start)


def _flags(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The flags that the instruction can still be given."""
    given = {word[2:].partition("=")[0] for word in cursor.before}
    span = name_before_equals(snapshot, cursor)
    for flag in cursor.spec.flags if cursor.spec else ():
        if flag.name in given and not flag.repeatable:
            continue
        if flag.kind is ValueKind.OWNER and not span:
            for owner in _owners(cursor):
                text = f"--{flag.name}={owner.name}"
                yield Item(text, Kind.FLAG, cursor.word, text, text, owner.detail, part=owner.part)
        text = f"--{flag.name}" if flag.boolean or span else f"--{flag.name}="
        key = ItemKey(PROVIDER, f"{cursor.keyword} {flag.name}")
        yield Item(text, Kind.FLAG, span or cursor.word, text, text, key=key)


def _values(flag: FlagSpec, typed: str) -> tuple[str, ...]:
    """The values that a flag can have, or is likely to have; for a number in a duration the units."""
    if flag.kind is ValueKind.DURATION and typed.isdecimal():
        return tuple(f"{typed}{unit}" for unit in _UNITS)
    return flag.values or LIKELY_VALUES.get(flag.kind, ())


def _owners(cursor: InInstruction) -> Iterator[KnownUser]:
    # The trigger of ONBUILD runs on another image, with other users.
    if cursor.stage is not None and not cursor.is_trigger:
        yield from owners(cursor.stage, cursor.at)


def documentation(key: str, _: ImageIndex) -> str:
    """The documentation of a flag, in Markdown; empty for an unknown one."""
    instruction, name = (*key.split(" ", 1), "")[:2]
    spec = INSTRUCTIONS.get(instruction)
    flag = spec.flag(name) if spec is not None else None
    if flag is None:
        return ""
    since = f" Since version {flag.since} of the Dockerfile syntax." if flag.since else ""
    return f"{flag.documentation}{since}\n\n[Dockerfile reference]({flag.url})"
