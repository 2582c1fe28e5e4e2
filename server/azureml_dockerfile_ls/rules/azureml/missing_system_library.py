"""OpenCV is installed without the system library libGL, which it loads.

## What it does

Reports `opencv-python` and `opencv-contrib-python` on Azure ML's base images for training and inference, in
`pip install` and in a requirements file that a COPY brings. It is silent if another installation may bring libGL: a
system package that is not a well-known tool, a package from conda, or a script.

## Why is this bad?

`import cv2` stops with "ImportError: libGL.so.1: cannot open shared object file". The build succeeds, so the error
appears in the job or in the endpoint. Code without windows on a screen does not need libGL: `opencv-python-headless` is
the same library without it.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install opencv-python
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install opencv-python-headless
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from azureml_dockerfile_ls.azureml.families import Family, family_of
from azureml_dockerfile_ls.azureml.installations import BRINGING
from azureml_dockerfile_ls.azureml.serving import azureml_repository, user_at
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import CopiedFiles, any_copy, may_write
from azureml_dockerfile_ls.model.read_files import MOST_FILES, source_of_file
from azureml_dockerfile_ls.model.run_commands import any_run, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import line_above, user_to_return_to
from azureml_dockerfile_ls.rules.rule import (
    Anchor,
    ContextRule,
    Edit,
    Finding,
    Fix,
    Group,
    RelatedFile,
    Severity,
    page_of,
)
from azureml_dockerfile_ls.shell.commands import Command, ShellWord, may_run_other_commands
from azureml_dockerfile_ls.shell.programs.apt import system_packages_of
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.programs.requirements import Requirement, packages_installed, requirement_files
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span, shortened

_WITH_WINDOWS = frozenset(("opencv-python", "opencv-contrib-python"))
_LISTED = lazy_pattern(r"^[ \t]*(opencv-(?:contrib-)?python)(?=[\s=<>!~;#]|$)", re.MULTILINE)
_HEADLESS = lazy_pattern(r"opencv-(?:contrib-)?python-headless")
_WITHOUT_LIBRARY = frozenset(
    "apt-transport-https apt-utils build-essential bzip2 ca-certificates cmake curl fuse g++ gcc git git-lfs "
    "gnupg gnupg2 htop iputils-ping jq less libaio-dev libglib2.0-0 libgomp1 libopenmpi-dev libpq-dev locales "
    "lsb-release make nano net-tools ninja-build nginx openssh-client openssh-server p7zip-full pkg-config procps "
    "psmisc python3-dev python3-pip rsync runit screen software-properties-common sudo tmux tree tzdata unzip vim "
    "wget xz-utils zip zlib1g-dev".split()
)
"""System packages that do not bring libGL."""

_PLAIN_OF_CONDA = lazy_pattern(r"(?:python|pip|setuptools|wheel)(?:[=<>].*)?")
_APT_BRINGING = frozenset(("install", "reinstall", "build-dep", "-i"))
_BLOCK = (
    "RUN apt-get update && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 && "
    "rm -rf /var/lib/apt/lists/*"
)


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Every installation of OpenCV in the stage, and in those that it is built on, if nothing may bring libGL."""
    if family_of(azureml_repository(stage) or "") is Family.OTHER:
        return
    if next(_found(stage, context), None) is None or _may_have_library(stage):
        return
    yield from _found(stage, context)


def _found(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Every installation of OpenCV with windows, whether or not the image has libGL."""
    for part in stage.ancestry():
        for index, packages in part.each_site(_packages, "RUN"):
            at = places.in_stage(stage, part, index)
            for package in packages:
                fixes = (*_headless_fix(at, package), *_apt_fix(at, part, index))
                yield Finding(at, package.span, _message(package.name), fixes)
        for index, files in islice(part.each_site(_files, "RUN"), MOST_FILES) if context is not None else ():
            at = places.in_stage(stage, part, index)
            for word in files:
                yield from _in_file(at, part, index, word, context)


def _in_file(
    at: int | Anchor, part: Stage, index: int, word: ShellWord, context: BuildContext | None
) -> Iterator[Finding]:
    """The requirements file that a `word` names, if it lists OpenCV with windows only."""
    path = source_of_file(part, index, word, context) if context is not None else None
    listed = context.value_of(path, windows_listed) if context is not None and path is not None else None
    if path is not None and listed:
        name, span = listed[0]
        related = (RelatedFile(path, span, f"{name} is listed here."),)
        yield Finding(
            at, word.span, _message(name, f" of {shortened(path)}"), _apt_fix(at, part, index), related=related
        )


def _message(name: str, where: str = "") -> str:
    return (
        f"{name}{where} fails on import, because nothing installs libGL.so.1. "
        f"Install {name}-headless, or the system package libgl1."
    )


def _headless_fix(at: int | Anchor, package: Requirement) -> Iterator[Fix]:
    if package.is_exact:
        edit = Edit(at, package.span, f"{package.name}-headless")
        yield Fix(f"Install {package.name}-headless instead", (edit,), is_preferred=True)


def _apt_fix(at: int | Anchor, part: Stage, index: int) -> tuple[Fix, ...]:
    user = user_at(part, index)
    if user is None:
        return ()
    block = _BLOCK if is_root(user) else f"USER root\n{_BLOCK}\nUSER {user_to_return_to(part, index)}"
    return (Fix("Install libgl1 and libglib2.0-0 before this RUN", (line_above(at, block),)),)


def _packages(run: Site) -> tuple[Requirement, ...]:
    """The packages with OpenCV and windows that the commands of a RUN name."""
    named = (packages_installed(command, run.instruction.text) for command in commands_in(run))
    return tuple(package for packages in named for package in packages if package.name in _WITH_WINDOWS)


def _files(run: Site) -> tuple[ShellWord, ...]:
    """The requirements files that the commands of a RUN read."""
    return tuple(word for command in commands_in(run) for word in requirement_files(command))


def windows_listed(text: str) -> tuple[tuple[str, Span], ...]:
    """The packages of a requirements file that need libGL; none if the file also lists one that does not."""
    if _HEADLESS.search(text):
        return ()
    return tuple((match[1], Span(*match.span(1))) for match in _LISTED.finditer(text))


def _may_have_library(stage: Stage) -> bool:
    return any_run(stage, _may_bring_library) or any_copy(stage, _may_copy_library)


def _may_bring_library(run: Instruction) -> bool:
    """Whether a RUN may install libGL, or OpenCV in a form that does not need it."""
    return run.name == "RUN" and (
        _HEADLESS.search(run.text) is not None or any(map(_may_install_library, commands_of(run)))
    )


def _may_install_library(command: Command) -> bool:
    apt, conda = system_packages_of(command), conda_of(command)
    if apt is not None:
        if apt.action.value not in _APT_BRINGING:
            return False
        return not apt.packages or any(word.value not in _WITHOUT_LIBRARY for word in apt.packages)
    if conda is not None and conda.action in BRINGING:
        names = [word.value for word in conda.packages]
        return bool(conda.files) or not names or not all(map(_PLAIN_OF_CONDA.fullmatch, names))
    return pip_of(command) is None and may_run_other_commands(command)


def _may_copy_library(files: CopiedFiles) -> bool:
    return not files.from_context and may_write(files, "/usr/lib")


RULE = ContextRule("MissingSystemLibrary", Severity.HINT, Group.AZUREML, page_of(__doc__), check)
