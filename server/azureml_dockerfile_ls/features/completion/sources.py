"""Completion of what COPY and ADD take from the build context: one folder at a time."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from azureml_dockerfile_ls.context.entries import Entry, EntryKind
from azureml_dockerfile_ls.features.completion.arguments import Argument
from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.render.file_facts import size_text
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span

_MOST_ITEMS = 500
_SEGMENT = re.compile(r"[^\s/\"',\]]*")
_PATTERN = re.compile(r"[*?\[\]]")


def source_items(snapshot: Snapshot, cursor: InInstruction, argument: Argument) -> Iterator[Item]:
    """The files and folders of the context that the argument can go on with; a folder ends with `/`."""
    folder, slash, begun = argument.typed.rpartition("/")
    entries = _entries(snapshot, cursor, folder + slash)
    if entries is None or (begun.startswith("--") and not folder and not argument.before):
        return
    found = sorted(filter(_is_sent, entries), key=_menu_order)
    is_optional = False
    if argument.before and argument.is_last:
        # It may be the destination as well, which is nearly always typed to its end without help.
        if (
            not argument.typed
            or argument.typed.startswith("/")
            or begun in (".", "..")
            or any(entry.name == begun for entry in found)
        ):
            return
        is_optional = not begun
    following = _SEGMENT.match(snapshot.text, cursor.offset, argument.span.end)
    end = following.end() if following else cursor.offset
    goes_on = snapshot.text.startswith("/", end) and end < argument.span.end
    span = Span(cursor.offset - len(begun), end)
    fitting = (entry for entry in found if entry.name.lower().startswith(begun.lower()) and argument.takes(entry.name))
    count = 0
    for entry in fitting:
        is_folder = entry.kind is EntryKind.FOLDER
        path = f"{folder}{slash}{entry.name}"
        if (goes_on and not is_folder) or (argument.is_last and path in argument.before):
            continue
        text = f"{entry.name}/" if is_folder and not goes_on else entry.name
        kind = Kind.FOLDER if is_folder else Kind.FILE
        yield Item(text, kind, span, text, text, size_text(entry.size), is_optional=is_optional)
        count += 1
        if count == _MOST_ITEMS:
            return


def _entries(snapshot: Snapshot, cursor: InInstruction, folder: str) -> tuple[Entry, ...] | None:
    """What is in the folder that is typed; None where COPY does not take it from the context, or it is not known."""
    if snapshot.context is None or cursor.keyword not in ("COPY", "ADD") or cursor.is_trigger:
        return None
    instruction = snapshot.tree.instructions[cursor.index]
    if cursor.stage is None or instruction.flag("from") is not None or _PATTERN.search(folder):
        return None
    value = expand_word(folder, instruction.escape, cursor.stage.lookup_at(cursor.at))
    if value is None or "://" in value:
        return None
    # As Docker does: `/x` and `../x` are in the context too.
    return snapshot.context.entries(posixpath.normpath(f"/{value}").strip("/"))


def _is_sent(entry: Entry) -> bool:
    return entry.kind in (EntryKind.FILE, EntryKind.FOLDER)


def _menu_order(entry: Entry) -> tuple[bool, str, str]:
    return entry.name.startswith("."), entry.name.lower(), entry.name
