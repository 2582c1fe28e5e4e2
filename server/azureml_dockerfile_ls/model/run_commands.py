"""The commands of the RUN instructions of a stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.shell.commands import Command
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.instruction import parse_instruction
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction

_POSIX_SHELL = lazy_pattern(r"\b(?:ba|da|a|z|k)?sh\b")


def commands_at(stage: Stage, index: int) -> tuple[Command, ...]:
    """The commands of instruction `index` of a stage; none if another shell than a POSIX shell reads it.

    That is the case after `SHELL ["pwsh", …]` and on Windows images. `conda run … bash -c` is a POSIX shell.
    """
    return _commands_read_by(_shell_words(stage, index), stage.image, stage.instructions[index])


def is_read_by_posix_shell(stage: Stage, index: int) -> bool:
    """Whether a POSIX shell reads the shell form of instruction `index` of a stage."""
    return _is_posix(_shell_words(stage, index), stage.image)


def _shell_words(stage: Stage, index: int) -> list[str] | None:
    shell = stage.shell_at(index)
    return [word.value for word in shell.stage.instructions[shell.index].words] if shell.stage else None


def commands_in(site: Site) -> tuple[Command, ...]:
    """The commands of an instruction in its stage, as `commands_at` gives them."""
    return _commands_read_by(site.shell, site.image, site.instruction)


def commands_of_text(stage: Stage, index: int, text: str, escape: str) -> tuple[Command, ...]:
    """The commands of a text in the place of instruction `index` of a stage, as `commands_at` gives them."""
    instruction = parse_instruction(text, escape)
    return _commands_read_by(_shell_words(stage, index), stage.image, instruction.trigger or instruction)


def _commands_read_by(
    shell: Iterable[str] | None, image: ImageReference | None, instruction: Instruction
) -> tuple[Command, ...]:
    return commands_of(instruction) if instruction.is_json or _is_posix(shell, image) else ()


def _is_posix(shell: Iterable[str] | None, image: ImageReference | None) -> bool:
    if shell is None:
        return image is None or not image.is_for_windows
    return any(_POSIX_SHELL.search(word) for word in shell)


def any_run(stage: Stage, predicate: Callable[[Instruction], object]) -> bool:
    """Whether a function of a module is true for an instruction of the stage or of a stage that it is built on.

    Each block of instructions stores the results, so the function may depend only on the instruction. It gets every
    instruction, not only RUN.
    """
    return stage.any_of_chain((any_run, predicate), lambda part: any(True for _ in part.each(predicate)))
