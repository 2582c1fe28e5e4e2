"""What Azure ML's images make of a build stage: who runs it, where its code and model are, what it starts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from azureml_dockerfile_ls.azureml.families import (
    DEFAULT_APP_ROOT,
    MODELS_FOLDER,
    Family,
    default_user,
    family_of,
    is_azureml,
    preset_environment,
)
from azureml_dockerfile_ls.model.shell import Command, commands_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import value_of
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN
from azureml_dockerfile_ls.syntax.nodes import Instruction, Word

_SERVICES = "/var/runit"
_CHANGES_NO_FILES = frozenset(("chown", "chgrp", "chmod", "ls", "mkdir", "test", "["))
_EXTENSION = re.compile(r"[^./]\.[A-Za-z]\w*$")


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
    if in_force.stage is not None:
        # No name has white space in it: what follows is meant as something else, such as a comment.
        return in_force.value if in_force.value and len(in_force.value.split()) == 1 else None
    if in_force.value is not None:
        return in_force.value
    repository = azureml_repository(stage)
    return default_user(repository) if repository else None


def is_root(user: str) -> bool:
    """Whether a user, by name or number, is root."""
    return user in ("root", "0")


def preset(stage: Stage) -> Mapping[str, str | None]:
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
    return preset(stage).get(name)


def has_variable(stage: Stage, name: str) -> bool:
    """Whether a container of the stage has the variable, whatever its value."""
    return name in stage.environment or name in preset(stage)


def app_root(stage: Stage) -> str | None:
    """The folder where the server looks for the code; None where it cannot be known."""
    definition = stage.environment.get("AML_APP_ROOT")
    is_unknown = definition.value is UNKNOWN if definition else preset(stage).get("AML_APP_ROOT", "") is None
    if is_unknown:
        return None
    return posixpath.normpath(environment_value(stage, "AML_APP_ROOT") or DEFAULT_APP_ROOT)


def models_folder(root: str) -> str:
    """The folder below an app root where the platform puts models."""
    return posixpath.join(root, MODELS_FOLDER)


def is_inside(path: str, folder: str) -> bool:
    """Whether a normal path is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_file_name(path: str) -> bool:
    """Whether the name at the end of a path has an extension, so that it is hardly a folder's; `v1.0` has none."""
    return _EXTENSION.search(path) is not None


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
    return any(_may_bring_services(copy, stage) for copy in copies(stage)) or any(
        command.program not in _CHANGES_NO_FILES and mentions(command, _SERVICES) for command, _ in commands(stage)
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


def start_of(stage: Stage) -> tuple[tuple[Stage, int], ...]:
    """The ENTRYPOINT and the CMD that a container starts, in this order; none where the file sets neither.

    Each is given by the stage that it is in, and its index there.
    """
    command: tuple[tuple[Stage, int], ...] = ()
    for part in stage.chain():
        if not command and "CMD" in part.by_name:
            command = ((part, part.by_name["CMD"][-1]),)
        if "ENTRYPOINT" in part.by_name:
            # An ENTRYPOINT takes away the CMD of the image below it.
            return ((part, part.by_name["ENTRYPOINT"][-1]), *command)
    return command


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY or ADD: its sources and its destination as an absolute normal path.

    A value is None where it cannot be known. The source that a heredoc is has the heredoc's name. `is_folder` says that
    the destination is written as a folder.
    """

    stage: Stage
    index: int
    instruction: Instruction
    sources: tuple[str | None, ...]
    destination: str | None
    destination_word: Word
    is_folder: bool
    from_context: bool
    """Whether the files come from the build context, not from a stage, an image or a heredoc."""

    def target_folder(self) -> str | None:
        """The folder in which the copied files are then, as far as their names tell."""
        if self.destination is None or self.is_folder or len(self.sources) != 1:
            return self.destination
        return posixpath.dirname(self.destination) if is_file_name(self.destination) else self.destination


@lru_cache(maxsize=64)
def copies(stage: Stage) -> tuple[Copy, ...]:
    """The COPYs and ADDs whose files are in the stage, those of the stages below it first."""
    return tuple(copy for part in reversed(list(stage.chain())) for copy in own_copies(part))


@lru_cache(maxsize=4096)
def own_copies(part: Stage) -> tuple[Copy, ...]:
    """The COPYs and ADDs of one stage, without those of the stages below it."""
    instructions = part.having("COPY", "ADD")
    return tuple(_copy(part, index, instruction) for index, instruction in instructions if len(instruction.words) >= 2)


def _copy(stage: Stage, index: int, instruction: Instruction) -> Copy:
    lookup = stage.lookup_at(index)
    heredocs = {heredoc.span: heredoc.name for heredoc in instruction.heredocs}
    values = [heredocs.get(word.span) or value_of(word.value, instruction.escape, lookup) for word in instruction.words]
    written = values[-1]
    destination = written
    if destination is not None and not destination.startswith("/"):
        folder = stage.workdir_at(index)
        destination = posixpath.join(folder, destination) if folder else None
    return Copy(
        stage,
        index,
        instruction,
        tuple(values[:-1]),
        posixpath.normpath(destination) if destination else None,
        instruction.words[-1],
        written is not None and (written.endswith("/") or posixpath.basename(written) == "."),
        instruction.flag("from") is None and not instruction.heredocs,
    )


def commands(stage: Stage) -> Iterator[tuple[Command, str | None]]:
    """Every command of the stage's RUNs, and of those of the stages below it, with the directory where it runs."""
    for part in stage.chain():
        yield from own_commands(part)


def own_commands(part: Stage) -> Iterator[tuple[Command, str | None]]:
    """The commands of the RUNs of one stage, without those of the stages below it, as `commands` gives them."""
    for index, instruction in part.having("RUN"):
        folder = part.workdir_at(index)
        for command in commands_of(instruction):
            yield command, folder


def mentions(command: Command, text: str) -> bool:
    """Whether a word of a command, or the target of one of its redirections, contains `text`."""
    targets = (redirection.target for redirection in command.redirections)
    return any(text in word.value for word in (*command.words, *targets) if word is not None)
