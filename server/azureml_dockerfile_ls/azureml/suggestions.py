"""The files of a build context that look like the code, the model and the lists of packages of a Dockerfile."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.entry_script import fitting_scripts
from azureml_dockerfile_ls.azureml.model_files import MODEL_SUFFIXES, is_model
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import Entry, EntryKind
from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import dataclass

MAX_WALKED = 2000
"""The number of entries of the context that are considered."""

MAX_READ = 100
"""The number of scripts and environment files that are read."""

_MAX_DEPTH = 2
_REQUIREMENTS = lazy_pattern(r"(?:[^/]+/)?requirements[^/]*\.txt|requirements/[^/]+\.txt")


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Paths of the context, the nearest first."""

    requirements: tuple[str, ...] = ()
    conda_files: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    """Scripts with `init()` and `run()`."""
    models: tuple[str, ...] = ()

    @property
    def code(self) -> tuple[str, ...]:
        """The sources to copy: for each script its folder right below the root, or the script itself."""
        return tuple(dict.fromkeys(script.partition("/")[0] for script in self.scripts))

    @property
    def entry_scripts(self) -> tuple[str, ...]:
        """The paths of the scripts below the destination, once their `code` is copied."""
        return tuple(dict.fromkeys(script.partition("/")[2] or script for script in self.scripts))


def suggestions(context: BuildContext | None) -> Suggestions:
    """What a build context suggests; nothing if the context is not known."""
    return Suggestions() if context is None else _suggestions(context)


@derived
def _suggestions(context: BuildContext) -> Suggestions:
    files = list(_files(context))
    to_read = [path for path in files if path.endswith((".py", ".yml", ".yaml"))][:MAX_READ]
    requirements = [path for path in files if _REQUIREMENTS.fullmatch(path)]
    # The usual name is the most likely one.
    requirements.sort(key=lambda path: (path.count("/"), posixpath.basename(path) != "requirements.txt"))
    scripts, _ = fitting_scripts(context, [path for path in to_read if path.endswith(".py")])
    yaml_files = [path for path in to_read if not path.endswith(".py")]
    from azureml_dockerfile_ls.context.conda_files import read_conda_file

    conda_files = [path for path in yaml_files if context.value_of(path, read_conda_file) is not None]
    models = [path for path, entry in _nearest(context) if "/" not in path and _is_model(path, entry.kind)]
    return Suggestions(tuple(requirements), tuple(conda_files), scripts, tuple(models))


def _files(context: BuildContext) -> Iterator[str]:
    return (path for path, entry in _nearest(context) if entry.kind is EntryKind.FILE)


def _nearest(context: BuildContext) -> Iterator[tuple[str, Entry]]:
    """The entries that are not hidden and at most `_MAX_DEPTH` folders deep, the nearest first."""
    for found in context.walk("", MAX_WALKED):
        if found is None or found[0].count("/") > _MAX_DEPTH:
            return
        if not any(part.startswith((".", "__")) for part in found[0].split("/")):
            yield found


def _is_model(path: str, kind: EntryKind) -> bool:
    return is_model(path) if kind is EntryKind.FOLDER else kind is EntryKind.FILE and path.endswith(MODEL_SUFFIXES)
