"""The scripts that COPY and ADD bring to a container, judging by the names in the Dockerfile alone."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from azureml_dockerfile_ls.context.patterns import is_pattern
from azureml_dockerfile_ls.model.copies import Copy, is_archive
from azureml_dockerfile_ls.paths import is_file_name, is_inside


def may_bring(copy: Copy, path: str) -> bool:
    """Whether a COPY or ADD may write a file to `path`, an absolute path of the container."""
    name = posixpath.basename(path)
    written = copy.destination_word.value
    if copy.destination is None:
        is_direct = True
        if "$" in written or posixpath.basename(written) == name:
            return True
    else:
        if not is_inside(path, copy.destination):
            return False
        if path == copy.destination and not copy.is_folder:
            return True
        is_direct = path == posixpath.join(copy.destination, name)
    unpacks = copy.instruction.name == "ADD"
    return any(
        source is None
        or not is_file_name(source)
        or (unpacks and is_archive(source))
        or (is_direct and fnmatchcase(name, posixpath.basename(source)))
        for source in copy.sources
    )


def named_scripts(copies: Iterable[Copy]) -> Iterator[str]:
    """The absolute paths of the `.py` files that the instructions name one by one."""
    for copy in copies:
        if copy.destination is None:
            continue
        is_renamed = not copy.is_folder and len(copy.sources) == 1 and copy.destination.endswith(".py")
        for source in copy.sources:
            if source and source.endswith(".py") and not is_pattern(source):
                name = posixpath.basename(source)
                yield copy.destination if is_renamed else posixpath.join(copy.destination, name)
