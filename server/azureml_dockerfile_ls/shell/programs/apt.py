"""apt-get, apt, aptitude and dpkg: changes to the system packages. Source: apt-get(8) and dpkg(1)."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.programs.arguments import Arguments, read_arguments

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
_DPKG_ACTION = lazy_pattern(r"-[A-Za-z]*[irP][A-Za-z]*|--(?:install|remove|purge)")


class SystemPackages(NamedTuple):
    """A change of system packages by apt-get, apt, aptitude or dpkg. The action of dpkg is one of its options."""

    command: Command
    action: ShellWord
    """The word as written, such as `install` or, for dpkg, `-i`."""
    packages: tuple[ShellWord, ...]
    assumes_yes: bool
    """Whether an option such as `-y` or `-qq` answers its questions."""
    is_simulated: bool
    """Whether an option such as `--dry-run` makes it only print the changes."""


def system_packages_of(command: Command) -> SystemPackages | None:
    """The change that a command makes to the system packages; None if it makes no change."""
    if command.program in _APT:
        arguments = read_arguments(command.arguments, _APT_WITH_VALUE)
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


def _assumes_yes(command: Command, arguments: Arguments) -> bool:
    if _APT_YES & arguments.names:
        return True
    # Quiet twice, or level 2, implies yes.
    if sum(name in ("-q", "--quiet") for name, _ in arguments.options) >= 2:
        return True
    if any(word.value in ("-q=2", "--quiet=2") for word in command.arguments):
        return True
    return any("assume-yes" in value.value.lower() for value in arguments.values_of("-o", "--option"))
