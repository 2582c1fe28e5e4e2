"""pip and uv: Python packages. Source: their help texts."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import PYTHON, Command, ShellWord
from azureml_dockerfile_ls.shell.programs.arguments import read_arguments
from azureml_dockerfile_ls.shell.programs.conda import Environment, conda_run_of

_PIP = lazy_pattern(r"pip-?[\d.]*")
_PYTHON_WITH_VALUE = frozenset(("-W", "-X", "--check-hash-based-pycs"))
_PIP_WITH_VALUE = frozenset(
    "--abi --build-option --cache-dir --cert --client-cert --exists-action --extra-index-url --global-option "
    "--implementation --keyring-provider --log --no-binary --only-binary --platform --prefix --progress-bar --proxy "
    "--python --python-version --report --retries --root --root-user-action --src --timeout --default-timeout "
    "--trusted-host --upgrade-strategy --use-deprecated --use-feature -C --config-settings -c --constraint -d --dest "
    "-e --editable -f --find-links -i --index-url -r --requirement -t --target -w --wheel-dir".split()
)
_UV_PIP_WITH_VALUE = _PIP_WITH_VALUE | frozenset(
    "-p --python-platform --index --default-index --index-strategy --link-mode --torch-backend --resolution "
    "--prerelease --exclude-newer --requirements --constraints --overrides --override --config-setting -P "
    "--upgrade-package --reinstall-package --extra --group --allow-insecure-host --directory --project".split()
)


class PipCommand(NamedTuple):
    """A command that installs, downloads or builds Python packages: `pip`, `python -m pip` or `uv pip`."""

    command: Command
    program: ShellWord
    """The program: `pip3`, `uv`, or the Python of `python -m pip`. Its path identifies the environment."""
    action: ShellWord
    requirements: tuple[ShellWord, ...]
    """The requirements: names with versions, paths and URLs, then the values of `-e`."""
    requirement_files: tuple[ShellWord, ...]
    """The values of `-r`."""
    constraint_files: tuple[ShellWord, ...]
    """The values of `-c`."""
    environment: Environment | None
    """The environment of the `conda run` around it, if any."""


class PipRemoval(NamedTuple):
    """A `pip uninstall`, which asks for confirmation unless `assumes_yes`. uv never asks."""

    action: ShellWord
    assumes_yes: bool


def pip_of(command: Command) -> PipCommand | None:
    """The pip command that a command is; None for another program and for other actions of pip."""
    words = _words_of_pip(command)
    if not words:
        return None
    arguments = read_arguments(words, _UV_PIP_WITH_VALUE if command.program == "uv" else _PIP_WITH_VALUE)
    action = next(iter(arguments.operands), None)
    if action is None or action.value not in ("install", "download", "wheel"):
        return None
    return PipCommand(
        command,
        command.words[0],
        action,
        arguments.operands[1:] + arguments.values_of("-e", "--editable"),
        arguments.values_of("-r", "--requirement", "--requirements"),
        arguments.values_of("-c", "--constraint", "--constraints"),
        conda_run_of(command),
    )


def pip_removal_of(command: Command) -> PipRemoval | None:
    """The removal of packages that a command is; None for other commands, and if it names no package."""
    arguments = read_arguments(_words_of_pip(command), _PIP_WITH_VALUE)
    if not arguments.operands or arguments.operands[0].value != "uninstall":
        return None
    if len(arguments.operands) == 1 and "-r" not in arguments.names and "--requirement" not in arguments.names:
        return None
    assumes_yes = command.program == "uv" or bool(arguments.names & {"-y", "--yes"})
    return PipRemoval(arguments.operands[0], assumes_yes)


def _words_of_pip(command: Command) -> tuple[ShellWord, ...]:
    """The words after `pip`, `python -m pip` or `uv pip`; none for another program."""
    words, program = command.words, command.program
    if PYTHON.fullmatch(program):
        words = _module_words(command)
    elif program == "uv":
        operands = read_arguments(command.arguments, _UV_PIP_WITH_VALUE).operands
        start = next((number for number, word in enumerate(words) if operands and word is operands[0]), len(words))
        words = words[start:]
    return words[1:] if words and _PIP.fullmatch(words[0].value.rsplit("/", 1)[-1]) else ()


def _module_words(command: Command) -> tuple[ShellWord, ...]:
    """The words of `python -m MODULE …` from the module's name on; none if Python runs something else."""
    words = command.words
    number = 1
    while number < len(words) and words[number].value.startswith("-"):
        value = words[number].value
        if re.fullmatch(r"-[A-Za-z]*m", value):
            return words[number + 1 :]
        if "c" in value[1:2]:
            return ()
        number += 2 if value in _PYTHON_WITH_VALUE else 1
    return ()
