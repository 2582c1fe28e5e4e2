"""The Python packages of images, and the modules that well-known packages bring.

`packages.json` holds three tables. `images` gives the packages of an image besides their dependencies. Those of curated
environments are in their recipes in azureml-assets (release of 2026-07-23). The content of the other minimal images is
not published: the table has all packages that one of their siblings has. `modules` gives the package to install for a
module. `packages` gives the modules of that table that a package may bring, with its dependencies and extras, according
to its metadata on PyPI. Nothing is known about a package or an image without an entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from azureml_dockerfile_ls.azureml.families import PREFIX
from azureml_dockerfile_ls.records import NamedTuple


class _Tables(NamedTuple):
    images: dict[str, list[str]]
    modules: dict[str, str]
    packages: dict[str, list[str]]


@cache
def _tables() -> _Tables:
    return _Tables(**json.loads(Path(__file__).with_name("packages.json").read_text(encoding="utf-8")))


def packages_of(repository: str) -> tuple[str, ...] | None:
    """The packages of an image, by its full name; None if they are unknown."""
    found = _tables().images.get(repository.removeprefix(PREFIX)) if repository.startswith(PREFIX) else None
    return None if found is None else tuple(found)


def module_of(name: str) -> str | None:
    """The known module that an import of the dotted `name` loads first; None if there is none."""
    modules = _tables().modules
    parts = name.split(".")
    return next((found for count in (1, 2) if (found := ".".join(parts[:count])) in modules), None)


def package_for(module: str) -> str:
    """The package to install for a known module."""
    return _tables().modules[module]


def modules_of(packages: Iterable[str]) -> frozenset[str] | None:
    """The known modules that packages may bring; None if one of the packages is unknown."""
    table = _tables().packages
    found: set[str] = set()
    for package in packages:
        if package not in table:
            return None
        found.update(table[package])
    return frozenset(found)
