"""A package belongs to Azure ML's SDK v1, whose support has ended.

## What it does

Reports `azureml-core`, `azureml-sdk`, `azureml-defaults`, `azureml-dataset-runtime` and the other packages of SDK v1 in
`pip install`. It also reads the requirements file or conda file of a command, if a COPY brings it from the build
context.

## Why is this bad?

Microsoft ended the support for SDK v1 on 2026-06-30. Its packages get no more security updates, and they keep their
dependencies on old versions.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install azureml-core
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install azure-ai-ml
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from azureml_dockerfile_ls.azureml.families import SERVER_PACKAGE
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.read_files import MOST_FILES, source_of_file
from azureml_dockerfile_ls.model.run_commands import commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import Anchor, ContextRule, Finding, Group, RelatedFile, Severity, page_of
from azureml_dockerfile_ls.shell.commands import ShellWord
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.programs.requirements import normalised, packages_installed, requirement_files
from azureml_dockerfile_ls.text import LocalSpan, Span, shortened

_END = "2026-06-30"
_RETIRED = frozenset(
    "azureml-core azureml-dataset-runtime azureml-defaults azureml-pipeline azureml-pipeline-core "
    "azureml-pipeline-steps azureml-sdk azureml-train azureml-train-core azureml-widgets".split()
)
_SUCCESSORS = {"azureml-defaults": SERVER_PACKAGE, "azureml-dataset-runtime": "azureml-fsspec or mltable"}
_LISTED = lazy_pattern(r"^[ \t]*(?:-[ \t]+)?[\"']?(azureml[\w.-]*)(?=[\s=<>!~;\[\"'#]|$)", re.MULTILINE | re.IGNORECASE)


class _Named(NamedTuple):
    """The packages of SDK v1 that a command names: the span of the first, and the names of all."""

    first: LocalSpan
    names: tuple[str, ...]


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Every command of the stage, and of those that it is built on, that installs packages of SDK v1."""
    for part in stage.ancestry():
        for index, commands in part.each_site(_named, "RUN"):
            for named in commands:
                yield Finding(places.in_stage(stage, part, index), named.first, _message(named.names))
        if context is not None:
            for index, files in islice(part.each_site(_files, "RUN"), MOST_FILES):
                yield from _in_files(places.in_stage(stage, part, index), part, index, files, context)


def _in_files(
    at: int | Anchor, part: Stage, index: int, files: tuple[ShellWord, ...], context: BuildContext
) -> Iterator[Finding]:
    """The files of the build context that a command reads and that list packages of SDK v1."""
    for word in files:
        path = source_of_file(part, index, word, context)
        listed = context.value_of(path, packages_listed) if path is not None else None
        if path is not None and listed:
            related = tuple(RelatedFile(path, span, f"{name} is listed here.") for name, span in listed)
            names = tuple(dict.fromkeys(name for name, _ in listed))
            yield Finding(at, word.span, _message(names, f", which {shortened(path)} lists,"), related=related)


def _message(names: tuple[str, ...], where: str = "") -> str:
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    successor = (len(names) == 1 and _SUCCESSORS.get(names[0])) or "azure-ai-ml, the SDK v2"
    return f"Support for {listed}{where} ended on {_END} together with SDK v1. Use {successor}."


def _named(run: Site) -> tuple[_Named, ...]:
    """The packages of SDK v1 that the commands of a RUN name."""
    found = []
    for command in commands_in(run):
        retired = [item for item in packages_installed(command, run.instruction.text) if item.name in _RETIRED]
        if retired:
            found.append(_Named(retired[0].span, tuple(dict.fromkeys(item.name for item in retired))))
    return tuple(found)


def _files(run: Site) -> tuple[ShellWord, ...]:
    """The requirements files and conda files that the commands of a RUN read."""
    commands = commands_in(run)
    of_conda = (word for command in commands if (conda := conda_of(command)) is not None for word in conda.files)
    return (*(word for command in commands for word in requirement_files(command)), *of_conda)


def packages_listed(text: str) -> tuple[tuple[str, Span], ...]:
    """The packages of SDK v1 that a requirements file or a conda file lists, with the spans of their names."""
    matches = ((normalised(match[1]), Span(*match.span(1))) for match in _LISTED.finditer(text))
    return tuple((name, span) for name, span in matches if name in _RETIRED)


RULE = ContextRule("RetiredPackage", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check)
