"""The images that a stage names, for the rules about images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction
from azureml_dockerfile_ls.text import Span


class ImageUse(NamedTuple):
    """An image that instruction `at` of a stage names.

    `written` is the reference in the file, `resolved` the one with its variables replaced.
    """

    at: int
    written: ImageReference
    resolved: ImageReference

    @property
    def is_literal(self) -> bool:
        """Whether the file spells the reference out, so that an edit may change a part of it."""
        # A tag that is a template may hold `\`, which Docker would take away.
        return self.written.name == self.resolved.name and "$" not in self.written.text

    @property
    def name_span(self) -> Span:
        """Where the file names the image: the reference without tag and digest, or all of one with variables."""
        return self.written.name_span if self.is_literal else self.written.span


def images_of(stage: Stage) -> Iterator[ImageUse]:
    """The images of FROM and `COPY --from` that can be known; of a stage built on an earlier one, only the latter."""
    written = stage.instructions[0].image
    if stage.base is None and stage.image is not None and written is not None:
        yield ImageUse(0, written, stage.image)
    for index, reference in stage.each(_copied_image):
        yield ImageUse(index, reference, reference)


def _copied_image(copy: Instruction) -> ImageReference | None:
    is_known = copy.name == "COPY" and copy.image is not None and "$" not in copy.image.text
    return copy.image if is_known else None
