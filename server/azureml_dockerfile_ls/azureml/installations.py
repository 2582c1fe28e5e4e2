"""The Python packages that the commands of a RUN install, as far as the Dockerfile and its build context name them."""

from __future__ import annotations

import posixpath

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.requirements import (
    in_conda_file,
    in_requirements_file,
    names_of_conda_packages,
    names_of_requirements,
)
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.read_files import source_of_path, value_of_word
from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.shell.commands import PYTHON, Command, ShellWord, may_run_other_commands, mentions
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.shell.programs.conda import CondaCommand, conda_of
from azureml_dockerfile_ls.shell.programs.pip import PipCommand, pip_of

CREATING = frozenset(("create", "env create"))
"""The actions of conda that create an environment."""

BRINGING = CREATING | {"install", "update", "upgrade", "env update"}
"""The actions of conda that install packages."""

_INSTALLERS = frozenset("conda-lock easy_install hatch npm pdm pipenv pixi poetry setup.py uv".split())
_ACTIVATING = lazy_pattern(r"(?:.*/)?(?:activate|conda\.sh|\.bashrc|profile)")


class UnknownPackagesError(Exception):
    """The packages cannot be determined."""


def may_install(command: Command) -> bool:
    """Whether a command may install Python packages that cannot be determined."""
    operand = next((word.value for word in command.arguments), "-")
    if command.program in (".", "source"):
        return not _ACTIVATING.fullmatch(operand)
    if PYTHON.fullmatch(command.program):
        return not operand.startswith("-")
    return command.program in _INSTALLERS or may_run_other_commands(command)


def installed_packages(stage: Stage, context: BuildContext) -> frozenset[str]:
    """The names of the packages that the RUNs of a stage, and of those it is built on, install in any environment.

    Raises `UnknownPackagesError` if the names may be incomplete.
    """
    names: set[str] = set()
    for part in stage.ancestry():
        for index, instruction in part.instructions_named("RUN"):
            commands = commands_at(part, index)
            if not commands and instruction.words:
                raise UnknownPackagesError
            reader = PackageReader(part, index, context)
            for command in commands:
                names |= _installed_by(command, reader)
    return frozenset(names)


def _installed_by(command: Command, reader: PackageReader) -> set[str]:
    conda, pip, system = conda_of(command), pip_of(command), system_packages_of(command)
    if pip is not None:
        return reader.of_pip(pip)
    if conda is not None:
        return reader.of_conda(conda) if conda.action in BRINGING else set()
    is_for_python = system is not None and any("python" in word.value for word in command.arguments)
    if is_for_python or mentions(command, "site-packages") or may_install(command):
        raise UnknownPackagesError
    return set()


class PackageReader:
    """Reads the packages that a command of RUN `index` of a stage installs. `file` is the last conda file it read."""

    def __init__(self, stage: Stage, index: int, context: BuildContext) -> None:
        self._stage = stage
        self._index = index
        self._context = context
        self.file: str | None = None

    def of_pip(self, pip: PipCommand) -> set[str]:
        """The names of the packages that pip installs. Raises `UnknownPackagesError`."""
        names = set(_known(names_of_requirements(self._values(pip.requirements))))
        for word in pip.requirement_files:
            names |= _known(in_requirements_file(self._context, self._source(self._value(word))))
        return names

    def of_conda(self, conda: CondaCommand) -> set[str]:
        """The names of the packages that conda installs. Raises `UnknownPackagesError`."""
        if conda.command.has_option("--clone"):
            raise UnknownPackagesError
        names = set(_known(names_of_conda_packages(self._values(conda.packages))))
        files = self._values(conda.files)
        if not files and conda.action.startswith("env "):
            files = ["environment.yml"]
        for file in files:
            if not file.endswith((".yml", ".yaml")):
                raise UnknownPackagesError
            self.file = self._source(file)
            names |= _known(in_conda_file(self._context, self.file))
        return names

    def creates(self, conda: CondaCommand, prefix: str) -> bool:
        """Whether conda creates the environment at `prefix`. Raises `UnknownPackagesError`."""
        named, placed = conda.environment
        if placed is not None:
            return posixpath.normpath(self._value(placed)) == prefix
        is_of_conda = posixpath.basename(posixpath.dirname(prefix)) == "envs"
        return named is not None and is_of_conda and self._value(named) == posixpath.basename(prefix)

    def _values(self, words: tuple[ShellWord, ...]) -> list[str]:
        return [self._value(word) for word in words]

    def _value(self, word: ShellWord) -> str:
        value = word.value if word.is_literal else value_of_word(self._stage, self._index, word)
        if value is None:
            raise UnknownPackagesError
        return value

    def _source(self, path: str) -> str:
        """The path in the build context of a file that the command reads."""
        found = source_of_path(self._stage, self._index, path, self._context)
        if found is None:
            raise UnknownPackagesError
        return found


def _known(names: frozenset[str] | None) -> frozenset[str]:
    if names is None:
        raise UnknownPackagesError
    return names
