"""What Azure ML's images make of a build stage: who runs it, where its code and model are, what it starts."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from azureml_dockerfile_ls.azureml.families import (
    DEFAULT_APP_ROOT,
    MODELS_FOLDER,
    Family,
    default_user,
    family_of,
    is_azureml,
    preset_environment,
)
from azureml_dockerfile_ls.model.copies import Copy, copies_near
from azureml_dockerfile_ls.model.run_commands import any_run
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.startup import start_of
from azureml_dockerfile_ls.paths import is_file_name, is_inside
from azureml_dockerfile_ls.shell.commands import commands_of, mentions
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction

_SERVICES = "/var/runit"
_CHANGES_NO_FILES = frozenset(("chown", "chgrp", "chmod", "ls", "mkdir", "test", "["))


def azureml_repository(stage: Stage) -> str | None:
    """The Azure ML repository that the stage, or the stage below it, is built on; None for any other image."""
    name = stage.image.name if stage.image else ""
    return name if is_azureml(name) else None


def is_inference(stage: Stage) -> bool:
    """Whether the stage is built on one of the images that start Azure ML's inference server."""
    repository = azureml_repository(stage)
    return repository is not None and family_of(repository) is Family.INFERENCE


def user_at(stage: Stage, index: int) -> str | None:
    """The user as whom instruction `index` runs, without group; None where it cannot be known."""
    in_force = stage.user_at(index)
    return _user(in_force.value, in_force.stage is not None, stage.image)


def user_of(site: Site) -> str | None:
    """The user who runs an instruction, without the group; None where it cannot be known."""
    return _user(site.user.name, site.user.written is not None, site.image)


def _user(name: str | None, is_set: bool, image: ImageReference | None) -> str | None:
    if is_set:
        # No name has white space in it: what follows is meant as something else, such as a comment.
        return name if name and len(name.split()) == 1 else None
    if name is not None:
        return name
    return default_user(image.name) if image is not None and is_azureml(image.name) else None


def base_environment(stage: Stage) -> Mapping[str, str | None]:
    """The variables that the base image sets: all of them where its configuration is known, else those of its family.

    None stands for a value that cannot be known.
    """
    if stage.base_image is not None:
        return stage.base_image.environment
    return preset_environment(azureml_repository(stage) or "")


def environment_value(stage: Stage, name: str) -> str | None:
    """The value that a container of the stage has for a variable; None where it is not set, or cannot be known."""
    definition = stage.environment.get(name)
    if definition is not None:
        return definition.value if isinstance(definition.value, str) else None
    return base_environment(stage).get(name)


def has_variable(stage: Stage, name: str) -> bool:
    """Whether a container of the stage has the variable, whatever its value."""
    return name in stage.environment or name in base_environment(stage)


def app_root(stage: Stage) -> str | None:
    """The folder where the server looks for the code; None where it cannot be known."""
    definition = stage.environment.get("AML_APP_ROOT")
    is_unknown = definition.value is UNKNOWN if definition else base_environment(stage).get("AML_APP_ROOT", "") is None
    if is_unknown:
        return None
    return posixpath.normpath(environment_value(stage, "AML_APP_ROOT") or DEFAULT_APP_ROOT)


def models_folder(root: str) -> str:
    """The folder below an app root where the platform puts models."""
    return posixpath.join(root, MODELS_FOLDER)


def starts_services(stage: Stage) -> bool:
    """Whether a container starts the image's own services: no CMD or ENTRYPOINT of this file replaces them.

    Those that run `runsvdir` start them too.
    """
    start = start_of(stage)
    words = [word.value for part, index in start for word in part.instructions[index].words]
    return not start or any("runsvdir" in word for word in words)


def runs_server(stage: Stage) -> bool:
    """Whether a container runs Azure ML's inference server: an inference image, unless its command is replaced.

    Any other image of Azure ML does where its command runs `runsvdir /var/runit`. Who changes the services in that
    folder may start anything, so that this is nobody's to say.
    """
    start = start_of(stage)
    words = [word.value for part, index in start for word in part.instructions[index].words]
    if azureml_repository(stage) is None or not (is_inference(stage) or start) or not starts_services(stage):
        return False
    return not (start and not any(_SERVICES in word for word in words)) and not _changes_services(stage)


def _changes_services(stage: Stage) -> bool:
    by_copy = any(_may_bring_services(copy, stage) for copy in copies_near(stage, _SERVICES))
    return by_copy or any_run(stage, _changes_services_in)


def _changes_services_in(run: Instruction) -> bool:
    return run.name == "RUN" and any(
        command.program not in _CHANGES_NO_FILES and mentions(command, _SERVICES) for command in commands_of(run)
    )


def _may_bring_services(copy: Copy, stage: Stage) -> bool:
    if copy.destination is None or is_inside(copy.destination, _SERVICES):
        return copy.destination is not None
    # ADD unpacks archives.
    are_files = copy.instruction.name != "ADD" and all(source and is_file_name(source) for source in copy.sources)
    if not is_inside(_SERVICES, copy.destination) or are_files:
        return False
    # An image without the services has them from the one where Azure ML keeps them for others.
    return copy.from_context or is_inference(stage)
