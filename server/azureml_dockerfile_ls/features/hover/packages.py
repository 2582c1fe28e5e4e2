"""Hover on the packages that a RUN installs: the version that the base image has already."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.context.requirements import names_of_requirements
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.render import image_facts
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.snapshot import Snapshot


def package_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """What the recipe of the base image says about the requirement at `at` of a `pip install`."""
    placed = snapshot.model.stage_at(index)
    reference = placed.stage.image if placed else None
    image = snapshot.images.find(reference.name) if reference else None
    if placed is None or reference is None or image is None or snapshot.tree.instructions[index].name != "RUN":
        return
    for command in commands_at(placed.stage, index - placed.first):
        pip = pip_of(command) if command.words[0].span.start <= at <= command.words[-1].span.end else None
        for word in pip.requirements if pip else ():
            names = names_of_requirements([word.value]) if word.is_literal and word.span.touches(at) else None
            for name in names or ():
                text = image_facts.of_package(image, name, reference.tag)
                if text:
                    yield LocalHover(word.span, text, Part.AZUREML)
