"""Completion of flags and of their values."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.completion.images import image_items
from azureml_dockerfile_ls.features.completion.items import Item, Kind, name_before_equals
from azureml_dockerfile_ls.features.completion.users import owners
from azureml_dockerfile_ls.features.cursor import Cursor
from azureml_dockerfile_ls.snapshot import Snapshot


def flag_items(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
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
                for owner, detail in _owners(snapshot, cursor):
                    text = f"--chown={owner}"
                    yield Item(text, Kind.FLAG, cursor.word, text, text, detail)
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
        for owner, detail in _owners(snapshot, cursor):
            yield Item(owner, Kind.USER, cursor.part(start), owner, owner, detail)
    for text in ("true", "false") if known.boolean else known.values:
        yield Item(text, Kind.VALUE, cursor.part(start), text, text)


def _owners(snapshot: Snapshot, cursor: Cursor) -> Iterator[tuple[str, str]]:
    placed = snapshot.model.stage_at(cursor.index or 0)
    # What ONBUILD keeps runs on another image, with other users.
    if placed is not None and not cursor.is_trigger:
        yield from owners(placed.stage, (cursor.index or 0) - placed.first)
