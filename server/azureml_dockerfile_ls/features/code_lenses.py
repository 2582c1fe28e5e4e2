"""Code lenses above FROM: build the file or one stage, show the facts about an image, open an environment's YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azureml_dockerfile_ls.context.context_source import EnvironmentPlace
from azureml_dockerfile_ls.features.lens_commands import LensCommand
from azureml_dockerfile_ls.features.stages import is_shown, part_of, part_of_image
from azureml_dockerfile_ls.model.model import PlacedStage
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


@dataclass(frozen=True, slots=True)
class Lens:
    """A command above the instruction at `span`.

    It is about the stage `target`, None for the file, or about an `offset`, or about an `environment`.
    """

    span: Span
    title: str
    command: LensCommand
    target: str | None = None
    offset: int | None = None
    environment: EnvironmentPlace | None = None


def code_lenses(snapshot: Snapshot) -> Iterator[Lens]:
    """The lenses of a file in the order of the text."""
    stages = snapshot.model.stages
    for placed in stages:
        span = snapshot.tree.span_of(placed.first)
        if placed is stages[-1]:
            # First, because a narrow window cuts a long row of lenses.
            yield from _environments(snapshot, span)
        if placed is stages[0] and is_shown(snapshot, part_of(stages[-1].stage)):
            yield Lens(span, "Build in terminal", LensCommand.BUILD)
            yield Lens(span, "Copy docker build", LensCommand.COPY_DOCKER_BUILD)
            yield Lens(span, "Copy az acr build", LensCommand.COPY_AZ_ACR_BUILD)
        name = placed.stage.instructions[0].stage_name
        if name is None or placed is stages[-1] or not is_shown(snapshot, part_of(placed.stage)):
            pass
        elif snapshot.model.find_stage(name.value, len(snapshot.tree.instructions)) is placed:
            # Of two stages with one name the builder takes the last.
            yield Lens(span, f"Build stage {name.value}", LensCommand.BUILD, name.value)
            title = f"Copy docker build --target {name.value}"
            yield Lens(span, title, LensCommand.COPY_DOCKER_BUILD, name.value)
        yield from _image_facts(snapshot, placed, span)


def _image_facts(snapshot: Snapshot, placed: PlacedStage, span: Span) -> Iterator[Lens]:
    """The lens for the facts of an image, where there are any."""
    written, image = placed.stage.instructions[0].image, placed.stage.image
    if written is None or image is None or placed.stage.base is not None:
        return
    if snapshot.images.find(image.name) is not None and is_shown(snapshot, part_of_image(image)):
        last = written.name_span.start + written.name.rfind("/") + 1
        offset = snapshot.tree.offset_of(placed.first) + last
        yield Lens(span, "Image details", LensCommand.SHOW_IMAGE_FACTS, offset=offset)


def _environments(snapshot: Snapshot, span: Span) -> Iterator[Lens]:
    """The lenses for the environments of Azure ML that build the file."""
    for environment in snapshot.context.environments if snapshot.context is not None else ():
        file = environment.file_name
        title = f"environment {environment.name} ({file})" if environment.name else f"environment in {file}"
        yield Lens(span, title, LensCommand.OPEN_ENVIRONMENT, environment=environment)
