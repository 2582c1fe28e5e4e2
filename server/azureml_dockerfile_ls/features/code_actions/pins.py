"""Pins an image: to the tag that `latest` means now, or to the digest that its tag means."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action, Change
from azureml_dockerfile_ls.features.stages import is_shown, part_of_image, stages_in
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import LATEST, is_template
from azureml_dockerfile_ls.model.image_uses import ImageUse, images_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import LocalSpan, Span, TextEdit


def pins(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The ways to pin the images that `span` touches, as far as a registry was asked for them."""
    for placed in stages_in(snapshot, span):
        for use in images_of(placed.stage):
            offset = snapshot.tree.offset_of(placed.first + use.at)
            written = use.written.span.at(offset)
            is_touched = written.start <= span.end and span.start <= written.end
            if use.is_literal and is_touched and is_shown(snapshot, part_of_image(use.written)):
                for title, place, text in _pins(use, snapshot.images):
                    yield Action(ActionKind.REWRITE, title, Change((TextEdit(place.at(offset), text),)))


def _pins(use: ImageUse, images: ImageIndex) -> Iterator[tuple[str, LocalSpan, str]]:
    """The title, the place and the text of each."""
    written = use.written
    tag = written.tag or LATEST
    if written.digest is not None or is_template(tag):
        return
    # What `latest` was some time ago says nothing, while a release stays what it is.
    is_known = tag != LATEST or written.name in images.fresh
    pin = images.pins.get(written.name) if tag == LATEST and is_known else None
    after_name = LocalSpan(written.name_span.end, written.name_span.end)
    if pin is not None:
        yield f"Pin to {pin}", written.tag_span or after_name, pin if written.tag_span else f":{pin}"
    configuration = images.configuration_of(written) if is_known else None
    if configuration is not None:
        end = LocalSpan(written.span.end, written.span.end)
        yield f"Pin to digest {configuration.digest[:19]}…", end, f"@{configuration.digest}"
