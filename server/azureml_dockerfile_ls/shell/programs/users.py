"""useradd, adduser and chown: new users, and owners of files. Source: useradd(8), adduser(8) and chown(1)."""

from __future__ import annotations

from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.programs.arguments import read_arguments

_USERADD_WITH_VALUE = frozenset(
    "-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K "
    "--key -p --password -P --prefix -R --root -s --shell -u --uid -Z --selinux-user".split()
)
_ADDUSER_WITH_VALUE = frozenset(
    "--home --shell --ingroup --uid --gid --firstuid --lastuid --firstgid --lastgid --gecos --comment --conf "
    "--add_extra_groups -h -g -s -G -u -k".split()
)


class NewUser(NamedTuple):
    """A user that `useradd` or `adduser` creates."""

    command: Command
    user: ShellWord


class Ownership(NamedTuple):
    """A `chown OWNER PATH…`; `owner` is the word as written, with the group."""

    command: Command
    owner: ShellWord
    paths: tuple[ShellWord, ...]
    is_recursive: bool


def new_user_of(command: Command) -> NewUser | None:
    """The user that a command creates; None if it creates no user, such as `adduser USER GROUP`."""
    if command.program == "useradd":
        operands = read_arguments(command.arguments, _USERADD_WITH_VALUE).operands
        return NewUser(command, operands[-1]) if operands else None
    if command.program == "adduser":
        operands = read_arguments(command.arguments, _ADDUSER_WITH_VALUE).operands
        return NewUser(command, operands[0]) if len(operands) == 1 else None
    return None


def ownership_of(command: Command) -> Ownership | None:
    """The chown that a command is; None for another program and for a chown with `--reference`."""
    if command.program != "chown":
        return None
    arguments = read_arguments(command.arguments, frozenset(("--from", "--reference")))
    if not arguments.operands or "--reference" in arguments.names:
        return None
    is_recursive = bool(arguments.names & {"-R", "--recursive"})
    return Ownership(command, arguments.operands[0], arguments.operands[1:], is_recursive)
