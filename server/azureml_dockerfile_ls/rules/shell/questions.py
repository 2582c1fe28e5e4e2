"""Code that the rules on questions of programs share: a build has no terminal for the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.rules.shell.apt import value_of_variable
from azureml_dockerfile_ls.shell.commands import Command, ShellWord


def unanswered(commands: Iterable[Command]) -> Iterator[tuple[int, Command]]:
    """The commands whose question neither a pipe nor an input file answers, with their numbers."""
    for number, command in enumerate(commands):
        if not _is_answered(command):
            yield number, command
        # `yes | { apt-get update; apt-get install curl; }`
        if command.program == "yes":
            return


def _is_answered(command: Command) -> bool:
    current: Command | None = command
    while current is not None:
        if current.operator in ("|", "|&") or any(item.operator.startswith("<") for item in current.redirections):
            return True
        current = current.script.reader
    return False


def may_say_yes(run: Site, word: ShellWord) -> bool:
    """Whether a word can become `-y` when the shell replaces its variables."""
    if word.is_literal or not word.value.startswith(("$", "`")):
        return False
    value = value_of_variable(run, word)
    return value is None or any(part.startswith("-") for part in value.split())
