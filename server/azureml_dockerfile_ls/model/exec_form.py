"""The exec form of a command: its words as a JSON array, without a shell."""

from __future__ import annotations

import json

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.model.run_commands import is_read_by_posix_shell
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.shell.chain import command_in
from azureml_dockerfile_ls.shell.commands import RESERVED, ShellWord
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import DEFAULT_ESCAPE

_PATTERNS = frozenset("*?[]{}~!^=")
_OF_THE_SHELL = RESERVED | frozenset(
    ". : [ alias bg break cd command continue declare echo eval exec exit export false fc fg getopts hash jobs kill "
    "let local printf pushd popd pwd read readonly return set shift shopt source test times trap true type typeset "
    "ulimit umask unalias unset wait case for function select".split()
)
"""Commands that the shell itself runs, at times in another way than a program of that name."""


def exec_form_of(stage: Stage, index: int) -> str | None:
    """The JSON array for the arguments of a RUN, CMD or ENTRYPOINT in shell form, if it starts the same program.

    None if the command needs a shell.
    """
    instruction = stage.instructions[index]
    return _as_array(instruction) if not instruction.is_json and can_change_form(stage, index) else None


@derived
def _as_array(instruction: Instruction) -> str | None:
    words = _words(instruction)
    if not words or not all(word.isprintable() for word in words):
        return None
    text = json.dumps(words, ensure_ascii=False)
    return text if words_with(instruction, text) == words else None


def can_change_form(stage: Stage, index: int) -> bool:
    """Whether the form of a RUN, CMD or ENTRYPOINT can change without other changes.

    CMD and ENTRYPOINT depend on each other's form, so both in one stage are left alone.
    """
    instruction = stage.instructions[index]
    other = {"CMD": "ENTRYPOINT", "ENTRYPOINT": "CMD"}.get(instruction.name)
    if other is not None and stage.has_any(other):
        return False
    has_shell = stage.image is not None and stage.image.name != "scratch" and "distroless" not in stage.image.name
    is_default_shell = instruction.escape == DEFAULT_ESCAPE and stage.shell_at(index).stage is None
    is_one_line = "\n" not in instruction.text and not instruction.heredocs
    return is_one_line and has_shell and is_default_shell and is_read_by_posix_shell(stage, index)


def words_with(instruction: Instruction, arguments: str) -> list[str]:
    """The words of the program that an instruction starts with other arguments; empty if they are not known."""
    start, end = instruction.arguments_span
    after = parse_instruction(instruction.text[:start] + arguments + instruction.text[end:], instruction.escape)
    if after.is_json:
        return [word.value for word in after.words]
    commands = commands_of(after)
    is_literal = len(commands) == 1 and not commands[0].prefix and all(word.is_literal for word in commands[0].words)
    return [word.value for word in commands[0].words] if is_literal else []


def _words(instruction: Instruction) -> list[str]:
    """The words of a shell form; empty if a shell would do more than divide it into words."""
    text = instruction.arguments_span.of(instruction.text)
    commands = commands_of(instruction)
    if len(commands) != 1 or command_in(text) is None or "|" in text or "<" in text or ">" in text:
        return []
    command = commands[0]
    is_whole = command.span == instruction.arguments_span and not command.prefix and not command.redirections
    is_plain = is_whole and command.program not in _OF_THE_SHELL and all(map(_is_fixed, command.words))
    return [word.value for word in command.words] if is_plain else []


def _is_fixed(word: ShellWord) -> bool:
    is_quoted = word.quotes in ("'", '"')
    return word.is_literal and (is_quoted or not _PATTERNS.intersection(word.value) or _is_option(word))


def _is_option(word: ShellWord) -> bool:
    """Whether the only special character of an unquoted word is an equals sign in it, as in `--name=value`."""
    return not word.quotes and word.value.startswith("-") and not (_PATTERNS - {"="}).intersection(word.value)
