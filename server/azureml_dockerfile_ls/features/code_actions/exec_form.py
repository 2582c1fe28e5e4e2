"""The shell form of a command as a JSON array, and back, where no shell is needed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import Target, refactoring, target_of
from azureml_dockerfile_ls.shell.chain import command_in
from azureml_dockerfile_ls.shell.commands import RESERVED, ShellWord
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.text import Span, TextEdit, apply_edits

_PATTERNS = frozenset("*?[]{}~!^=")
_OF_THE_SHELL = RESERVED | frozenset(
    ". : [ alias bg break cd command continue declare echo eval exec exit export false fc fg getopts hash jobs kill "
    "let local printf pushd popd pwd read readonly return set shift shopt source test times trap true type typeset "
    "ulimit umask unalias unset wait case for function select".split()
)
"""Commands that the shell itself runs, at times in another way than a program of that name."""


def exec_form(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The other form of the RUN, CMD or ENTRYPOINT at `span`.

    CMD and ENTRYPOINT depend on each other's form, so both in one stage are left alone.
    """
    target = target_of(snapshot, span, "RUN", "CMD", "ENTRYPOINT")
    if target is None or not _can_change(target):
        return
    words = [word.value for word in target.instruction.words] if target.instruction.is_json else _words(target)
    if not words or any(not word.isprintable() for word in words):
        return
    if target.instruction.is_json:
        if target.instruction.name == "CMD" and not words[0].startswith("/"):
            # The words may be arguments for the ENTRYPOINT of the base image.
            return
        title, text = "Convert to shell form", shlex.join(words)
    else:
        title, text = "Convert to JSON form", json.dumps(words, ensure_ascii=False)
    edit = target.edit(target.instruction.arguments_span, text)
    if _runs(target, edit) == words:
        yield from refactoring(snapshot, ActionKind.REWRITE, title, edit)


def _can_change(target: Target) -> bool:
    instruction, stage = target.instruction, target.placed.stage
    other = {"CMD": "ENTRYPOINT", "ENTRYPOINT": "CMD"}.get(instruction.name)
    if other is not None and any(part.indexes(other) for part in stage.ancestry()):
        return False
    has_shell = stage.image is not None and stage.image.name != "scratch" and "distroless" not in stage.image.name
    is_default_shell = stage.shell_at(target.at).stage is None
    is_one_line = "\n" not in instruction.text and not instruction.heredocs
    return target.is_posix and has_shell and is_default_shell and is_one_line


def _words(target: Target) -> list[str]:
    """The words of a shell form; empty if a shell would do more than divide it into words."""
    instruction = target.instruction
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


def _runs(target: Target, edit: TextEdit) -> list[str]:
    """The words of the program that an edited instruction starts."""
    local = TextEdit(edit.span.shift(-target.offset), edit.text)
    after = parse_instruction(apply_edits(target.instruction.text, (local,)), target.instruction.escape)
    if after.is_json:
        return [word.value for word in after.words]
    commands = commands_of(after)
    is_literal = len(commands) == 1 and not commands[0].prefix and all(word.is_literal for word in commands[0].words)
    return [word.value for word in commands[0].words] if is_literal else []
