"""The conda environments that the RUN instructions of a stage create."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.installations import CREATING
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.read_files import source_of_path, value_of_word
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.programs.conda import CondaCommand, conda_of

CONDA_ROOT = "/opt/miniconda"
"""The folder of conda in the images for training and inference."""

_NAME = lazy_pattern(r"^name:[ \t]*[\"']?([\w.-]+)[\"']?[ \t]*(?:#.*)?$", re.MULTILINE)


class Creation(NamedTuple):
    """A command of RUN `at` of `stage` that creates an environment, with its name or its folder.

    Both are None if they are unknown.
    """

    stage: Stage
    at: int
    command: CondaCommand
    name: str | None
    prefix: str | None


def creations(stage: Stage, context: BuildContext | None) -> Iterator[Creation]:
    """The environments that a stage and the stages below it create; the name may come from the build context."""
    for part in stage.ancestry():
        for index, commands in part.each_site(_creating, "RUN"):
            for command in commands:
                named, placed = command.environment
                if placed is not None:
                    prefix = value_of_word(part, index, placed)
                    yield Creation(part, index, command, None, prefix and posixpath.normpath(prefix))
                elif named is not None:
                    yield Creation(part, index, command, value_of_word(part, index, named), None)
                else:
                    yield Creation(part, index, command, _name_in_file(part, index, command, context), None)


def _creating(run: Site) -> tuple[CondaCommand, ...]:
    found = (conda_of(command) for command in commands_in(run))
    return tuple(conda for conda in found if conda is not None and conda.action in CREATING)


def _name_in_file(part: Stage, index: int, command: CondaCommand, context: BuildContext | None) -> str | None:
    file = value_of_word(part, index, command.files[-1]) if command.files else "environment.yml"
    path = source_of_path(part, index, file, context) if file is not None and context is not None else None
    return context.value_of(path, name_listed) if context is not None and path is not None else None


def name_listed(text: str) -> str | None:
    """The name in a conda file; None without one."""
    match = _NAME.search(text)
    return match[1] if match else None
