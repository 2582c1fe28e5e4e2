"""The files of the build context that an installation reads, such as requirements files."""

from __future__ import annotations

import posixpath

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.model.origins import origin
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.shell.commands import ShellWord


def source_of_file(part: Stage, index: int, word: ShellWord, context: BuildContext) -> str | None:
    """The path in the build context of a file that a RUN reads; None if it is unknown."""
    value = word.value if word.is_literal else expand_word(word.value, "\\", part.lookup_at(index))
    folder = part.workdir_at(index)
    if not value or "$" in value or "`" in value or not (value.startswith("/") or folder):
        return None
    found = origin(part, posixpath.normpath(posixpath.join(folder or "/", value)), context, index)
    return found.path if found.kind is EntryKind.FILE else None
