"""A RUN with `&&` as a heredoc with `set -e`, and back. Only in a file that needs BuildKit already."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import Target, refactoring, target_of, uses_buildkit
from azureml_dockerfile_ls.features.formatting import DEFAULT, indent_of
from azureml_dockerfile_ls.shell.chain import chain_of, command_in, runs_alike_by_line
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.text import LocalSpan, Span

_DELIMITER = "EOF"
_FIRST_LINE = "set -e"


def heredoc_form(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The heredoc of a chain at `span`, or the chain of a heredoc."""
    target = target_of(snapshot, span, "RUN")
    if target is None or not target.is_posix or "\r" in f"{target.instruction.text}{snapshot.tree.newline}":
        return
    if target.instruction.heredocs:
        yield from _to_chain(target)
    elif uses_buildkit(snapshot):
        yield from _to_heredoc(target)


def _to_heredoc(target: Target) -> Iterator[Action]:
    instruction = target.instruction
    chain = chain_of(instruction)
    if chain is None or len(chain.texts) < 2 or instruction.comments or not runs_alike_by_line(instruction):
        return
    commands = [_as_written(span.of(instruction.text), text) for span, text in zip(*chain, strict=True)]
    if _DELIMITER in "\n".join(commands).split("\n"):
        return
    lines = [f"<<{_DELIMITER}", _FIRST_LINE, *commands, _DELIMITER]
    place = LocalSpan(instruction.arguments_span.start, len(instruction.text))
    yield from refactoring(
        target.snapshot, ActionKind.REWRITE, "Convert to heredoc", target.edit(place, "\n".join(lines))
    )


def _as_written(written: str, joined: str) -> str:
    """A command with its line breaks, where they mean the same to the shell as to BuildKit, else on one line."""
    keeps = not re.search(r"['\"`#]|\\[ \t]+\n|\n[ \t]*\n", written) and re.sub(r"\\\n", "", written) == joined
    return written if keeps else joined


def _to_chain(target: Target) -> Iterator[Action]:
    instruction = target.instruction
    heredoc = instruction.heredocs[0]
    lines = heredoc.body_span.of(instruction.text).split("\n")[:-1]
    if heredoc.strips_tabs:
        lines = [line.lstrip("\t") for line in lines]
    if heredoc.span != instruction.arguments_span or heredoc.terminator_span is None or lines[:1] != [_FIRST_LINE]:
        return
    commands = [command_in(line) for line in lines[1:] if line.strip()]
    if not commands or None in commands or any(re.search(r"[ \t]$", line) for line in lines):
        return
    separator = f" && {instruction.escape}\n{indent_of(target.snapshot.tree, DEFAULT)}"
    text = separator.join(command for command in commands if command is not None)
    place = LocalSpan(instruction.arguments_span.start, len(instruction.text))
    head = instruction.text[: place.start]
    after = parse_instruction(f"{head}{text}", instruction.escape)
    chain = chain_of(after)
    if chain is not None and list(chain.texts) == commands and runs_alike_by_line(after):
        yield from refactoring(target.snapshot, ActionKind.REWRITE, "Convert to && chain", target.edit(place, text))
