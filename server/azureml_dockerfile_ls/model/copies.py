"""The files that COPY and ADD write in a stage."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import partial
from operator import itemgetter

from azureml_dockerfile_ls.derived import derived, derived_for
from azureml_dockerfile_ls.model.sections import Section
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.paths import is_file_name, is_inside
from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.syntax.nodes import Instruction, Word

_ARCHIVES = ("*.tar", "*.tar.*", "*.tgz", "*.tbz*", "*.txz")


class CopiedFiles(NamedTuple):
    """The sources of a COPY or ADD, and its destination as an absolute, normalised path.

    An unknown value is None. A heredoc is a source with the name of the heredoc. `is_folder` is True if the destination
    is written as a folder.
    """

    instruction: Instruction
    sources: tuple[str | None, ...]
    destination: str | None
    destination_word: Word
    is_folder: bool
    from_context: bool
    """Whether the files come from the build context, and not from a stage, an image or a heredoc."""

    def target_folder(self) -> str | None:
        """The folder of the copied files in the container, judging by their names."""
        if self.destination is None or self.is_folder or len(self.sources) != 1:
            return self.destination
        return posixpath.dirname(self.destination) if is_file_name(self.destination) else self.destination

    def is_near(self, folder: str) -> bool:
        """Whether the destination is a folder, is below it or above it, or is unknown."""
        path = self.destination
        return path is None or is_inside(path, folder) or is_inside(folder, path)

    @property
    def are_plain_files(self) -> bool:
        """Whether every source is a single file, judging by its name, which ADD does not unpack."""
        unpacks = self.instruction.name == "ADD"
        return all(
            source is not None and is_file_name(source) and not (unpacks and is_archive(source))
            for source in self.sources
        )


@dataclass(frozen=True, slots=True)
class Copy:
    """A COPY or ADD, which is instruction `index` of `stage`, and its files."""

    stage: Stage
    index: int
    files: CopiedFiles

    @property
    def instruction(self) -> Instruction:
        """The instruction."""
        return self.files.instruction

    @property
    def sources(self) -> tuple[str | None, ...]:
        """The value of `CopiedFiles`."""
        return self.files.sources

    @property
    def destination(self) -> str | None:
        """The value of `CopiedFiles`."""
        return self.files.destination

    @property
    def destination_word(self) -> Word:
        """The last word of the instruction."""
        return self.files.destination_word

    @property
    def is_folder(self) -> bool:
        """The value of `CopiedFiles`."""
        return self.files.is_folder

    @property
    def from_context(self) -> bool:
        """The value of `CopiedFiles`."""
        return self.files.from_context

    def target_folder(self) -> str | None:
        """The value of `CopiedFiles`."""
        return self.files.target_folder()


@derived
def copies(stage: Stage) -> tuple[Copy, ...]:
    """The COPYs and ADDs of the stages that a stage is built on, then its own."""
    return tuple(copy for part in reversed(list(stage.ancestry())) for copy in own_copies(part))


@derived
def own_copies(part: Stage) -> tuple[Copy, ...]:
    """The COPYs and ADDs of one stage, without those of the stages that it is built on."""
    return tuple(Copy(part, index, files) for index, files in part.each_site(copied_files, "COPY", "ADD"))


def copies_near(stage: Stage, folder: str) -> tuple[Copy, ...]:
    """The `copies` whose destination is `folder`, is below it or above it, or is unknown."""
    return tuple(copy for part in reversed(list(stage.ancestry())) for copy in _own_copies_near(part, folder))


def _own_copies_near(part: Stage, folder: str) -> Iterator[Copy]:
    for start, section in part.placed_sections:
        for at, files in derived_for(section, copies_near, folder, partial(_near, part, section, start, folder)):
            yield Copy(part, start + at, files)


def _near(part: Stage, section: Section, start: int, folder: str) -> list[tuple[int, CopiedFiles]]:
    return [(at, files) for at, files in copies_in(part, section, start) if files.is_near(folder)]


def copies_in(part: Stage, section: Section, start: int) -> tuple[tuple[int, CopiedFiles], ...]:
    """The files of the COPYs and ADDs of a section, each with its index there.

    The section starts at index `start` of the stage.
    """
    found = tuple(part.each_site(copied_files, "COPY", "ADD"))
    first = bisect_left(found, start, key=itemgetter(0))
    last = bisect_left(found, start + len(section.block.instructions), key=itemgetter(0))
    return tuple((at - start, files) for at, files in found[first:last])


def any_copy(stage: Stage, predicate: Callable[[CopiedFiles], object]) -> bool:
    """Whether a function of a module is true for any of the `copies`."""
    return stage.any_of_chain((any_copy, predicate), lambda part: any(True for _ in _own_copies_where(part, predicate)))


def find_copies(stage: Stage, predicate: Callable[[CopiedFiles], object]) -> tuple[Copy, ...]:
    """The `copies` for which a function of a module is true; each section stores its results."""
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
    """The files of a COPY or ADD; None if the source or the destination is missing."""
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


def may_write(files: CopiedFiles, path: str) -> bool:
    """Whether a COPY or ADD may write to a path of the container or below it, judging by its names.

    It may if its destination is unknown.
    """
    if files.destination is None or is_inside(files.destination, path):
        return True
    return is_inside(path, files.destination) and not files.are_plain_files


def is_archive(name: str) -> bool:
    """Whether ADD unpacks a source with this name."""
    return name.endswith(".git") or any(fnmatchcase(name, pattern) for pattern in _ARCHIVES)


def _no_variable(_: str) -> None:
    """The lookup for an instruction without variables."""
