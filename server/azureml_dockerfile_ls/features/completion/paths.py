"""Completion of paths in the build context: one folder at a time."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from azureml_dockerfile_ls.context.entries import Entry, EntryKind
from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.render.file_facts import size_text
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span

MOST_ITEMS = 500

_SEGMENT = lazy_pattern(r"[^\s/\"',\]]*")
_PATTERN = lazy_pattern(r"[*?\[\]]")
_SPECIAL = lazy_pattern(r"[\s\"'`\\$*?\[\],]")

_SELDOM_COPIED = frozenset(
    ".git .venv venv node_modules __pycache__ .ipynb_checkpoints .mypy_cache .pytest_cache .ruff_cache .tox .idea "
    ".vscode .DS_Store".split()
)
"""Files and folders beside a Dockerfile that hardly any image needs."""


def context_items(snapshot: Snapshot, cursor: InInstruction, typed: str, end: int) -> Iterator[Item]:
    """What a path that is typed up to the cursor, and that ends at `end`, can go on with in the build context."""
    folder, slash, begun = typed.rpartition("/")
    entries = entries_of(snapshot, cursor, folder + slash)
    if entries is not None:
        found = fitting(snapshot, entries, begun)
        yield from items_of(snapshot, cursor, found, begun, end, lambda entry: not _SPECIAL.search(entry.name))


def entries_of(snapshot: Snapshot, cursor: InInstruction, folder: str) -> tuple[Entry, ...] | None:
    """What is in a folder that is typed; None where that is not known, or not in the context."""
    if snapshot.context is None or cursor.stage is None or cursor.is_trigger or _PATTERN.search(folder):
        return None
    escape = snapshot.tree.instructions[cursor.index].escape
    value = expand_word(folder, escape, cursor.stage.lookup_at(cursor.at))
    if value is None or "://" in value:
        return None
    # As Docker does: `/x` and `../x` are in the context too.
    return snapshot.context.entries(posixpath.normpath(f"/{value}").strip("/"))


def fitting(snapshot: Snapshot, entries: tuple[Entry, ...], begun: str) -> list[Entry]:
    """The entries that go on from `begun`, in the order of a menu: the files of the build itself come last.

    What hardly any image needs is offered only when its first two letters are typed.
    """
    own = snapshot.context.dockerfile if snapshot.context is not None else ""

    def order(entry: Entry) -> tuple[bool, bool, str, str]:
        is_of_build = entry.name == own or entry.name.endswith(".dockerignore")
        return is_of_build, entry.name.startswith("."), entry.name.lower(), entry.name

    found = [
        entry
        for entry in entries
        if entry.kind in (EntryKind.FILE, EntryKind.FOLDER)
        and entry.name.lower().startswith(begun.lower())
        and (len(begun) > 1 or entry.name not in _SELDOM_COPIED)
    ]
    return sorted(found, key=order)


def items_of(
    snapshot: Snapshot,
    cursor: InInstruction,
    entries: list[Entry],
    begun: str,
    limit: int,
    is_offered: Callable[[Entry], bool],
    *,
    is_optional: bool = False,
) -> Iterator[Item]:
    """The items for entries; a folder ends with `/`. `limit` is the end of the path in the text."""
    following = _SEGMENT.match(snapshot.text, cursor.offset, limit)
    end = following.end() if following else cursor.offset
    goes_on = snapshot.text.startswith("/", end) and end < limit
    span = Span(cursor.offset - len(begun), end)
    count = 0
    for entry in entries:
        is_folder = entry.kind is EntryKind.FOLDER
        if (goes_on and not is_folder) or not is_offered(entry):
            continue
        text = f"{entry.name}/" if is_folder and not goes_on else entry.name
        kind = Kind.FOLDER if is_folder else Kind.FILE
        begins = len(cursor.typed) - len(begun)
        yield Item(text, kind, span, text, text, size_text(entry.size), is_optional=is_optional, begins=begins)
        count += 1
        if count == MOST_ITEMS:
            return
