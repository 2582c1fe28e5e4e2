"""The blocks that a stage has already, in their usual form or in another one."""

from __future__ import annotations

from azureml_dockerfile_ls.azureml.families import ENTRY_SCRIPT, MODEL_DIR
from azureml_dockerfile_ls.azureml.snippets import (
    APT_PACKAGES,
    CODE,
    CONDA_ENVIRONMENT,
    MODEL,
    OWN_USER,
    PIP_REQUIREMENTS,
    Snippet,
)
from azureml_dockerfile_ls.model.run_commands import any_run
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.shell.commands import Command
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.shell.programs.requirements import requirement_files
from azureml_dockerfile_ls.shell.programs.users import new_user_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction

_VARIABLES = {
    CODE: ENTRY_SCRIPT,
    MODEL: MODEL_DIR,
    CONDA_ENVIRONMENT: "AZUREML_CONDA_ENVIRONMENT_PATH",
}


def is_present(block: Snippet, stage: Stage) -> bool:
    """Whether a stage, or one that it is built on, has what a block brings. A package is never the last one."""
    variable = _VARIABLES.get(block.name)
    if variable is not None:
        return stage.definition_at(variable, stage.end) is not None
    if block.name == APT_PACKAGES:
        return any_run(stage, _installs_system_packages)
    if block.name == PIP_REQUIREMENTS:
        return any_run(stage, _installs_requirements)
    return block.name == OWN_USER and any_run(stage, _creates_user)


def _commands(instruction: Instruction) -> tuple[Command, ...]:
    return commands_of(instruction) if instruction.name == "RUN" else ()


def _installs_system_packages(instruction: Instruction) -> bool | None:
    found = (system_packages_of(command) for command in _commands(instruction))
    return any(packages is not None and packages.action.value == "install" for packages in found) or None


def _installs_requirements(instruction: Instruction) -> bool | None:
    return any(requirement_files(command) for command in _commands(instruction)) or None


def _creates_user(instruction: Instruction) -> bool | None:
    return any(new_user_of(command) is not None for command in _commands(instruction)) or None
