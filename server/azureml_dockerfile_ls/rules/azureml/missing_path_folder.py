"""`PATH` names the folder of a conda environment that nothing creates.

## What it does

Reports a folder such as `/azureml-envs/NAME/bin` or `/opt/conda/envs/NAME/bin` in an `ENV PATH`, if no instruction
creates that environment. The rule applies to Azure ML's base images for training and inference. It is silent if a
script or a COPY may create the folder.

## Why is this bad?

The shell ignores a folder that does not exist. `python` and `pip` are then those of the base image, and the packages of
the environment are missing. On these images, conda creates environments in `/opt/miniconda/envs`.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -n train python=3.12
ENV PATH=/opt/conda/envs/train/bin:$PATH
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN conda create -y -n train python=3.12
ENV PATH=/opt/miniconda/envs/train/bin:$PATH
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import PREFIX, Family, family_of
from azureml_dockerfile_ls.azureml.serving import azureml_repository, has_variable
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import copies_near
from azureml_dockerfile_ls.model.run_commands import any_run
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.azureml.conda_environments import CONDA_ROOT, creations
from azureml_dockerfile_ls.rules.rule import Anchor, ContextRule, Finding, Group, Severity, page_of, replacement
from azureml_dockerfile_ls.shell.commands import may_run_other_commands
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan, shortened

_ENVIRONMENT = lazy_pattern(r"((?:(/opt/\w*conda\w*)/envs|/azureml-envs)/([\w.-]+))/bin/?")
_OF_IMAGES = frozenset(("amlenv", "minimal", "mlflow"))
"""The environments that inference images contain."""


_OTHER_FOLDERS = ("CONDA_ENVS_PATH", "CONDA_ENVS_DIRS")
"""The variables that tell conda to create environments in another folder."""


class _Entry(NamedTuple):
    """A folder in an `ENV PATH`: where it is written, and the environment that it belongs to."""

    at: int | Anchor
    span: LocalSpan
    is_literal: bool
    folder: str
    root: str | None
    """The folder of conda; None below `/azureml-envs`."""
    name: str


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Every folder of an environment in PATH that no instruction of the final image creates."""
    repository = azureml_repository(stage) or ""
    if family_of(repository) is Family.OTHER or repository.startswith(f"{PREFIX}curated/"):
        return
    entries = list(_entries(stage))
    if not entries or any_run(stage, _runs_script) or any(has_variable(stage, name) for name in _OTHER_FOLDERS):
        return
    created = list(creations(stage, context))
    unknown = [creation for creation in created if creation.name is None and creation.prefix is None]
    if unknown:
        # With a name, conda creates an environment below its own folder, whatever the name is.
        if not any(creation.command.environment[1] for creation in unknown):
            yield from (_elsewhere(entry) for entry in entries if _is_of_other_conda(stage, entry))
        return
    folders, names = {creation.prefix for creation in created}, {creation.name for creation in created}
    for entry in entries:
        is_made = entry.folder in folders or (entry.root == CONDA_ROOT and entry.name in names)
        if entry.name in _OF_IMAGES or is_made or copies_near(stage, entry.folder):
            continue
        if entry.name in names:
            if entry.root is not None and not _mentions(stage, entry.root):
                yield _elsewhere(entry)
        elif not _mentions(stage, entry.name):
            folder = shortened(entry.folder)
            message = (
                f"No instruction creates {folder}, so PATH leads to the Python of the base image. Create it first."
            )
            yield Finding(entry.at, entry.span, message)


def _is_of_other_conda(stage: Stage, entry: _Entry) -> bool:
    """Whether a folder is below another conda than that of the image, which nothing installs."""
    is_other = entry.root is not None and entry.root != CONDA_ROOT and not _mentions(stage, entry.root)
    return is_other and not copies_near(stage, entry.folder)


def _elsewhere(entry: _Entry) -> Finding:
    """The finding on an environment that conda creates below its own folder."""
    folder, elsewhere = shortened(entry.folder), f"{CONDA_ROOT}/envs/{entry.name}"
    message = f"{folder} does not exist, because conda creates this environment in {elsewhere}. Name that folder."
    title = f"Replace it with {elsewhere}/bin"
    fix = replacement(title, entry.at, entry.span, f"{elsewhere}/bin", is_preferred=True)
    return Finding(entry.at, entry.span, message, (fix,) if entry.is_literal else ())


def _entries(stage: Stage) -> Iterator[_Entry]:
    """The folders of environments in the ENV PATHs of a stage and of those that it is built on."""
    for part in stage.ancestry():
        for index, spans in part.each(_values_of_path):
            for span in spans:
                start = span.start
                for piece in part.instructions[index].text[span.start : span.end].split(":"):
                    entry = _entry(stage, part, index, piece, start)
                    start += len(piece) + 1
                    if entry is not None:
                        yield entry


def _values_of_path(instruction: Instruction) -> tuple[LocalSpan, ...]:
    """The values that an ENV gives to PATH, with their quotes."""
    if instruction.name != "ENV":
        return ()
    return tuple(pair.value_span for pair in instruction.pairs if pair.name == "PATH" and pair.value_span is not None)


def _entry(stage: Stage, part: Stage, index: int, piece: str, start: int) -> _Entry | None:
    bare = piece.strip("\"'")
    value = expand_word(bare, part.instructions[index].escape, part.lookup_at(index)) if bare else None
    match = _ENVIRONMENT.fullmatch(value) if value else None
    if match is None:
        return None
    start += piece.index(bare)
    span = LocalSpan(start, start + len(bare))
    return _Entry(places.in_stage(stage, part, index), span, bare == value, match[1], match[2], match[3])


def _mentions(stage: Stage, name: str) -> bool:
    """Whether a RUN or COPY of the final image names something, directly or through a variable."""
    words = {name, *_variables_with(stage, name)}
    mention = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])")
    return any(
        mention.search(instruction.text)
        for part in stage.ancestry()
        for _, instruction in part.instructions_named("RUN", "COPY", "ADD", "WORKDIR", "VOLUME")
    )


def _variables_with(stage: Stage, name: str) -> set[str]:
    """The variables other than PATH whose values contain `name`."""
    found = ((key, known.value) for key, known in stage.definitions_at(stage.end).items())
    return {key for key, value in found if key != "PATH" and isinstance(value, str) and name in value}


def _runs_script(instruction: Instruction) -> bool:
    """Whether a RUN runs commands that the file does not show."""
    return instruction.name == "RUN" and any(map(may_run_other_commands, commands_of(instruction)))


RULE = ContextRule("MissingPathFolder", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check)
