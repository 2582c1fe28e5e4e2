"""What in a build context looks like the code, the model and the lists of packages of a Dockerfile."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache

from azureml_dockerfile_ls.azureml.entry_script import fits
from azureml_dockerfile_ls.azureml.model_files import is_model
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.requirements import read_conda_file

MAX_WALKED = 2000
"""How many entries of the context are looked at."""

MAX_READ = 100
"""How many scripts and environment files are read."""

_MAX_DEPTH = 2
_REQUIREMENTS = re.compile(r"(?:[^/]+/)?requirements[^/]*\.txt|requirements/[^/]+\.txt")
_MODEL_FILE = re.compile(r"\.(?:pkl|pickle|joblib|onnx|pt|pth|h5|keras|pb|safetensors|bin)$")


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Paths of the context, the nearest first. The folders of scripts are those right below the root."""

    requirements: tuple[str, ...] = ()
    conda_files: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    """Scripts with `init()` and `run()`."""
    models: tuple[str, ...] = ()

    @property
    def code(self) -> tuple[str, ...]:
        """What to copy so that a script comes along: the folder below the root that it is in, or the script itself."""
        return tuple(dict.fromkeys(script.partition("/")[0] for script in self.scripts))

    @property
    def entry_scripts(self) -> tuple[str, ...]:
        """Where the scripts are when their `code` is copied."""
        return tuple(dict.fromkeys(script.partition("/")[2] or script for script in self.scripts))


@lru_cache(maxsize=4)
def suggestions(context: BuildContext | None) -> Suggestions:
    """What a build context suggests; nothing where it is not known."""
    if context is None:
        return Suggestions()
    requirements: list[str] = []
    conda_files: list[str] = []
    scripts: list[str] = []
    models: list[str] = []
    left = MAX_READ
    for found in context.walk("", MAX_WALKED):
        if found is None:
            break
        path, entry = found
        if path.count("/") >= _MAX_DEPTH + 1:
            break
        if any(part.startswith((".", "__")) for part in path.split("/")):
            continue
        if entry.kind is EntryKind.FOLDER:
            if "/" not in path and is_model(path):
                models.append(path)
        elif entry.kind is EntryKind.FILE:
            is_readable = path.endswith((".py", ".yml", ".yaml")) and left > 0
            left -= is_readable
            text = context.read(path) if is_readable else None
            if _REQUIREMENTS.fullmatch(path):
                requirements.append(path)
            elif text is not None and path.endswith(".py"):
                scripts += [path] if fits(text) else []
            elif text is not None:
                conda_files += [path] if read_conda_file(text) else []
            elif "/" not in path and _MODEL_FILE.search(path):
                models.append(path)
    # What is called as everybody calls it is the likelier one.
    requirements.sort(key=lambda path: (path.count("/"), posixpath.basename(path) != "requirements.txt"))
    return Suggestions(tuple(requirements), tuple(conda_files), tuple(scripts), tuple(models))
