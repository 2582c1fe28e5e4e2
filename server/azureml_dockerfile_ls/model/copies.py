"""The files that COPY and ADD bring into a stage."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache

from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import value_of
from azureml_dockerfile_ls.paths import is_file_name
from azureml_dockerfile_ls.syntax.nodes import Instruction, Word


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY or ADD: its sources and its destination as an absolute normal path.

    A value is None where it cannot be known. The source that a heredoc is has the heredoc's name. `is_folder` says that
    the destination is written as a folder.
    """

    stage: Stage
    index: int
    instruction: Instruction
    sources: tuple[str | None, ...]
    destination: str | None
    destination_word: Word
    is_folder: bool
    from_context: bool
    """Whether the files come from the build context, not from a stage, an image or a heredoc."""

    def target_folder(self) -> str | None:
        """The folder in which the copied files are then, as far as their names tell."""
        if self.destination is None or self.is_folder or len(self.sources) != 1:
            return self.destination
        return posixpath.dirname(self.destination) if is_file_name(self.destination) else self.destination


@lru_cache(maxsize=64)
def copies(stage: Stage) -> tuple[Copy, ...]:
    """The COPYs and ADDs whose files are in the stage, those of the stages below it first."""
    return tuple(copy for part in reversed(list(stage.chain())) for copy in own_copies(part))


@lru_cache(maxsize=4096)
def own_copies(part: Stage) -> tuple[Copy, ...]:
    """The COPYs and ADDs of one stage, without those of the stages below it."""
    instructions = part.having("COPY", "ADD")
    return tuple(_copy(part, index, instruction) for index, instruction in instructions if len(instruction.words) >= 2)


def _copy(stage: Stage, index: int, instruction: Instruction) -> Copy:
    lookup = stage.lookup_at(index)
    heredocs = {heredoc.span: heredoc.name for heredoc in instruction.heredocs}
    values = [heredocs.get(word.span) or value_of(word.value, instruction.escape, lookup) for word in instruction.words]
    written = values[-1]
    destination = written
    if destination is not None and not destination.startswith("/"):
        folder = stage.workdir_at(index)
        destination = posixpath.join(folder, destination) if folder else None
    return Copy(
        stage,
        index,
        instruction,
        tuple(values[:-1]),
        posixpath.normpath(destination) if destination else None,
        instruction.words[-1],
        written is not None and (written.endswith("/") or posixpath.basename(written) == "."),
        instruction.flag("from") is None and not instruction.heredocs,
    )
