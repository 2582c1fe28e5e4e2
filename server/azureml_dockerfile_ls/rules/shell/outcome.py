"""The outcome of a RUN, as far as the order of its commands shows it."""

from __future__ import annotations

from azureml_dockerfile_ls.shell.commands import Command, mentions

_CONDITIONS = frozenset(("if", "elif", "while", "until", "command"))
_TESTS = frozenset(("[", "[[", "case", "dpkg", "dpkg-query", "grep", "hash", "id", "test", "type", "which", "whoami"))


def may_go_on(commands: tuple[Command, ...], number: int) -> bool:
    """Whether the RUN may succeed although a command in it fails, because of `||`, or of `;` without `set -e`."""
    operators = {following.operator for following in commands[number + 1 :]}
    stops = any(command.program == "set" and command.has_option("-e", "-o") for command in commands[:number])
    return "||" in operators or (not stops and not operators.isdisjoint((";", "\n", "&")))


def may_decide(command: Command) -> bool:
    """Whether later commands may depend on the result of this one, such as the user or the installed packages."""
    is_condition = any(word.value in _CONDITIONS for word in command.prefix)
    return is_condition or command.program in _TESTS or command.operator == "||" or mentions(command, "UID")
