"""What a command of a RUN does with packages, environments, users and owners; every word with its span.

Sources: the manual pages of apt-get(8), useradd(8), adduser(8) and chown(1), and the help texts of pip, uv, conda and
micromamba.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from azureml_dockerfile_ls.shell.commands import CONDA, CONDA_RUN_OPTIONS_WITH_VALUE, Command, ShellWord
from azureml_dockerfile_ls.text import Span

_PIP = re.compile(r"pip-?[\d.]*")
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")
_CLUSTER = re.compile(r"-[A-Za-z]")

_APT = frozenset(("apt-get", "apt", "aptitude"))
_APT_CHANGING = frozenset(
    "install update upgrade safe-upgrade dist-upgrade full-upgrade remove purge autoremove autopurge reinstall "
    "build-dep".split()
)
_APT_WITH_VALUE = frozenset(
    (
        "-o",
        "--option",
        "-t",
        "--target-release",
        "--default-release",
        "-c",
        "--config-file",
        "-a",
        "--host-architecture",
    )
)
_APT_YES = frozenset(("-y", "--yes", "--assume-yes", "--force-yes"))
_APT_SIMULATING = frozenset(
    ("-s", "--simulate", "--just-print", "--dry-run", "--recon", "--no-act", "--print-uris", "--assume-no")
)
_DPKG_ACTION = re.compile(r"-[A-Za-z]*[irP][A-Za-z]*|--(?:install|remove|purge)")

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
_CONDA_WITH_VALUE = frozenset(
    "-n --name -p --prefix -f --file -c --channel --solver --clone --repodata-fn --platform --subdir --revision -r "
    "--root-prefix --rc-file --cwd".split()
)
_CONDA_READING_FILES = frozenset(("create", "install", "update", "env create", "env update"))
_USERADD_WITH_VALUE = frozenset(
    "-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K "
    "--key -p --password -P --prefix -R --root -s --shell -u --uid -Z --selinux-user".split()
)
_ADDUSER_WITH_VALUE = frozenset(
    "--home --shell --ingroup --uid --gid --firstuid --lastuid --firstgid --lastgid --gecos --comment --conf "
    "--add_extra_groups -h -g -s -G -u -k".split()
)


class SystemPackages(NamedTuple):
    """What apt-get, apt, aptitude or dpkg changes. For dpkg the action is one of its options."""

    command: Command
    action: ShellWord
    """The word as written, such as `install` or, for dpkg, `-i`."""
    packages: tuple[ShellWord, ...]
    assumes_yes: bool
    """Whether its options answer its questions: `-y` and its like, or `-qq`."""
    is_simulated: bool
    """Whether its options only let it tell what it would do."""


class Environment(NamedTuple):
    """The conda environment that a command names with `-n NAME` or `-p PREFIX`: one of them at most is set."""

    name: ShellWord | None
    prefix: ShellWord | None


class PipCommand(NamedTuple):
    """A pip that brings packages: `pip install`, `python -m pip install`, `uv pip install`, and download and wheel."""

    command: Command
    program: ShellWord
    """The program that runs: `pip3`, `uv`, or the Python of `python -m pip`; its path tells whose packages change."""
    action: ShellWord
    requirements: tuple[ShellWord, ...]
    """What is installed: names with their versions, paths and URLs; the values of `-e` come last."""
    requirement_files: tuple[ShellWord, ...]
    """The values of `-r`."""
    constraint_files: tuple[ShellWord, ...]
    """The values of `-c`."""
    environment: Environment | None
    """That of `conda run`, when it runs under one."""


class CondaCommand(NamedTuple):
    """A conda, mamba or micromamba that makes or changes an environment."""

    command: Command
    action: str
    """`create`, `install`, `update`, `remove`, `env create`, `env update`, `env remove` and the like."""
    action_span: Span
    packages: tuple[ShellWord, ...]
    files: tuple[ShellWord, ...]
    """The values of `-f` and `--file`. `conda env create` without any reads `environment.yml`."""
    environment: Environment


class NewUser(NamedTuple):
    """The user whom `useradd` or `adduser` makes."""

    command: Command
    user: ShellWord


class Ownership(NamedTuple):
    """`chown OWNER PATH…`; `owner` is as written, with its group."""

    command: Command
    owner: ShellWord
    paths: tuple[ShellWord, ...]
    is_recursive: bool


def system_packages_of(command: Command) -> SystemPackages | None:
    """What a command does to the system's packages; None when it does nothing to them, or only looks."""
    if command.program in _APT:
        arguments = _arguments(command.arguments, _APT_WITH_VALUE)
        if not arguments.operands or arguments.operands[0].value not in _APT_CHANGING:
            return None
        return SystemPackages(
            command,
            arguments.operands[0],
            arguments.operands[1:],
            _assumes_yes(command, arguments),
            bool(_APT_SIMULATING & arguments.names),
        )
    if command.program == "dpkg":
        action = next((word for word in command.arguments if _DPKG_ACTION.fullmatch(word.value)), None)
        if action is not None:
            return SystemPackages(command, action, command.operands(), True, command.has_option("--dry-run"))
    return None


