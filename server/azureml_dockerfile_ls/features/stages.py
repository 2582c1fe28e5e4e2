"""The stages of a Dockerfile that a feature is about."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import is_azureml
from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.model.model import PlacedStage
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.text import Span


def stages_in(snapshot: Snapshot, span: Span) -> Iterator[PlacedStage]:
    """The stages that `span` touches."""
    for placed in snapshot.model.stages:
        first = snapshot.tree.offset_of(placed.first)
        last = snapshot.tree.span_of(placed.first + placed.stage.end - 1).end
        if first <= span.end and span.start <= last:
            yield placed


def part_of(stage: Stage | None) -> Part:
    """The part that facts about a stage belong to, such as its user: Azure ML's on one of its images."""
    return Part.AZUREML if stage is not None and is_on_azureml(stage) else Part.DOCKERFILE


def part_of_image(image: ImageReference) -> Part:
    """The part that facts about an image belong to."""
    return Part.AZUREML if is_azureml(image.name) else Part.DOCKERFILE


def part_of_reference(stage: Stage, index: int) -> Part:
    """The part that a path in instruction `index` of a stage belongs to: Azure ML's variables name files in ENV."""
    return Part.AZUREML if stage.instructions[index].name == "ENV" else Part.DOCKERFILE


def is_shown(snapshot: Snapshot, part: Part) -> bool:
    """Whether the settings of a document leave a part on."""
    return part.is_on(dockerfile_features=snapshot.settings.dockerfile_features)
