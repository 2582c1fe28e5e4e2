"""What BuildKit and the shell make of an instruction, whatever its layout. Two texts of one meaning build the same."""

from __future__ import annotations

from typing import Any

from azureml_dockerfile_ls.shell.blanks import single_spaced
from azureml_dockerfile_ls.syntax.language import Arguments
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.scan import SPACE, join_continuations


def meaning_of(instruction: Instruction, *, is_posix: bool = True) -> tuple[Any, ...]:
    """The meaning of an instruction. Blanks between the words of a shell form count unless the shell `is_posix`."""
    return (
        instruction.name,
        tuple((flag.name, flag.value) for flag in instruction.flags),
        instruction.is_json,
        _words(instruction, is_posix=is_posix),
        tuple((pair.name, pair.value, pair.separator) for pair in instruction.pairs),
        tuple(
            (heredoc.name, heredoc.expands, heredoc.strips_tabs, heredoc.body_span.of(instruction.text))
            for heredoc in instruction.heredocs
        ),
        meaning_of(instruction.trigger, is_posix=is_posix) if instruction.trigger else None,
        tuple(problem.message for problem in instruction.problems),
    )


def _words(instruction: Instruction, *, is_posix: bool) -> tuple[str, ...]:
    spec = instruction.spec
    if spec is None:
        return (join_continuations(instruction.text, instruction.escape).text.strip(SPACE),)
    values = [word.value for word in instruction.words]
    if instruction.name == "FROM" and instruction.stage_name:
        values[1] = "AS"
    if spec.arguments is Arguments.HEALTH and values:
        values[0] = values[0].upper()
    is_shell = spec.arguments in (Arguments.COMMAND, Arguments.HEALTH) and not instruction.is_json
    if is_shell and is_posix and values:
        values[-1] = single_spaced(values[-1])
    return tuple(values)
