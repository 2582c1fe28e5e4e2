"""The files that COPY and ADD bring into a stage."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from azureml_dockerfile_ls.derived import derived, derived_for
from azureml_dockerfile_ls.model.sections import Section
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.paths import is_file_name, is_inside
from azureml_dockerfile_ls.syntax.nodes import Instruction, Word


class CopiedFiles(NamedTuple):
    """What a COPY or ADD brings: its sources, and its destination as an absolute normal path.

    A value is None where it cannot be known. The source that a heredoc is has the heredoc's name. `is_folder` says that
    the destination is written as a folder.
    """

    instruction: Instruction
    sources: tuple[str | None, ...]
    destination: str | None
    destination_word: Word
    is_folder: bool
    from_context: bool
    """Whether the files come from the build context, not from a stage, an image or a heredoc."""

    def target_folder(self) -> str | None:
        """The folder that the copied files are in afterwards, as far as their names show it."""
        if self.destination is None or self.is_folder or len(self.sources) != 1:
            return self.destination
        return posixpath.dirname(self.destination) if is_file_name(self.destination) else self.destination

    def is_near(self, folder: str) -> bool:
        """Whether the destination is a folder, below it or above it, or is not known."""
        path = self.destination
        return path is None or is_inside(path, folder) or is_inside(folder, path)


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY or ADD, which is instruction `index` of `stage`, and what it brings."""

    stage: Stage
    index: int
    files: CopiedFiles

    @property
    def instruction(self) -> Instruction:
        """The instruction."""
        return self.files.instruction

    @property
    def sources(self) -> tuple[str | None, ...]:
        """See `CopiedFiles`."""
        return self.files.sources

    @property
    def destination(self) -> str | None:
        """See `CopiedFiles`."""
        return self.files.destination

    @property
    def destination_word(self) -> Word:
        """The last word of the instruction."""
        return self.files.destination_word

    @property
    def is_folder(self) -> bool:
        """See `CopiedFiles`."""
        return self.files.is_folder

    @property
    def from_context(self) -> bool:
        """See `CopiedFiles`."""
        return self.files.from_context

    def target_folder(self) -> str | None:
        """See `CopiedFiles`."""
        return self.files.target_folder()


@derived
def copies(stage: Stage) -> tuple[Copy, ...]:
    """The COPYs and ADDs whose files are in the stage, those of the stages below it first."""
    return tuple(copy for part in reversed(list(stage.ancestry())) for copy in own_copies(part))


@derived
def own_copies(part: Stage) -> tuple[Copy, ...]:
    """The COPYs and ADDs of one stage, without those of the stages below it."""
    return tuple(Copy(part, index, files) for index, files in part.each_site(copied_files, "COPY", "ADD"))


def copies_near(stage: Stage, folder: str) -> tuple[Copy, ...]:
    """Those of `copies` whose destination is `folder`, below it or above it, or is not known."""
    return tuple(copy for part in reversed(list(stage.ancestry())) for copy in _own_copies_near(part, folder))


def _own_copies_near(part: Stage, folder: str) -> Iterator[Copy]:
    for start, section in part.placed_sections:
        for at, files in derived_for(section, copies_near, folder, partial(_near, part, section, start, folder)):
            yield Copy(part, start + at, files)


def _near(part: Stage, section: Section, start: int, folder: str) -> list[tuple[int, CopiedFiles]]:
    return [(at, files) for at, files in copies_in(part, section, start) if files.is_near(folder)]


def copies_in(part: Stage, section: Section, start: int) -> tuple[tuple[int, CopiedFiles], ...]:
    """What the COPYs and ADDs of a section bring, by their index in it; it begins at index `start` of the stage."""
    return part.site_values(section, start, copied_files, "COPY", "ADD")


def find_copies(stage: Stage, predicate: Callable[[CopiedFiles], object]) -> tuple[Copy, ...]:
    """Those of `copies` for which a module's own function holds; each section remembers its answers."""
    return tuple(copy for part in reversed(list(stage.ancestry())) for copy in _own_copies_where(part, predicate))


def _own_copies_where(part: Stage, predicate: Callable[[CopiedFiles], object]) -> Iterator[Copy]:
    for start, section in part.placed_sections:
        found = section.derived.get(predicate)
        if found is None:
            every = copies_in(part, section, start)
            found = section.derived[predicate] = [(at, files) for at, files in every if predicate(files)]
        for at, files in found:
            yield Copy(part, start + at, files)


def copied_files(site: Site) -> CopiedFiles | None:
    """What a COPY or ADD brings; None where it lacks a source or the destination."""
    instruction = site.instruction
    if len(instruction.words) < 2:
        return None
    has_variables = any("$" in word.value for word in instruction.words)
    lookup = site.lookup if has_variables else _no_variable
    heredocs = {heredoc.span: heredoc.name for heredoc in instruction.heredocs}
    values = [
        heredocs.get(word.span) or expand_word(word.value, instruction.escape, lookup) for word in instruction.words
    ]
    written = values[-1]
    destination = written
    if destination is not None and not destination.startswith("/"):
        folder = site.workdir
        destination = posixpath.join(folder, destination) if folder else None
    return CopiedFiles(
        instruction,
        tuple(values[:-1]),
        posixpath.normpath(destination) if destination else None,
        instruction.words[-1],
        written is not None and (written.endswith("/") or posixpath.basename(written) == "."),
        instruction.flag("from") is None and not instruction.heredocs,
    )


def _no_variable(_: str) -> None:
    """How a variable is looked up where none is used."""
