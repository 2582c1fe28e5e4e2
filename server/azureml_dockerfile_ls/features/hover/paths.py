"""Hover on paths: of the build context, and where COPY and ADD bring them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from itertools import islice

from azureml_dockerfile_ls.azureml.families import ENTRY_SCRIPT, MODEL_DIR
from azureml_dockerfile_ls.azureml.file_references import references_at
from azureml_dockerfile_ls.azureml.serving import app_root, is_inference, models_folder, user_at
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.lines import line_of
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.features.stages import part_of_reference
from azureml_dockerfile_ls.images.packages import packages_of
from azureml_dockerfile_ls.images.tag_facts import recipe_of
from azureml_dockerfile_ls.model.copies import Copy, copies
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.paths import is_file_name, is_inside
from azureml_dockerfile_ls.render import file_facts
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.snapshot import Snapshot

_MOST_COPIES = 3


def path_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The facts about the path at `at`, in the build context and in the image."""
    placed = snapshot.model.stage_at(index)
    if placed is None:
        return
    stage, own, context = placed.stage, index - placed.first, snapshot.context
    copy = next((copy for copy in copies(stage) if copy.stage is stage and copy.index == own), None)
    scripts = [pair.value_span for pair in snapshot.tree.instructions[index].pairs if pair.name == ENTRY_SCRIPT]
    if context is not None:
        for reference in references_at(stage, own, context):
            text = file_facts.of_path(context, reference.path) if reference.span.touches(at) else ""
            more = ""
            if text and copy is not None:
                more = _target(copy, reference.path, context)
            elif text and reference.span in scripts:
                more = file_facts.of_script(context, reference.path)
            elif text and stage.instructions[own].name == "RUN":
                more = file_facts.of_packages(context, reference.path, _packages(snapshot, stage))
            if text:
                yield LocalHover(reference.span, f"{text} {more}".rstrip(), part_of_reference(stage, own))
    yield from _model_dir(snapshot, stage, own, at)
    yield from _workdir(stage, own, at)
    if copy is not None and copy.destination_word.span.touches(at):
        text = " ".join(_destination(copy, stage))
        if text:
            part = Part.AZUREML if _app_root_around(copy, stage) else Part.DOCKERFILE
            yield LocalHover(copy.destination_word.span, text, part)


def _packages(snapshot: Snapshot, stage: Stage) -> Collection[str]:
    """The packages that the base image has: those of the recipe of its tag, or of images like it."""
    repository = stage.image_name or ""
    recipe, image = recipe_of(repository), snapshot.images.find(repository)
    if recipe is None or image is None:
        return packages_of(repository) or ()
    tag = image.meant_tag(stage.image.tag if stage.image else None)
    return recipe.packages if tag == recipe.tag else ()


def _model_dir(snapshot: Snapshot, stage: Stage, index: int, at: int) -> Iterator[LocalHover]:
    """What is in the folder that `AZUREML_MODEL_DIR` names."""
    instruction = stage.instructions[index]
    for pair in instruction.pairs if instruction.name == "ENV" else ():
        if pair.name != MODEL_DIR or pair.value_span is None or not pair.value_span.touches(at):
            continue
        value = expand_word(pair.value or "", instruction.escape, stage.lookup_at(index))
        if not value or not value.startswith("/"):
            return
        folder = posixpath.normpath(value)
        found = (copy for copy in copies(stage) if copy.destination and is_inside(copy.destination, folder))
        lines = [str(line_of(snapshot, copy.stage, copy.index)) for copy in islice(found, _MOST_COPIES)]
        brought = f" Line {', '.join(lines)} copies files there." if lines else ""
        yield LocalHover(
            pair.value_span,
            f"{code(folder)} is where the entry script looks for the model.{brought} "
            "A deployment of a registered model sets the variable to the folder of that model instead.",
            Part.AZUREML,
        )


def _workdir(stage: Stage, index: int, at: int) -> Iterator[LocalHover]:
    """The folder that WORKDIR sets, where that is not as it is written, or where it is the app root."""
    instruction = stage.instructions[index]
    folder = stage.workdir_at(index + 1)
    if instruction.name != "WORKDIR" or folder is None or not instruction.arguments_span.touches(at):
        return
    written = " ".join(word.value for word in instruction.words)
    place = "" if written.rstrip("/") == folder.rstrip("/") else f"{code(written)} is {code(folder)} here."
    if is_inference(stage) and folder == app_root(stage):
        text = f"{place} {code(folder)} is where the server looks for its code.".lstrip()
        yield LocalHover(instruction.arguments_span, text, Part.AZUREML)
    elif place:
        yield LocalHover(instruction.arguments_span, place)


def _target(copy: Copy, path: str, context: BuildContext) -> str:
    """Where a source goes, in a sentence; empty where it goes nowhere, or that is not known."""
    destination, kind = copy.destination, context.kind_of(path)
    if destination is None or copy.instruction.flag("parents") or kind not in (EntryKind.FILE, EntryKind.FOLDER):
        return ""
    if kind is EntryKind.FOLDER:
        return f"What is in it goes to {code(destination)}."
    if copy.instruction.name == "ADD":
        # It may be an archive, which ADD unpacks.
        return ""
    inside = posixpath.join(destination, posixpath.basename(path))
    if copy.is_folder or len(copy.sources) > 1:
        return f"It goes to {code(inside)}."
    if is_file_name(destination):
        return f"It goes to {code(destination)}."
    return f"It goes to {code(destination)}, or to {code(inside)} if that is a folder by then."


def _destination(copy: Copy, stage: Stage) -> Iterator[str]:
    """What is special about the place that something is copied to, in sentences."""
    destination = copy.destination
    if destination is None:
        return
    written = copy.destination_word.value
    if written.rstrip("/") != destination:
        yield f"{code(written)} is {code(destination)} here."
    root = _app_root_around(copy, stage)
    if root is not None:
        if is_inside(destination, models_folder(root)):
            yield f"{code(models_folder(root))} is where Azure ML mounts the models of a deployment."
        else:
            yield f"{code(root)} is where the server looks for its code."
        yield "A deployment that brings code or a model along mounts them there, and hides what the image has."
    user = user_at(stage, copy.index)
    owner = copy.instruction.flag("chown")
    if owner is None and user is not None and not is_root(user):
        yield f"What is copied belongs to `root`, though the user here is {code(user)}: only `--chown` changes that."


def _app_root_around(copy: Copy, stage: Stage) -> str | None:
    """The folder of the server's code that holds the destination; None where it does not."""
    root = app_root(stage) if is_inference(stage) else None
    is_around = root is not None and copy.destination is not None and is_inside(copy.destination, root)
    return root if is_around else None
