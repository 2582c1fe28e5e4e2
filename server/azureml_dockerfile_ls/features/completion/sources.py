"""Completion of what COPY and ADD take from the build context."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.context.entries import Entry
from azureml_dockerfile_ls.features.completion.arguments import Argument
from azureml_dockerfile_ls.features.completion.items import Item
from azureml_dockerfile_ls.features.completion.paths import entries_of, fitting, items_of
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.snapshot import Snapshot


def source_items(snapshot: Snapshot, cursor: InInstruction, argument: Argument) -> Iterator[Item]:
    """The files and folders of the context that the argument can go on with."""
    folder, slash, begun = argument.typed.rpartition("/")
    entries = _entries(snapshot, cursor, folder + slash)
    if entries is None or (begun.startswith("--") and not folder and not argument.before):
        return
    is_optional = False
    if argument.before and argument.is_last:
        # It may be the destination as well, which is nearly always typed to its end without help.
        if (
            not argument.typed
            or argument.typed.startswith("/")
            or begun in (".", "..")
            or any(entry.name == begun for entry in entries)
        ):
            return
        is_optional = not begun

    def is_offered(entry: Entry) -> bool:
        is_there_already = argument.is_last and f"{folder}{slash}{entry.name}" in argument.before
        return argument.takes(entry.name) and not is_there_already

    found = fitting(snapshot, entries, begun)
    end = argument.span.end
    yield from items_of(snapshot, cursor, found, begun, end, is_offered, is_optional=is_optional)


def _entries(snapshot: Snapshot, cursor: InInstruction, folder: str) -> tuple[Entry, ...] | None:
    """What is in the folder that is typed; None where COPY does not take it from the context, or it is not known."""
    if cursor.keyword not in ("COPY", "ADD"):
        return None
    is_from_context = snapshot.tree.instructions[cursor.index].flag("from") is None
    return entries_of(snapshot, cursor, folder) if is_from_context else None
