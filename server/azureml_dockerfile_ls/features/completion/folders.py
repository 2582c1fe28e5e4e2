"""Completion of folders in the container: where COPY and ADD copy to, and where WORKDIR goes."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.model_files import is_model
from azureml_dockerfile_ls.azureml.serving import app_root, is_inference, models_folder
from azureml_dockerfile_ls.features.completion.arguments import Argument
from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple


def folder_items(cursor: InInstruction, argument: Argument) -> Iterator[Item]:
    """The folders of Azure ML's images, and the working directories of the file, for a destination.

    `./` is not among them: Enter after `COPY . .` would pick it.
    """
    is_workdir = cursor.keyword == "WORKDIR"
    if cursor.stage is None or not argument.is_last or bool(argument.before) is is_workdir:
        return
    found = known_folders(cursor.stage, cursor.at, argument.before)
    if argument.typed in found:
        return
    is_optional = argument.typed == "/" or argument.typed.rstrip("/") in found
    is_optional = is_optional or (not argument.typed and len(argument.before) > 1)
    # BuildKit takes several sources only into what is written as a folder.
    slash = "/" if len(argument.before) > 1 else ""
    for path, folder in found.items():
        text = f"{path}{slash}"
        if path.startswith(argument.typed) and argument.takes(path):
            yield Item(
                text,
                Kind.FOLDER,
                argument.span,
                text,
                text,
                folder.detail,
                is_optional=is_optional,
                part=folder.part,
            )


class KnownFolder(NamedTuple):
    """What a folder is for, and the part that this knowledge belongs to."""

    detail: str
    part: Part


def known_folders(stage: Stage, index: int, sources: tuple[str, ...] = ()) -> dict[str, KnownFolder]:
    """The folders that instruction `index` is likely to use, by path, the likeliest first.

    A model among the `sources` makes the folder of models the likeliest.
    """
    found: dict[str, KnownFolder] = {}
    root = app_root(stage) if is_inference(stage) else None
    if root is not None:
        found[root] = KnownFolder("where the server looks for the code", Part.AZUREML)
        models = {models_folder(root): KnownFolder("where Azure ML puts models", Part.AZUREML)}
        found = {**models, **found} if any(map(is_model, sources)) else {**found, **models}
    for part in stage.ancestry():
        for at, _ in reversed(list(part.instructions_named("WORKDIR"))):
            folder = part.workdir_at(at + 1)
            if folder not in (None, "/") and (part is not stage or at < index):
                found.setdefault(folder or "", KnownFolder("a working directory of this file", Part.DOCKERFILE))
    return found
