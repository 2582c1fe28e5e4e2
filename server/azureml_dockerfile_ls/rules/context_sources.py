"""The sources of COPY and ADD that name one file or folder of the build context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.patterns import is_pattern
from azureml_dockerfile_ls.context.places import normal
from azureml_dockerfile_ls.derived import latest
from azureml_dockerfile_ls.model.copies import CopiedFiles, own_copies
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.nodes import Word
from azureml_dockerfile_ls.syntax.sources import is_remote

T = TypeVar("T")

_MOST_VALUES = 5000


class Source(NamedTuple):
    """A source of the COPY or ADD at index `at` of a stage: its word, and its path in the context."""

    at: int
    files: CopiedFiles
    word: Word
    value: str
    path: str
    kind: EntryKind


def sources_in_context(stage: Stage, context: BuildContext) -> tuple[Source, ...]:
    """The sources of a stage, in order; without wildcards, heredocs and what a variable leaves unknown."""
    return latest(stage, sources_in_context, context, lambda: tuple(_sources(stage, context)))


def _sources(stage: Stage, context: BuildContext) -> Iterator[Source]:
    for copy in own_copies(stage):
        files = copy.files
        if files.from_context:
            found = latest(files.instruction, sources_in_context, (files, context), partial(_of_copy, files, context))
            yield from (Source(copy.index, files, *source) for source in found)


def _of_copy(files: CopiedFiles, context: BuildContext) -> tuple[tuple[Word, str, str, EntryKind], ...]:
    return tuple(
        (word, value, normal(value), context.kind_of(value))
        for word, value in zip(files.instruction.words[:-1], files.sources, strict=False)
        if value and not word.value.startswith("<<") and not is_pattern(value) and not is_remote(value)
    )


def remembered(context: BuildContext, function: Callable[[BuildContext, str], T], path: str) -> T:
    """The value of a function for a path of a context, which is worked out once."""
    values: dict[str, T] = context.derived.setdefault(function, {})
    if path not in values:
        if len(values) >= _MOST_VALUES:
            values.clear()
        values[path] = function(context, path)
    return values[path]
