"""Completion inside `RUN --mount=`: types, the keys of a type, and their values."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml, user_at
from azureml_dockerfile_ls.features.completion.images import image_items
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind
from azureml_dockerfile_ls.features.completion.paths import context_items
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import CACHES, LIKELY_VALUES, MOUNT_KEYS, MOUNTS, KeySpec, ValueKind
from azureml_dockerfile_ls.text import Span

PROVIDER = "mount"

_OPPOSITES = {"readonly": "readwrite", "readwrite": "readonly"}
_CONDA_PREFIX = "/opt/miniconda"


def mount_items(snapshot: Snapshot, cursor: InInstruction, start: int) -> Iterator[Item]:
    """The items for the field at the cursor of the mount that begins at `start` of what is typed."""
    before, current = _split(cursor.typed[start:])
    rest, *after = snapshot.text[cursor.offset : cursor.word.end].split(",")
    # In quotes, a comma does not end a field.
    if '"' in cursor.typed[start:]:
        return
    given = _fields([*before, *after])
    begins = len(cursor.typed) - len(current)
    name, equals, value = current.partition("=")
    kind = given.get("type") or (value if name == "type" else "") or "bind"
    if not equals:
        yield from _keys(cursor, begins, rest, given, kind, is_first=not before)
    elif name == "type":
        yield from _types(cursor.part(begins, len(rest)), begins)
    elif name in MOUNT_KEYS:
        key = MOUNT_KEYS[name]
        value_begins = begins + len(name) + 1
        span = cursor.part(value_begins, len(rest))
        if key.kind is ValueKind.SOURCE:
            yield from image_items(snapshot, cursor, value_begins)
        elif key.name == "source" and kind == "bind" and "from" not in given:
            yield from context_items(snapshot, cursor, value, cursor.offset + len(rest))
        else:
            yield from _values(snapshot, cursor, key, given, kind, span, value_begins, value)


def _split(typed: str) -> tuple[list[str], str]:
    *before, current = typed.split(",")
    return before, current


def _fields(fields: list[str]) -> dict[str, str]:
    """The fields of a mount by the first name of their keys."""
    found = {}
    for field in fields:
        name, _, value = field.partition("=")
        found[MOUNT_KEYS[name].name if name in MOUNT_KEYS else name] = value
    return found


def _types(span: Span, begins: int) -> Iterator[Item]:
    for mount in MOUNTS.values():
        text = f"type={mount.name}"
        yield Item(text, Kind.VALUE, span, text, text, key=ItemKey(PROVIDER, mount.name), begins=begins)


def _keys(
    cursor: InInstruction, begins: int, rest: str, given: dict[str, str], kind: str, *, is_first: bool
) -> Iterator[Item]:
    """The keys that the type takes and that are not there yet; first the types, where there is none."""
    keeps_value = "=" in rest
    span = cursor.part(begins, len(rest.partition("=")[0]))
    if "type" not in given and not keeps_value:
        yield from _types(span, begins)
        if is_first and begins == len(cursor.typed):
            return
    mount = MOUNTS.get(kind)
    if mount is None:
        return
    has_exclusive = any(name in given for name in mount.exclusive)
    for name in mount.keys:
        if name in given or _OPPOSITES.get(name) in given or (has_exclusive and name in mount.exclusive):
            continue
        key = MOUNT_KEYS[name]
        text = name if keeps_value or key.kind is ValueKind.BOOLEAN else f"{name}="
        item_key = ItemKey(PROVIDER, f"{kind} {name}")
        yield Item(text, Kind.FLAG, span, text, text, key=item_key, begins=begins)


def _values(
    snapshot: Snapshot,
    cursor: InInstruction,
    key: KeySpec,
    given: dict[str, str],
    kind: str,
    span: Span,
    begins: int,
    typed: str,
) -> Iterator[Item]:
    if key.name == "target":
        found = dict(_targets(snapshot, cursor, given, kind))
    elif key.name == "id":
        found = dict.fromkeys(_used_elsewhere(snapshot, cursor, kind, "id"), "used in this file")
    else:
        found = dict.fromkeys(key.values or LIKELY_VALUES.get(key.kind, ()), "")
    if any(value.partition(",")[0] == typed for value in found):
        return
    for value, detail in found.items():
        if value.startswith(typed):
            item_kind = Kind.FOLDER if key.name == "target" else Kind.VALUE
            yield Item(value.partition(",")[0], item_kind, span, value, value, detail, begins=begins)


def _targets(snapshot: Snapshot, cursor: InInstruction, given: dict[str, str], kind: str) -> Iterator[tuple[str, str]]:
    if kind == "secret" and given.get("id"):
        yield f"/run/secrets/{given['id']}", "where a secret is without a target"
    elif kind == "tmpfs":
        yield "/tmp", "temporary files"
    elif kind == "bind" and given.get("source"):
        yield posixpath.basename(given["source"].rstrip("/")), "the same name, in the working directory"
    if kind == "cache":
        home, has_conda = _home(cursor), cursor.stage is not None and is_on_azureml(cursor.stage)
        for cache in CACHES:
            if has_conda or not cache.target.startswith(_CONDA_PREFIX):
                options = cache.target if "sharing" in given else cache.options
                yield options.replace("/root", home, 1), f"cache of {cache.program}"
        yield from ((target, "used in this file") for target in _used_elsewhere(snapshot, cursor, kind, "target"))


def _home(cursor: InInstruction) -> str:
    """The home of the user who runs the instruction, as `useradd` makes it."""
    user = user_at(cursor.stage, cursor.at) if cursor.stage is not None and not cursor.is_trigger else None
    return "/root" if user is None or is_root(user) or user.isdecimal() else f"/home/{user}"


def _used_elsewhere(snapshot: Snapshot, cursor: InInstruction, kind: str, key: str) -> Iterator[str]:
    """The values of a key in the mounts of a type of other instructions."""
    for index, instruction in enumerate(snapshot.tree.instructions):
        if instruction.name != "RUN" or index == cursor.index:
            continue
        for flag in instruction.flags:
            if flag.name == "mount" and flag.value and '"' not in flag.value:
                fields = _fields(flag.value.split(","))
                if fields.get("type", "bind") == kind and fields.get(key):
                    yield fields[key]


def documentation(key: str, _: ImageIndex) -> str:
    """The documentation of a type of mount, or of a key of one, in Markdown; empty for an unknown one."""
    kind, name = (*key.split(" ", 1), "")[:2]
    mount = MOUNTS.get(kind)
    if mount is None or (name and name not in MOUNT_KEYS):
        return ""
    text = MOUNT_KEYS[name].documentation if name else mount.documentation
    return f"{text}\n\n[Dockerfile reference]({mount.url})"
