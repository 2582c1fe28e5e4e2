"""The files of the build context that a RUN reads, such as requirements files."""

from __future__ import annotations

import posixpath
from functools import partial

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.derived import latest
from azureml_dockerfile_ls.model.origins import origin, origin_in_working_directory
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.shell.commands import ShellWord

MOST_FILES = 8
"""The number of RUNs of a stage whose files a rule reads. To know a file, every RUN before it is examined."""


def source_of_file(part: Stage, index: int, word: ShellWord, context: BuildContext) -> str | None:
    """The path in the build context of the file that a word of a RUN names; None if it is unknown."""
    value = value_of_word(part, index, word)
    return None if value is None else source_of_path(part, index, value, context)


def source_of_path(part: Stage, index: int, path: str, context: BuildContext) -> str | None:
    """The path in the build context of the file that a RUN sees at a path; None if it is unknown."""
    # The instructions after the RUN do not matter, and most edits are there, or in another stage.
    source = (part.instructions[:index], part.base, part.base_image, part.global_arguments, context)
    run = part.instructions[index]
    return latest(run, (source_of_path, path), source, partial(_source_of_path, part, index, path, context))


def _source_of_path(part: Stage, index: int, path: str, context: BuildContext) -> str | None:
    folder = part.workdir_at(index)
    if path.startswith("/") or folder:
        found = origin(part, posixpath.normpath(posixpath.join(folder or "/", path)), context, index)
    else:
        found = origin_in_working_directory(part, path, context, index)
    return found.path if found.kind is EntryKind.FILE else None


def value_of_word(part: Stage, index: int, word: ShellWord) -> str | None:
    """The value of a word of a RUN with its variables replaced; None if it is empty or unknown."""
    value = word.value if word.is_literal else expand_word(word.value, "\\", part.lookup_at(index))
    return value if value and "$" not in value and "`" not in value else None
