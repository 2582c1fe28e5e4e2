"""The shell form of a command as a JSON array, and back, where no shell is needed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import Target, refactoring, target_of
from azureml_dockerfile_ls.model.exec_form import can_change_form, exec_form_of, words_with
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


def exec_form(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """The other form of the RUN, CMD or ENTRYPOINT at `span`."""
    target = target_of(snapshot, span, "RUN", "CMD", "ENTRYPOINT")
    if target is None:
        return
    if target.instruction.is_json:
        title, text = "Convert to shell form", _shell_form(target)
    else:
        title, text = "Convert to JSON form", exec_form_of(target.placed.stage, target.at)
    if text is not None:
        edit = target.edit(target.instruction.arguments_span, text)
        yield from refactoring(snapshot, ActionKind.REWRITE, title, edit)


def _shell_form(target: Target) -> str | None:
    instruction = target.instruction
    words = [word.value for word in instruction.words]
    if (
        not words
        or not all(word.isprintable() for word in words)
        or not can_change_form(target.placed.stage, target.at)
    ):
        return None
    if instruction.name == "CMD" and not words[0].startswith("/"):
        # The words may be arguments for the ENTRYPOINT of the base image.
        return None
    text = shlex.join(words)
    return text if words_with(instruction, text) == words else None
