"""conda, mamba and micromamba: environments and their packages. Source: their help texts."""

from __future__ import annotations

from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import CONDA, CONDA_RUN_OPTIONS_WITH_VALUE, Command, ShellWord
from azureml_dockerfile_ls.shell.programs.arguments import Arguments, read_arguments
from azureml_dockerfile_ls.text import LocalSpan

_CONDA_WITH_VALUE = frozenset(
    "-n --name -p --prefix -f --file -c --channel --solver --clone --repodata-fn --platform --subdir --revision -r "
    "--root-prefix --rc-file --cwd".split()
)
_CONDA_READING_FILES = frozenset(("create", "install", "update", "env create", "env update"))


class Environment(NamedTuple):
    """The conda environment that a command names with `-n NAME` or `-p PREFIX`; at most one of them is set."""

    name: ShellWord | None
    prefix: ShellWord | None


class CondaCommand(NamedTuple):
    """A command of conda, mamba or micromamba that makes, changes or uses an environment."""

    command: Command
    action: str
    """The subcommand, such as `create`, `install`, `env create` or `env update`."""
    action_span: LocalSpan
    packages: tuple[ShellWord, ...]
    files: tuple[ShellWord, ...]
    """The values of `-f` and `--file`. Without them, `conda env create` reads `environment.yml`."""
    environment: Environment


def conda_of(command: Command) -> CondaCommand | None:
    """The conda command that a command is; None for another program and without a subcommand."""
    if command.program not in CONDA:
        return None
    arguments = read_arguments(command.arguments, _CONDA_WITH_VALUE)
    count = 2 if arguments.operands and arguments.operands[0].value == "env" else 1
    action = arguments.operands[:count]
    if not action:
        return None
    name = " ".join(word.value for word in action)
    return CondaCommand(
        command,
        name,
        LocalSpan(action[0].span.start, action[-1].span.end),
        arguments.operands[count:],
        arguments.values_of("-f", "--file") if name in _CONDA_READING_FILES else (),
        _environment(arguments),
    )


def conda_run_of(command: Command) -> Environment | None:
    """The environment of the innermost `conda run` around a command; None without one."""
    current: Command | None = command
    while current is not None:
        prefix = current.prefix
        for number in range(len(prefix) - 2, -1, -1):
            if prefix[number].value.rsplit("/", 1)[-1] in CONDA and prefix[number + 1].value == "run":
                return _environment(read_arguments(prefix[number + 2 :], CONDA_RUN_OPTIONS_WITH_VALUE))
        current = current.script.reader
    return None


def _environment(arguments: Arguments) -> Environment:
    names = arguments.values_of("-n", "--name")
    prefixes = arguments.values_of("-p", "--prefix")
    return Environment(names[-1] if names else None, prefixes[-1] if prefixes and not names else None)
