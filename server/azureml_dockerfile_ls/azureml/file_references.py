"""References: words of a Dockerfile that name files of the build context."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import ENTRY_SCRIPT
from azureml_dockerfile_ls.azureml.serving import app_root, environment_value
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.patterns import Budget, PatternError, TooMuchError, is_pattern, of_copy
from azureml_dockerfile_ls.context.places import normal
from azureml_dockerfile_ls.model.copies import Copy, own_copies
from azureml_dockerfile_ls.model.run_commands import commands_at
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import Command, ShellWord
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.syntax.sources import is_remote
from azureml_dockerfile_ls.text import LocalSpan

_BESIDE_SCRIPT = ("AZUREML_EXTRA_REQUIREMENTS_TXT", "AZUREML_EXTRA_CONDA_YAML")
_ABSOLUTE = "AZUREML_EXTRA_CONDA_YAML_ABS_PATH"
MAX_SOURCES = 50_000
"""The limit of copied sources that are examined to find files, which takes some tenths of a second."""


class Reference(NamedTuple):
    """A word, at `span` of its instruction, that names `path` of the build context.

    A source of COPY or ADD is a reference even if the path does not exist. Another word is a reference if it names a
    file that a COPY or ADD copies.
    """

    span: LocalSpan
    path: str


def references(stage: Stage, context: BuildContext, budget: Budget) -> Iterator[tuple[int, Reference]]:
    """The references in the instructions of a stage, each with the index of its instruction.

    Raises `TooMuchError` if it must examine more copied sources than the budget allows.
    """
    for copy in own_copies(stage):
        for reference in _sources(copy):
            yield copy.index, reference
    for index, _ in stage.instructions_named("RUN", "ENV"):
        for reference in _named_files(stage, index, context, budget):
            yield index, reference


def references_at(stage: Stage, index: int, context: BuildContext) -> list[Reference]:
    """The references in instruction `index` of a stage; empty if the search takes too long."""
    try:
        copied = [reference for copy in own_copies(stage) if copy.index == index for reference in _sources(copy)]
        return copied or list(_named_files(stage, index, context, Budget(MAX_SOURCES)))
    except TooMuchError:
        return []


def _sources(copy: Copy) -> Iterator[Reference]:
    for word, source in zip(copy.instruction.words, copy.sources, strict=False) if copy.from_context else ():
        if source and not is_pattern(source) and not is_remote(source):
            yield Reference(word.span, normal(source))


def _named_files(stage: Stage, index: int, context: BuildContext, budget: Budget) -> Iterator[Reference]:
    """The copied files that a RUN or ENV names."""
    name = stage.instructions[index].name
    if name == "RUN":
        named, before = _files_of_commands(stage, index), index
    else:
        named, before = _files_of_variables(stage, index), stage.end
    for span, path in named:
        found = copied_file(stage, before, path, context, budget)
        if found is not None:
            yield Reference(span, found)


def copied_file(stage: Stage, index: int, path: str, context: BuildContext, budget: Budget) -> str | None:
    """The file of the context that a COPY or ADD before instruction `index` copies to a path of the container.

    Raises `TooMuchError`.
    """
    for copy in _copies_from_last(stage, budget):
        if copy.destination is None or not is_inside(path, copy.destination) or not copy.from_context:
            continue
        if (copy.stage is stage and copy.index >= index) or copy.instruction.flag("parents"):
            continue
        for source in reversed(copy.sources):
            budget.spend(1)
            for candidate in _candidates(copy, source, path, budget) if source else ():
                if context.kind_of(candidate) is EntryKind.FILE:
                    return candidate
    return None


def _copies_from_last(stage: Stage, budget: Budget) -> Iterator[Copy]:
    """The COPYs and ADDs of a stage, the last one first, then those of the stages that it is built on.

    They are not made into one tuple: for all stages of a long chain together, those would be too many.
    """
    for part in stage.ancestry():
        budget.spend(1)
        for copy in reversed(own_copies(part)):
            budget.spend(1)
            yield copy


def _candidates(copy: Copy, source: str, path: str, budget: Budget) -> Iterator[str]:
    """The paths of the context that become `path` of the container if they exist."""
    destination = copy.destination or "/"
    folder, name = posixpath.split(normal(source))
    if is_pattern(source):
        copied = posixpath.basename(path)
        try:
            if not is_pattern(folder) and of_copy(name).fits(copied, budget):
                name = copied
        except PatternError:
            return
        source = posixpath.join(folder, name)
    if path == posixpath.join(destination, name) or (path == destination and not copy.is_folder):
        yield normal(source)
    yield normal(posixpath.join(source, posixpath.relpath(path, destination)))


def _files_of_commands(stage: Stage, index: int) -> Iterator[tuple[LocalSpan, str]]:
    """The requirements and conda files that commands of a RUN read, as paths of the container."""
    folder = stage.workdir_at(index)
    for command in commands_at(stage, index):
        for word in _files_of_command(command):
            path = posixpath.join(folder, word.value) if folder else word.value
            if word.value and word.is_literal and path.startswith("/"):
                yield word.span, posixpath.normpath(path)


def _files_of_command(command: Command) -> tuple[ShellWord, ...]:
    pip = pip_of(command)
    if pip is not None:
        return pip.requirement_files + pip.constraint_files
    conda = conda_of(command)
    return conda.files if conda is not None else ()


def _files_of_variables(stage: Stage, index: int) -> Iterator[tuple[LocalSpan, str]]:
    """The files that ENV names by variables of Azure ML, as paths of the container."""
    instruction = stage.instructions[index]
    pairs = [pair for pair in instruction.pairs if pair.name in (ENTRY_SCRIPT, _ABSOLUTE, *_BESIDE_SCRIPT)]
    root = app_root(stage) if pairs else None
    for pair in pairs:
        if root is None or pair.value_span is None:
            continue
        value = expand_word(pair.value or "", instruction.escape, stage.lookup_at(index))
        folder = posixpath.join(root, script_folder(stage)) if pair.name in _BESIDE_SCRIPT else root
        if value:
            yield pair.value_span, posixpath.normpath(posixpath.join(folder, value))


def script_folder(stage: Stage) -> str:
    """The folder of the entry script, relative to the app root as for the start-up script."""
    return posixpath.dirname((environment_value(stage, ENTRY_SCRIPT) or "").lstrip("/"))
