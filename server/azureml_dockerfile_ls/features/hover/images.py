"""Hover on images, their tags, and earlier stages."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.features.stages import part_of_image
from azureml_dockerfile_ls.images.tags import is_template, resolve_template
from azureml_dockerfile_ls.render import image_facts
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import ImageReference

_RETIRED, _UNKNOWN = "RetiredImage", "UnknownImage"
_SAID_OF_TAGS = {"OutdatedTag": "", "UnknownTag": ""}
"""The findings of these rules say what the facts about an image or a tag say, too."""


def image_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The facts about the image at `at`, or about the stage that it names."""
    instruction = snapshot.tree.instructions[index]
    for written in (instruction.image, instruction.trigger.image if instruction.trigger else None):
        if written and written.span.touches(at):
            yield from _image(snapshot, index, written, at)


def _image(snapshot: Snapshot, index: int, written: ImageReference, at: int) -> Iterator[LocalHover]:
    """The facts about the tag at `at`, about the image, or about the stage."""
    placed = snapshot.model.stage_at(index)
    resolved = written
    if placed and index == placed.first and placed.stage.base is None and placed.stage.image:
        resolved = placed.stage.image
    image = snapshot.images.find(resolved.name)
    part = part_of_image(resolved)
    if written.tag_span and resolved.tag and image and written.tag_span.touches(at) and at > written.name_span.end:
        # A template is replaced before a builder reads the file, so nothing in it is expanded.
        if is_template(written.tag or ""):
            tag = resolve_template(written.tag or "", image.tags)
            stands_for = f"stands for `{tag}` in this catalogue" if tag else "matches no tag that this catalogue knows"
            yield LocalHover(written.tag_span, f"{code(written.tag or '')} {stands_for}.", part)
        elif "$" not in resolved.tag:
            yield LocalHover(written.tag_span, image_facts.of_tag(image, resolved.tag), part, _SAID_OF_TAGS)
    if image:
        value = "" if resolved.text == written.text else f"{code(written.text)} is {code(resolved.text)}.\n\n"
        configuration = snapshot.images.configuration_of(resolved)
        tag = resolved.tag
        if is_template(tag or ""):
            tag = resolve_template(tag or "", image.tags)
        page, brief = (image_facts.page(image, configuration, tag, with_status=shown) for shown in (True, False))
        yield LocalHover(written.span, value + page, part, {_RETIRED: value + brief})
        return
    source = snapshot.model.find_stage(resolved.text, placed.first) if placed else None
    if index != (placed.first if placed else -1):
        source = snapshot.model.copy_source(snapshot.tree.instructions[index], index)
    if source is not None:
        base = code(source.stage.image.text) if source.stage.image else "an image that cannot be known here"
        yield LocalHover(written.span, f"**{code(written.text)}**: an earlier stage of this file, built on {base}.")
    elif part is Part.AZUREML:
        facts = image_facts.of_name(resolved.name)
        text = f"{code(resolved.name)} is not in this catalogue: it may be newer, or not exist.\n\n{facts}".rstrip()
        yield LocalHover(written.span, text, part, {_UNKNOWN: facts})
