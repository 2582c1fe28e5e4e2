"""Completion of folders in the container: where COPY and ADD copy to, and where WORKDIR goes."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.model_files import is_model
from azureml_dockerfile_ls.azureml.serving import app_root, is_inference, models_folder
from azureml_dockerfile_ls.features.completion.arguments import Argument
from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import Cursor
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.snapshot import Snapshot


def folder_items(snapshot: Snapshot, cursor: Cursor, argument: Argument) -> Iterator[Item]:
    """The folders of Azure ML's images, and the working directories of the file, for a destination.

    `./` is not among them: Enter after `COPY . .` would pick it.
    """
    is_workdir = cursor.keyword == "WORKDIR"
    placed = snapshot.model.stage_at(cursor.index or 0)
    if placed is None or not argument.is_last or bool(argument.before) is is_workdir:
        return
    found = known_folders(placed.stage, (cursor.index or 0) - placed.first, argument.before)
    if argument.typed in found:
        return
    is_optional = argument.typed == "/" or argument.typed.rstrip("/") in found
    is_optional = is_optional or (not argument.typed and len(argument.before) > 1)
    # BuildKit takes several sources only into what is written as a folder.
    slash = "/" if len(argument.before) > 1 else ""
    for folder, detail in found.items():
        text = f"{folder}{slash}"
        if folder.startswith(argument.typed) and argument.takes(folder):
            yield Item(text, Kind.FOLDER, argument.span, text, text, detail, is_optional=is_optional)


def known_folders(stage: Stage, index: int, sources: tuple[str, ...] = ()) -> dict[str, str]:
    """The folders that instruction `index` may well use, the likeliest first, and what they are.

    A model among the `sources` makes the folder of models the likeliest.
    """
    found: dict[str, str] = {}
    root = app_root(stage) if is_inference(stage) else None
    if root is not None:
        found[root] = "where the server looks for the code"
        models = {models_folder(root): "where Azure ML puts models"}
        found = {**models, **found} if any(map(is_model, sources)) else {**found, **models}
    for part in stage.ancestry():
        for at, _ in reversed(list(part.instructions_named("WORKDIR"))):
            folder = part.workdir_at(at + 1)
            if folder not in (None, "/") and (part is not stage or at < index):
                found.setdefault(folder or "", "a working directory of this file")
    return found
