"""Completion of the files that a command of RUN reads: those that COPY brought, then those of the build context."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.model.copies import copies, copies_near
from azureml_dockerfile_ls.model.origins import files_below
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.snapshot import Snapshot

_MOST_FILES = 50
_REST = "\"' \t\r\n"


def file_items(
    snapshot: Snapshot, cursor: InInstruction, typed: str, begins: int, suffixes: tuple[str, ...]
) -> Iterator[Item]:
    """The files with one of the suffixes, by their paths in the container; nothing once one is complete."""
    stage = cursor.stage
    if stage is None or cursor.is_trigger or cursor.keyword != "RUN":
        return
    found = dict(_copied(snapshot, stage, cursor.at, typed, suffixes))
    if not found and snapshot.context is not None:
        for entry in snapshot.context.entries("") or ():
            if entry.kind is EntryKind.FILE and entry.name.endswith(suffixes):
                found[entry.name] = "not copied yet"
    if typed in found:
        return
    end = cursor.offset
    while end < cursor.word.end and snapshot.text[end] not in _REST:
        end += 1
    span = cursor.part(begins, end - cursor.offset)
    for path, detail in found.items():
        name = posixpath.basename(path)
        filter_text = path if path.startswith(typed) else name if name.startswith(typed) else None
        if filter_text is not None and path.isprintable() and not any(character in path for character in " \"'$\\"):
            yield Item(path, Kind.FILE, span, path, filter_text, detail, begins=begins)


def _copied(
    snapshot: Snapshot, stage: Stage, index: int, typed: str, suffixes: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """The files that a RUN sees there, each with where it comes from."""
    workdir = stage.workdir_at(index)
    for path, source in _paths(snapshot, stage, index, suffixes):
        is_below = workdir is not None and is_inside(path, workdir) and workdir != "/"
        shown = posixpath.relpath(path, workdir) if is_below and not typed.startswith("/") else path
        yield shown, f"{source} of the build context" if source else "copied"


def _paths(snapshot: Snapshot, stage: Stage, index: int, suffixes: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    context = snapshot.context
    if context is not None:
        files, _ = files_below(stage, "/", context)
        fitting = [file for file in files if file.path.endswith(suffixes)][:_MOST_FILES]
        for file in fitting:
            if any(copy.stage is not stage or copy.index < index for copy in copies_near(stage, file.path)):
                yield file.path, file.source
        return
    for copy in copies(stage):
        if copy.destination is None or (copy.stage is stage and copy.index >= index) or not copy.from_context:
            continue
        for source in copy.sources:
            if source is not None and source.endswith(suffixes) and "*" not in source:
                is_name = copy.destination.endswith(suffixes) and not copy.is_folder
                name = posixpath.basename(source)
                yield (copy.destination if is_name else posixpath.join(copy.destination, name)), source
