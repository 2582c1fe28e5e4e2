"""The facts about files of the build context in Markdown, for completion and hover."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from azureml_dockerfile_ls.azureml.entry_script import read_script
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.requirements import in_conda_file, in_requirements_file
from azureml_dockerfile_ls.render.markdown import code, text

_MOST_PACKAGES = 8


def size_text(size: int | None) -> str:
    """A readable number of bytes; empty if it is not known."""
    if size is None:
        return ""
    if size < 1024:
        return f"{size} byte{'' if size == 1 else 's'}"
    amount = float(size)
    for unit in ("KiB", "MiB", "GiB"):
        amount /= 1024
        if amount < 1000:
            return f"{amount:.3g} {unit}"
    return f"{amount / 1024:.3g} TiB"


def of_path(context: BuildContext, path: str) -> str:
    """A sentence about a path of the context; empty if nothing certain is known."""
    name = code(path or ".")
    kind = context.kind_of(path)
    if kind is EntryKind.FILE:
        size = size_text(_size(context, path))
        return f"{name} is a file of the build context{f', {size}' if size else ''}."
    if kind is EntryKind.FOLDER:
        entries = context.entries(path)
        if entries is None:
            return f"{name} is a folder of the build context."
        count = len(entries)
        return f"{name} is a folder of the build context with {count} entr{'y' if count == 1 else 'ies'}."
    if kind is EntryKind.IGNORED:
        return f"{code(context.ignore_file)} excludes {name} from the build context, so the build cannot copy it."
    if kind is EntryKind.MISSING:
        return f"{name} is not in the build context, {_folder(context)}."
    return ""


def of_context(context: BuildContext) -> str:
    """A sentence about the folder of the build context, and who says so."""
    return f"The build context is {_folder(context)}."


def _folder(context: BuildContext) -> str:
    folder, source = f"the folder {code(context.absolute('.'))}", context.source
    if not source.is_known:
        return f"taken to be {folder}"
    says = f"{code(source.says)} (environment {code(source.environment)})" if source.environment else source.says
    return f"{folder}, by {says if source.environment or not source.is_uploaded else code(says)}"


def of_packages(context: BuildContext, path: str, in_image: Collection[str]) -> str:
    """Sentences about the packages that a requirements or conda file names; empty if nothing certain is known.

    `in_image` are the packages that the image is known to have.
    """
    is_conda = path.endswith((".yml", ".yaml"))
    names = in_conda_file(context, path) if is_conda else in_requirements_file(context, path)
    if not names:
        return ""
    count = f"It names {len(names)} package{'' if len(names) == 1 else 's'}."
    present = sorted(names.intersection(in_image))
    if not present:
        return count
    more = f" and {len(present) - _MOST_PACKAGES} more" if len(present) > _MOST_PACKAGES else ""
    return f"{count} The image has already {', '.join(map(code, present[:_MOST_PACKAGES]))}{more}."


def of_script(context: BuildContext, path: str) -> str:
    """A sentence about an entry script; empty if nothing certain is known."""
    script = context.value_of(path, read_script)
    if script is None:
        return ""
    if script.fits:
        return f"It defines `init()` on line {script.init_line} and `run()` on line {script.run_line}."
    return " ".join(text(problem.message) for problem in script.problems or ())


def _size(context: BuildContext, path: str) -> int | None:
    folder, name = posixpath.split(path)
    return next((entry.size for entry in context.entries(folder) or () if entry.name == name), None)
