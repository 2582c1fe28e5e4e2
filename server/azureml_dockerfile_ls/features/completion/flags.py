"""Completion of flags and of their values."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.completion.images import image_items
from azureml_dockerfile_ls.features.completion.items import Item, Kind, name_before_equals
from azureml_dockerfile_ls.features.completion.users import KnownUser, owners
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.snapshot import Snapshot


def flag_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The flags of the instruction, and after `=` the values of one."""
    spec = cursor.spec
    if spec is None:
        return
    name, equals, _ = cursor.typed[2:].partition("=")
    if not equals:
        given = {word[2:].partition("=")[0] for word in cursor.before}
        span = name_before_equals(snapshot, cursor)
        for flag in spec.flags:
            if flag.name in given and not flag.repeatable:
                continue
            if flag.name == "chown" and not span:
                for owner in _owners(cursor):
                    text = f"--chown={owner.name}"
                    yield Item(text, Kind.FLAG, cursor.word, text, text, owner.detail, part=owner.part)
            text = f"--{flag.name}" if flag.boolean or span else f"--{flag.name}="
            yield Item(text, Kind.FLAG, span or cursor.word, text, text, flag.documentation)
        return
    start = len(name) + 3
    if spec.name == "COPY" and name == "from":
        yield from image_items(snapshot, cursor, start)
        return
    known = spec.flag(name)
    if known is None:
        return
    if name == "chown":
        for owner in _owners(cursor):
            yield Item(owner.name, Kind.USER, cursor.part(start), owner.name, owner.name, owner.detail, part=owner.part)
    for text in ("true", "false") if known.boolean else known.values:
        yield Item(text, Kind.VALUE, cursor.part(start), text, text)


def _owners(cursor: InInstruction) -> Iterator[KnownUser]:
    # The trigger of ONBUILD runs on another image, with other users.
    if cursor.stage is not None and not cursor.is_trigger:
        yield from owners(cursor.stage, cursor.at)