def pip_of(command: Command) -> PipCommand | None:
    """What pip brings by a command; None when it is no pip, or one that installs nothing."""
    words, with_value = command.words, _PIP_WITH_VALUE
    if _PYTHON.fullmatch(command.program):
        words = _module_words(command)
    elif command.program == "uv":
        operands = _arguments(command.arguments, _UV_PIP_WITH_VALUE).operands
        start = next((number for number, word in enumerate(words) if operands and word is operands[0]), len(words))
        words, with_value = words[start:], _UV_PIP_WITH_VALUE
    if not words or not _PIP.fullmatch(words[0].value.rsplit("/", 1)[-1]):
        return None
    arguments = _arguments(words[1:], with_value)
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


def conda_of(command: Command) -> CondaCommand | None:
    """What conda does by a command; None when it is no conda, or has no subcommand."""
    if command.program not in CONDA:
        return None
    arguments = _arguments(command.arguments, _CONDA_WITH_VALUE)
    count = 2 if arguments.operands and arguments.operands[0].value == "env" else 1
    action = arguments.operands[:count]
    if not action:
        return None
    name = " ".join(word.value for word in action)
    return CondaCommand(
        command,
        name,
        Span(action[0].span.start, action[-1].span.end),
        arguments.operands[count:],
        arguments.values_of("-f", "--file") if name in _CONDA_READING_FILES else (),
        _environment(arguments),
    )


def conda_run_of(command: Command) -> Environment | None:
    """The environment of the innermost `conda run` under which a command runs; None where there is none."""
    current: Command | None = command
    while current is not None:
        prefix = current.prefix
        for number in range(len(prefix) - 2, -1, -1):
            if prefix[number].value.rsplit("/", 1)[-1] in CONDA and prefix[number + 1].value == "run":
                return _environment(_arguments(prefix[number + 2 :], CONDA_RUN_OPTIONS_WITH_VALUE))
        current = current.script.reader
    return None


def new_user_of(command: Command) -> NewUser | None:
    """The user whom a command makes; None when it makes none. `adduser USER GROUP` makes none."""
    if command.program == "useradd":
        operands = _arguments(command.arguments, _USERADD_WITH_VALUE).operands
        return NewUser(command, operands[-1]) if operands else None
    if command.program == "adduser":
        operands = _arguments(command.arguments, _ADDUSER_WITH_VALUE).operands
        return NewUser(command, operands[0]) if len(operands) == 1 else None
    return None


def ownership_of(command: Command) -> Ownership | None:
    """The owner that a command gives to files; None when it is no chown, or takes the owner from `--reference`."""
    if command.program != "chown":
        return None
    arguments = _arguments(command.arguments, frozenset(("--from", "--reference")))
    if not arguments.operands or "--reference" in arguments.names:
        return None
    is_recursive = bool(arguments.names & {"-R", "--recursive"})
    return Ownership(command, arguments.operands[0], arguments.operands[1:], is_recursive)


class _Arguments(NamedTuple):
    """The words after a program: operands, and options by name with their values."""

    operands: tuple[ShellWord, ...]
    options: tuple[tuple[str, ShellWord | None], ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.options)

    def values_of(self, *names: str) -> tuple[ShellWord, ...]:
        return tuple(value for name, value in self.options if name in names and value is not None)


def _arguments(words: tuple[ShellWord, ...], with_value: Collection[str]) -> _Arguments:
    """Operands and options as getopt and argparse part them; letters in a cluster such as `-qy` are one option each."""
    operands: list[ShellWord] = []
    options: list[tuple[str, ShellWord | None]] = []
    rest = iter(words)
    for word in rest:
        value = word.value
        if value == "--":
            operands.extend(rest)
        elif value.startswith("--"):
            name, equals, _ = value.partition("=")
            if equals:
                options.append((name, _part(word, len(name) + 1)))
            else:
                options.append((name, next(rest, None) if name in with_value else None))
        elif _CLUSTER.match(value):
            options.extend(_cluster(word, rest, with_value))
        else:
            operands.append(word)
    return _Arguments(tuple(operands), tuple(options))


def _cluster(
    word: ShellWord, rest: Iterator[ShellWord], with_value: Collection[str]
) -> Iterator[tuple[str, ShellWord | None]]:
    for number, letter in enumerate(word.value[1:], 2):
        name = f"-{letter}"
        if name not in with_value:
            yield name, None
            continue
        start = number + word.value.startswith("=", number)
        yield name, _part(word, start) if number < len(word.value) else next(rest, None)
        return


def _part(word: ShellWord, start: int) -> ShellWord:
    """The word that the value of a word from `start` on is."""
    value = word.value[start:]
    if not value:
        span = Span(word.span.end, word.span.end)
    elif word.locate is not None:
        span = word.locate(start, len(word.value))
    else:
        span = word.span
    return ShellWord(span, value, word.is_literal)


def _environment(arguments: _Arguments) -> Environment:
    names = arguments.values_of("-n", "--name")
    prefixes = arguments.values_of("-p", "--prefix")
    return Environment(names[-1] if names else None, prefixes[-1] if prefixes and not names else None)


def _assumes_yes(command: Command, arguments: _Arguments) -> bool:
    if _APT_YES & arguments.names:
        return True
    # Quiet twice, or at level 2, implies yes.
    if sum(name in ("-q", "--quiet") for name, _ in arguments.options) >= 2:
        return True
    if any(word.value in ("-q=2", "--quiet=2") for word in command.arguments):
        return True
    return any("assume-yes" in value.value.lower() for value in arguments.values_of("-o", "--option"))


def _module_words(command: Command) -> tuple[ShellWord, ...]:
    """The words from the module's name on, of `python -m MODULE`; none when Python runs anything else."""
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
