"""The packages of conda's environment files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.yaml.nodes import Mapping, Scalar, Sequence, Style
from azureml_dockerfile_ls.yaml.parser import parse

_DEPENDENCIES = lazy_pattern(r"^[\"']?dependencies[\"']?[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class CondaPackages:
    """The packages of a conda environment: for conda, and the requirements for pip, as written.

    `is_complete` is False if there may be more.
    """

    node: Mapping
    conda: tuple[Scalar, ...]
    pip: tuple[Scalar, ...]
    is_complete: bool


def packages_of(root: Mapping) -> CondaPackages:
    """The packages of a conda environment, which is a mapping with `dependencies`."""
    listed = root.get("dependencies")
    items = listed.items if isinstance(listed, Sequence) else ()
    conda = [item for item in items if isinstance(item, Scalar)]
    lists = [item.get("pip") if isinstance(item, Mapping) else None for item in items if not isinstance(item, Scalar)]
    pip: list[Scalar] = []
    is_complete = root.is_complete and isinstance(listed, Sequence) and listed.is_complete and len(lists) < 2
    is_complete = is_complete and sum(pair.key.value == "dependencies" for pair in root.pairs) == 1
    for inner in lists:
        requirements = inner.items if isinstance(inner, Sequence) else ()
        found = [each for each in requirements if isinstance(each, Scalar)]
        is_complete = is_complete and isinstance(inner, Sequence) and inner.is_complete and found == list(requirements)
        pip += found
    return CondaPackages(root, tuple(conda), tuple(pip), is_complete)


def read_conda_file(text: str) -> CondaPackages | None:
    """All packages of an environment file; None if the text is not one, or if there may be more."""
    if _DEPENDENCIES.search(text) is None:
        return None
    root = parse(text)
    packages = packages_of(root) if isinstance(root, Mapping) else None
    if packages is None or not packages.is_complete or not all(map(_is_plain, (*packages.conda, *packages.pip))):
        return None
    return packages


def _is_plain(scalar: Scalar) -> bool:
    """Whether a scalar is on one line, and its value is what is written there."""
    length = scalar.inner.end - scalar.inner.start
    return scalar.style is not Style.BLOCK and len(scalar.value) == length and scalar.value.isprintable()
