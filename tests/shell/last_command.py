"""The commands that the tests of programs examine."""

from __future__ import annotations

from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.instruction import parse_instruction


def command(text: str) -> Command:
    """The last command of a RUN."""
    return commands_of(parse_instruction(f"RUN {text}", "\\"))[-1]


def values(words: tuple[ShellWord, ...]) -> list[str]:
    """The words without their quotes."""
    return [word.value for word in words]
