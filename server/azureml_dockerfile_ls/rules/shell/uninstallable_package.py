"""A package cannot be installed, or does not work after the installation.

## What it does

Reports packages that a RUN cannot install, and names the package that replaces them:

- `sklearn` and `tensorflow-gpu` for pip, unless a version selects an old release
- `libgl1-mesa-glx` on Ubuntu 24.04 and `libssl1.1` on Ubuntu 22.04 and 24.04, unless the Dockerfile adds a source of
  packages
- `azureml-inference-server-http` 1.3.0 to 1.3.4, which does not start without `azureml-contrib-services`

## Why is this bad?

The new releases of `sklearn` and `tensorflow-gpu` on PyPI contain no library and only raise an error. apt stops because
the newer versions of Ubuntu do not have the package. The inference server stops with "No module named
'azureml.contrib'".

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install sklearn pandas
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install scikit-learn pandas
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import SERVER_PACKAGE
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import CopiedFiles, any_copy, may_write
from azureml_dockerfile_ls.model.run_commands import any_run, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.rule import BUILDING, Finding, Fix, Group, ImageRule, Severity, page_of, replacement
from azureml_dockerfile_ls.rules.shell.apt import apt_of
from azureml_dockerfile_ls.shell.commands import ShellWord, may_fail, mentions
from azureml_dockerfile_ls.shell.programs.requirements import Requirement, packages_installed
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_PIP_SUCCESSORS = {"sklearn": "scikit-learn", "tensorflow-gpu": "tensorflow"}
_LOWER_BOUNDS = lazy_pattern(r"(?:>=?\s*[\w.]+\s*,?\s*)*")
_BROKEN_SERVER = lazy_pattern(r"==\s*1\.3\.[0-4]")
_GOOD_SERVER = "==1.5.1"
_SERVICES = "azureml-contrib-services"
_ALLOWS_SKLEARN = "SKLEARN_ALLOW_DEPRECATED_SKLEARN_PACKAGE_INSTALL"

_SYSTEM_PACKAGES = {
    "libgl1-mesa-glx": (("24.04",), "libgl1"),
    "libssl1.1": (("22.04", "24.04"), None),
}
"""The packages that these versions of Ubuntu do not have, with their successors."""

_UBUNTU = lazy_pattern(r"ubuntu[-_:]?(\d\d)\.?(04|10)", re.IGNORECASE)
_SOURCES = "/etc/apt"


class _Package(NamedTuple):
    """A package that a RUN may be unable to install."""

    span: LocalSpan
    name: str
    message: str
    replacement: str | None
    """The text that replaces the span."""
    ubuntu: tuple[str, ...]
    """The versions of Ubuntu that lack the package; empty if the base image does not matter."""


def check(stage: Stage, images: ImageIndex) -> Iterator[Finding]:
    """Every such package in the RUNs of the stage."""
    version = None
    for index, packages in stage.each_site(_packages, "RUN"):
        version = version or _ubuntu_of(stage, images)
        for package in packages:
            if package.ubuntu and (version not in package.ubuntu or _may_add_source(stage)):
                continue
            if package.name == SERVER_PACKAGE and any_run(stage, _brings_services):
                continue
            yield Finding(index, package.span, package.message.format(version), _fixes(index, package))


def _fixes(index: int, package: _Package) -> tuple[Fix, ...]:
    if package.replacement is None:
        return ()
    title = f"Replace {package.name} with {package.replacement}"
    if package.name == SERVER_PACKAGE:
        title = f"Install {SERVER_PACKAGE}{package.replacement}"
    return (replacement(title, index, package.span, package.replacement, is_preferred=True),)


def _ubuntu_of(stage: Stage, images: ImageIndex) -> str | None:
    """The version of Ubuntu in the base image, from its name or from the catalogue; None if it is unknown."""
    if stage.image is None:
        return None
    found = {f"{match[1]}.{match[2]}" for match in _UBUNTU.finditer(stage.image.text)}
    known = images.find(stage.image.name)
    system = known.fact("os", stage.image.tag) if known is not None and not found else None
    if system is not None:
        found = {system.value.removeprefix("Ubuntu ")}
    return found.pop() if len(found) == 1 else None


def _packages(run: Site) -> tuple[_Package, ...]:
    """The packages of a RUN that may not install, whatever the base image is."""
    commands = commands_in(run)
    found: list[_Package] = []
    for number, command in enumerate(commands):
        if may_fail(commands, number):
            continue
        named = packages_installed(command, run.instruction.text)
        apt = apt_of(command, "install")
        found += [item for package in named if package.is_exact and (item := _of_pip(run, package))]
        found += [item for word in (apt.packages if apt else ()) if (item := _of_apt(run, word))]
    return tuple(found)


def _of_pip(run: Site, requirement: Requirement) -> _Package | None:
    name, version = requirement.name, requirement.version
    if name == SERVER_PACKAGE and _BROKEN_SERVER.fullmatch(version):
        span = LocalSpan(requirement.span.end, requirement.span.end + len(version))
        # Extras or blanks are between the name and the version.
        if run.instruction.text[span.start : span.end] != version:
            return None
        message = f"{name} 1.3.0 to 1.3.4 do not start, because they lack azureml.contrib. Install a later version."
        return _Package(span, name, message, _GOOD_SERVER, ())
    successor = _PIP_SUCCESSORS.get(name)
    if successor is None or not _LOWER_BOUNDS.fullmatch(version):
        return None
    if name == "sklearn" and (run.defines(_ALLOWS_SKLEARN) or _ALLOWS_SKLEARN in run.instruction.text):
        return None
    message = f"pip cannot install {name}, because its release on PyPI only raises an error. Install {successor}."
    return _Package(requirement.span, name, message, successor, ())


def _of_apt(run: Site, word: ShellWord) -> _Package | None:
    name = word.value.partition("=")[0].partition(":")[0]
    if name not in _SYSTEM_PACKAGES:
        return None
    versions, successor = _SYSTEM_PACKAGES[name]
    span = word.span
    if run.instruction.text[span.start : span.start + 1] in ("'", '"'):
        span = LocalSpan(span.start + 1, span.end - 1)
    repair = f"Install {successor}." if successor else "Install a program that uses a newer version of the library."
    message = f"Ubuntu {{}} does not have the package {name}, so apt stops. {repair}"
    return _Package(span, name, message, successor, versions)


def _may_add_source(stage: Stage) -> bool:
    """Whether the Dockerfile may add a source of packages for apt."""
    return any_run(stage, _adds_source) or any_copy(stage, _is_source)


def _adds_source(run: Instruction) -> bool:
    return run.name == "RUN" and any(
        command.program in ("add-apt-repository", "apt-add-repository", "dpkg")
        or mentions(command, "sources.list")
        or mentions(command, ".deb")
        for command in commands_of(run)
    )


def _is_source(files: CopiedFiles) -> bool:
    return files.destination is not None and may_write(files, _SOURCES)


def _brings_services(run: Instruction) -> bool:
    return run.name == "RUN" and _SERVICES in run.text


RULE = ImageRule("UninstallablePackage", Severity.WARNING, Group.SHELL, page_of(__doc__), check, looks_at=BUILDING)
