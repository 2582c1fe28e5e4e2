"""A RUN reads a file of the build context that no COPY has brought into the image.

## What it does

Reports the file of `pip install -r`, `pip install -c` and `conda env create -f` on an image of Azure ML, if the file is
in the build context and no COPY or ADD before the RUN copies it. The rule is silent if a copied folder, another stage
or an earlier command may bring the file, and if the build context is unknown.

## Why is this bad?

A RUN sees only the files of the image. The build stops, because the file does not exist there, or it reads a file of
the base image with the same name.

## Example

The file is `requirements.txt`:

```text
numpy
```

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN pip install --no-cache-dir -r requirements.txt
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.patterns import is_pattern
from azureml_dockerfile_ls.context.places import normal
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import Copy, copies, may_write
from azureml_dockerfile_ls.model.run_commands import commands_at, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import line_above
from azureml_dockerfile_ls.rules.rule import ContextRule, Finding, Fix, Group, Severity, page_of
from azureml_dockerfile_ls.shell.commands import Command, ShellWord, defines_function, may_run_other_commands, mentions
from azureml_dockerfile_ls.shell.programs.conda import conda_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import shortened

_BRINGING_FILES = frozenset(
    "cp mv ln rsync tar unzip 7z bsdtar git svn hg az azcopy aws gsutil gdown huggingface-cli hf".split()
)
_PLAIN = lazy_pattern(r"[\w./-]+")


class _Read(NamedTuple):
    """A file that command `number` of a RUN reads: the word that names it, and its path in the image, if known."""

    number: int
    word: ShellWord
    path: str | None

    @property
    def name(self) -> str:
        """The name of the file without its folder."""
        return posixpath.basename(self.word.value)


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Find the files that are certainly not in the image yet."""
    if context is None or not is_on_azureml(stage):
        return
    seen = set()
    for part in reversed(list(stage.ancestry())):
        for index, reads in part.each_site(_reads, "RUN"):
            for read in reads:
                # A command that names the file before may also bring it, so only the first one is certain.
                is_first = read.name not in seen
                seen.add(read.name)
                is_there = is_first and context.kind_of(normal(read.word.value)) is EntryKind.FILE
                if is_there and not _may_be_brought(part, index, read):
                    yield _finding(stage, part, index, read.word)


def _finding(stage: Stage, part: Stage, index: int, word: ShellWord) -> Finding:
    at, path = places.in_stage(stage, part, index), normal(word.value)
    line = f"COPY {path} {posixpath.dirname(path) or '.'}/"
    is_plain = _PLAIN.fullmatch(path) is not None
    fixes = (Fix(f"Add {line}", (line_above(at, line),), is_preferred=True),) if is_plain else ()
    message = f"{shortened(path)} is not in the image, because no COPY before this RUN adds it. Copy it above."
    place = places.Place(at, word.span)
    return Finding(*place, message, fixes, related=places.inherited(stage, place))


def _reads(run: Site) -> list[_Read]:
    """The files that a RUN reads by a path relative to its working directory."""
    commands, folder = commands_in(run), run.workdir
    if _has_bind_mount(run.instruction) or defines_function(commands):
        return []
    found = []
    for number, command in enumerate(commands):
        if command.program in ("cd", "pushd"):
            break
        for word in _read_files(command):
            if word.is_literal and word.value and not word.value.startswith(("/", "~")) and ".." not in word.value:
                path = posixpath.normpath(posixpath.join(folder, word.value)) if folder else None
                found.append(_Read(number, word, path))
    return found


def _may_be_brought(part: Stage, index: int, read: _Read) -> bool:
    """Whether a COPY, an ADD or a command before a RUN may bring the file that it reads."""
    earlier = (copy for copy in copies(part) if copy.stage is not part or copy.index < index)
    if any(_may_copy(copy, read.name, read.path) for copy in earlier):
        return True
    before = (*_commands_before(part, index), *commands_at(part, index)[: read.number])
    return any(_may_bring(command, read.name) for command in before)


def _read_files(command: Command) -> tuple[ShellWord, ...]:
    """The requirements and conda files that a command reads."""
    pip, conda = pip_of(command), conda_of(command)
    if pip is not None:
        return pip.requirement_files + pip.constraint_files
    return conda.files if conda is not None else ()


def _may_copy(copy: Copy, name: str, path: str | None) -> bool:
    """Whether a COPY or ADD may bring a file with this name, or at this path of the image if that is known."""
    names = [posixpath.basename(source) for source in (*copy.sources, copy.destination_word.value) if source]
    if name in names or not all(source and not is_pattern(source) for source in copy.sources):
        return True
    if "$" in copy.destination_word.value:
        return True
    return may_write(copy.files, path) if path and copy.destination else not copy.files.are_plain_files


def _commands_before(part: Stage, index: int) -> Iterator[Command]:
    for other in part.ancestry():
        for at in other.indexes("RUN"):
            if other is not part or at < index:
                yield from commands_at(other, at)


def _may_bring(command: Command, name: str) -> bool:
    """Whether a command may write a file with this name."""
    return command.program in _BRINGING_FILES or mentions(command, name) or may_run_other_commands(command)


def _has_bind_mount(run: Instruction) -> bool:
    values = [flag.value or "" for flag in run.flags if flag.name == "mount"]
    return any("type=" not in value or "type=bind" in value for value in values)


RULE = ContextRule("UncopiedFile", Severity.WARNING, Group.AZUREML, page_of(__doc__), check)
