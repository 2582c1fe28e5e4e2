"""Stages on Azure ML's images: their user, environment, folders of code and models, and services."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from azureml_dockerfile_ls.azureml.families import (
    APP_ROOT,
    DEFAULT_APP_ROOT,
    ENTRY_SCRIPT,
    MODELS_FOLDER,
    MONITORING_PACKAGE,
    SERVER_PACKAGE,
    SERVICES_FOLDER,
    Family,
    default_user,
    family_of,
    is_azureml,
    preset_environment,
)
from azureml_dockerfile_ls.model.copies import Copy, copies_near, may_write
from azureml_dockerfile_ls.model.run_commands import any_run
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.startup import start_of
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.shell.commands import mentions
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN
from azureml_dockerfile_ls.syntax.nodes import Instruction

_CHANGES_NO_FILES = frozenset(("chown", "chgrp", "chmod", "ls", "mkdir", "test", "["))


def azureml_repository(stage: Stage) -> str | None:
    """The Azure ML repository that the stage, or the stage that it is built on, starts from; None for another image."""
    name = stage.image_name or ""
    return name if is_azureml(name) else None


def is_on_azureml(stage: Stage) -> bool:
    """Whether a stage is built on an image of Azure ML."""
    return azureml_repository(stage) is not None


def is_inference(stage: Stage) -> bool:
    """Whether the stage is built on an image that starts Azure ML's inference server."""
    repository = azureml_repository(stage)
    return repository is not None and family_of(repository) is Family.INFERENCE


def user_at(stage: Stage, index: int) -> str | None:
    """The user of instruction `index`, without the group; None if it is unknown."""
    in_force = stage.user_at(index)
    return _user(in_force.value, in_force.stage is not None, stage.image_name)


def user_of(site: Site) -> str | None:
    """The user of an instruction, without the group; None if it is unknown."""
    return _user(site.user.name, site.user.written is not None, site.image_name)


def _user(name: str | None, is_set: bool, image: str | None) -> str | None:
    if is_set:
        # A user name has no white space, so the text is something else, such as a name with a comment.
        return name if name and len(name.split()) == 1 else None
    if name is not None:
        return name
    return default_user(image) if image is not None and is_azureml(image) else None


def base_environment(stage: Stage) -> Mapping[str, str | None]:
    """The variables of the base image: all of them if its configuration is known, else those of its family.

    An unknown value is None.
    """
    if stage.base_image is not None:
        return stage.base_image.environment
    return preset_environment(azureml_repository(stage) or "")


def environment_value(stage: Stage, name: str) -> str | None:
    """The value of a variable in a container of the stage; None if it is unset or unknown."""
    definition = stage.environment.get(name)
    if definition is not None:
        return definition.value if isinstance(definition.value, str) else None
    return base_environment(stage).get(name)


def has_variable(stage: Stage, name: str) -> bool:
    """Whether a container of the stage has the variable, with any value."""
    return name in stage.environment or name in base_environment(stage)


def sets_entry_script(stage: Stage) -> bool:
    """Whether a container of the stage has an entry script to run instead of `main.py`.

    An empty value has no effect.
    """
    definition = stage.environment.get(ENTRY_SCRIPT)
    if definition is not None:
        return definition.value != ""
    return base_environment(stage).get(ENTRY_SCRIPT, "") != ""


def app_root(stage: Stage) -> str | None:
    """The folder where the server looks for the code; None if it is unknown."""
    definition = stage.environment.get(APP_ROOT)
    is_unknown = definition.value is UNKNOWN if definition else base_environment(stage).get(APP_ROOT, "") is None
    if is_unknown:
        return None
    return posixpath.normpath(environment_value(stage, APP_ROOT) or DEFAULT_APP_ROOT)


def scores_mlflow(stage: Stage) -> bool:
    """Whether a container of the stage runs the scoring script of MLflow images."""
    preset = preset_environment(azureml_repository(stage) or "")
    return bool(preset) and preset[ENTRY_SCRIPT] == environment_value(stage, ENTRY_SCRIPT)


def server_packages(stage: Stage) -> tuple[str, ...]:
    """The packages that an environment needs to run the inference server in a container of the stage."""
    return (SERVER_PACKAGE, MONITORING_PACKAGE) if scores_mlflow(stage) else (SERVER_PACKAGE,)


def models_folder(root: str) -> str:
    """The folder below an app root where Azure ML puts models."""
    return posixpath.join(root, MODELS_FOLDER)


def starts_services(stage: Stage) -> bool:
    """Whether a container starts the services of the image.

    It does unless the file sets a CMD or ENTRYPOINT that does not run `runsvdir`.
    """
    start = start_of(stage)
    words = [word.value for part, index in start for word in part.instructions[index].words]
    return not start or any("runsvdir" in word for word in words)


def runs_server(stage: Stage) -> bool:
    """Whether a container surely runs Azure ML's inference server.

    An inference image does unless the file replaces its command. Another image of Azure ML does if its command runs
    `runsvdir /var/runit`. The result is False if the file changes the services in that folder, because they can then
    start anything.
    """
    start = start_of(stage)
    words = [word.value for part, index in start for word in part.instructions[index].words]
    if not is_on_azureml(stage) or not (is_inference(stage) or start) or not starts_services(stage):
        return False
    return not (start and not any(SERVICES_FOLDER in word for word in words)) and not _changes_services(stage)


def _changes_services(stage: Stage) -> bool:
    by_copy = any(_may_bring_services(copy, stage) for copy in copies_near(stage, SERVICES_FOLDER))
    return by_copy or any_run(stage, _changes_services_in)


def _changes_services_in(run: Instruction) -> bool:
    return run.name == "RUN" and any(
        command.program not in _CHANGES_NO_FILES and mentions(command, SERVICES_FOLDER) for command in commands_of(run)
    )


def _may_bring_services(copy: Copy, stage: Stage) -> bool:
    if copy.destination is None or not may_write(copy.files, SERVICES_FOLDER):
        return False
    # Other images copy Azure ML's own services, unchanged, from the image that holds them.
    return is_inside(copy.destination, SERVICES_FOLDER) or copy.from_context or is_inference(stage)
