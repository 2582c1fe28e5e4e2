"""What people type after apt-get, pip, uv and conda: actions, options and kinds of operands, for completion.

Source: the help texts of the programs. It has the usual options only: a missing one says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import CONDA, PYTHON, Command

Operands = Literal["", "apt", "pypi", "conda"]


class ActionSpec(NamedTuple):
    """An action of a program, such as `install`, the most important options first."""

    documentation: str
    options: Mapping[str, str]
    operands: Operands = ""
    """The source of the packages that it takes; empty if it takes none."""


class ProgramSpec(NamedTuple):
    """A program with its actions, the most frequent first."""

    actions: Mapping[str, ActionSpec]
    file_options: Mapping[str, tuple[str, ...]]
    """The options with a file, and the ends of the names of such files."""


class Place(NamedTuple):
    """A place in a command: its program, the action before it, and the words between the action and the place."""

    program: ProgramSpec
    action: ActionSpec | None
    between: tuple[str, ...]


_APT_OPTIONS = {"-y": "assume yes", "--no-install-recommends": "without recommended packages", "-q": "less output"}
_APT_ALL = {**_APT_OPTIONS, "-qq": "no output but errors", "--allow-downgrades": "older versions too"}
_APT = ProgramSpec(
    {
        "install": ActionSpec("installs packages", {**_APT_ALL, "--fix-missing": "skip missing packages"}, "apt"),
        "update": ActionSpec("fetches the package lists", {"-y": "assume yes", "-q": "less output"}),
        "upgrade": ActionSpec("upgrades all packages", _APT_ALL),
        "remove": ActionSpec("removes packages", {"-y": "assume yes"}, "apt"),
        "purge": ActionSpec("removes packages with their settings", {"-y": "assume yes"}, "apt"),
        "autoremove": ActionSpec("removes packages that nothing needs", {"-y": "assume yes"}),
        "clean": ActionSpec("removes fetched packages", {}),
        "dist-upgrade": ActionSpec("upgrades, and may remove packages", _APT_ALL),
    },
    {},
)

_REQUIREMENTS = (".txt", ".in")
_PIP_FILES = dict.fromkeys(("-r", "--requirement", "--requirements", "-c", "--constraint"), _REQUIREMENTS)
_PIP_INSTALL = {
    "-r": "a requirements file",
    "--no-cache-dir": "keep no cache",
    "--upgrade": "newer versions of what is installed",
    "--index-url": "another package index",
    "--extra-index-url": "one more package index",
    "--no-deps": "without dependencies",
    "-e": "editable, from a folder",
    "-c": "a constraints file",
    "--pre": "development versions too",
    "--user": "into the user's folder",
    "--target": "into this folder",
    "--force-reinstall": "again what is installed",
    "--no-build-isolation": "build with what is installed",
    "--find-links": "a folder or page with archives",
    "-q": "less output",
}
_PIP_REST = {
    "uninstall": ActionSpec("removes packages", {"-y": "assume yes", "-r": "a requirements file"}, "pypi"),
    "list": ActionSpec("lists what is installed", {"--format": "columns, freeze or json", "--outdated": "old ones"}),
    "freeze": ActionSpec("lists what is installed as requirements", {"--all": "pip and setuptools too"}),
    "check": ActionSpec("checks that dependencies fit", {}),
    "show": ActionSpec("shows facts about packages", {"--files": "their files too"}, "pypi"),
}
_PIP = ProgramSpec(
    {
        "install": ActionSpec("installs packages", _PIP_INSTALL, "pypi"),
        **_PIP_REST,
        "download": ActionSpec("fetches packages", {"-r": "a requirements file", "--dest": "into this folder"}, "pypi"),
        "wheel": ActionSpec("builds wheels", {"-r": "a requirements file", "--wheel-dir": "into this folder"}, "pypi"),
        "cache": ActionSpec("shows or empties the cache", {}),
        "config": ActionSpec("shows or changes settings", {}),
    },
    _PIP_FILES,
)
_UV_PIP_INSTALL = {
    "--system": "into the system's Python",
    "-r": "a requirements file",
    "--no-cache": "keep no cache",
    "--python": "into this Python",
    "--upgrade": "newer versions of what is installed",
    "--index-url": "another package index",
    "--extra-index-url": "one more package index",
    "--torch-backend": "the build of PyTorch",
    "--no-deps": "without dependencies",
    "-e": "editable, from a folder",
}
_UV_PIP = ProgramSpec(
    {
        "install": ActionSpec("installs packages", _UV_PIP_INSTALL, "pypi"),
        "sync": ActionSpec("installs exactly the packages of a file", {"--system": "into the system's Python"}),
        "compile": ActionSpec("pins requirements", {"-o": "the file to write"}),
        **_PIP_REST,
    },
    _PIP_FILES,
)
_UV = ProgramSpec(
    {
        "pip": ActionSpec("works as pip does", {}),
        "sync": ActionSpec("installs the project", {"--frozen": "as the lock file says", "--no-dev": "without dev"}),
        "venv": ActionSpec("makes an environment", {"--python": "with this Python"}),
        "python": ActionSpec("manages versions of Python", {}),
        "tool": ActionSpec("installs or runs programs", {}),
        "run": ActionSpec("runs a program of the project", {}),
    },
    {},
)

_CONDA_FILES = {"-f": (".yml", ".yaml"), "--file": (".yml", ".yaml", ".txt")}
_CONDA_TARGET = {"-y": "assume yes", "-n": "the environment's name", "-p": "the environment's folder"}
_CONDA_INSTALL = {
    **_CONDA_TARGET,
    "-c": "one more channel",
    "--override-channels": "the given channels only",
    "--file": "a file with packages",
    "-q": "less output",
    "--no-deps": "without dependencies",
}
_CONDA = ProgramSpec(
    {
        "install": ActionSpec("installs packages", _CONDA_INSTALL, "conda"),
        "create": ActionSpec("makes an environment", _CONDA_INSTALL, "conda"),
        "env": ActionSpec("makes environments from files", {}),
        "clean": ActionSpec("empties the cache", {"-a": "everything", "-y": "assume yes", "-f": "used packages too"}),
        "run": ActionSpec("runs a program in an environment", {"-n": "its name", "--no-capture-output": "as it comes"}),
        "config": ActionSpec("shows or changes settings", {"--add": "to a list", "--set": "a value"}),
        "update": ActionSpec("updates packages", {**_CONDA_TARGET, "--all": "every package"}, "conda"),
        "remove": ActionSpec("removes packages", {**_CONDA_TARGET, "--all": "the environment"}, "conda"),
        "list": ActionSpec("lists what is installed", {"-n": "the environment's name"}),
        "info": ActionSpec("shows facts about the installation", {}),
        "init": ActionSpec("prepares a shell", {}),
    },
    _CONDA_FILES,
)
_CONDA_ENV = ProgramSpec(
    {
        "create": ActionSpec("makes an environment from a file", {"-f": "the file", **_CONDA_TARGET, "-q": "quiet"}),
        "update": ActionSpec("updates an environment from a file", {"-f": "the file", **_CONDA_TARGET}),
        "export": ActionSpec("writes an environment to a file", {"-n": "the environment's name"}),
        "list": ActionSpec("lists the environments", {}),
        "remove": ActionSpec("removes an environment", _CONDA_TARGET),
    },
    _CONDA_FILES,
)

PROGRAMS = ("apt-get", "pip", "conda", "uv", "mamba", "micromamba", "python")
"""The programs that are offered where a command begins."""

_PIP_NAME = lazy_pattern(r"pip-?[\d.]*")
_WITH_VALUE = frozenset(
    "-r --requirement --requirements -c --constraint -i --index-url --extra-index-url --find-links --target -t "
    "--prefix --python --torch-backend -n --name -p -f --file -o --option --channel --dest --wheel-dir -e --editable "
    "--trusted-host --root --src --format --platform --python-version".split()
)
_NESTED = {"env": _CONDA_ENV, "pip": _UV_PIP}


def place_in(command: Command, number: int) -> Place | None:
    """The place of word `number` of a command; None for a program without a vocabulary."""
    before = [word.value for word in command.words[:number]]
    program, rest = _program(command.program, before)
    if program is None:
        return None
    action: ActionSpec | None = None
    between: list[str] = []
    previous = ""
    for word in rest:
        if action is None and not word.startswith("-") and previous not in _WITH_VALUE:
            if word in _NESTED and word in program.actions:
                program = _NESTED[word]
                between = []
            elif word not in program.actions:
                return None
            else:
                action, between = program.actions[word], []
        else:
            between.append(word)
        previous = word
    return Place(program, action, tuple(between))


def is_operand(place: Place) -> bool:
    """Whether the place is not that of the value of an option before it."""
    return not place.between or place.between[-1] not in _WITH_VALUE


def operands_before(place: Place) -> int:
    """The number of operands between the action and the place."""
    previous = ("", *place.between)
    return sum(
        not word.startswith("-") and before not in _WITH_VALUE
        for before, word in zip(previous, place.between, strict=False)
    )


def _program(name: str, before: list[str]) -> tuple[ProgramSpec | None, list[str]]:
    """The program of a command, and the words after it."""
    if name in ("apt-get", "apt"):
        return _APT, before[1:]
    if _PIP_NAME.fullmatch(name):
        return _PIP, before[1:]
    if PYTHON.fullmatch(name) and before[1:3] == ["-m", "pip"]:
        return _PIP, before[3:]
    if name == "uv":
        return _UV, before[1:]
    if name in CONDA:
        return _CONDA, before[1:]
    return None, []
