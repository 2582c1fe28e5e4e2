"""The images that a stage names."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction
from azureml_dockerfile_ls.text import LocalSpan


class ImageUse(NamedTuple):
    """An image that instruction `at` of a stage names.

    `written` is the reference in the file, `resolved` the reference with its variables replaced.
    """

    at: int
    written: ImageReference
    resolved: ImageReference

    @property
    def is_literal(self) -> bool:
        """Whether the file has the reference without variables, so that an edit can change a part of it."""
        # A template as a tag can hold `\`, which Docker removes.
        return self.written.name == self.resolved.name and "$" not in self.written.text

    @property
    def name_span(self) -> LocalSpan:
        """The span of the reference without tag and digest, or of the whole reference if it has variables."""
        return self.written.name_span if self.is_literal else self.written.span

    @property
    def tag_span(self) -> LocalSpan | None:
        """The span of the tag that an edit can replace; None without a tag, and for a reference with variables."""
        return self.written.tag_span if self.is_literal else None


def images_of(stage: Stage) -> Iterator[ImageUse]:
    """The known images of FROM and `COPY --from`; only those of COPY if the stage is built on an earlier one."""
    written = stage.instructions[0].image
    if stage.base is None and stage.image is not None and written is not None:
        yield ImageUse(0, written, stage.image)
    for index, reference in stage.each(_copied_image):
        yield ImageUse(index, reference, reference)


def _copied_image(copy: Instruction) -> ImageReference | None:
    is_known = copy.name == "COPY" and copy.image is not None and "$" not in copy.image.text
    return copy.image if is_known else None
