"""Hover on RUN: the user, the folder and the Python of its command."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import Family, family_of
from azureml_dockerfile_ls.azureml.serving import azureml_repository, environment_value, is_inference, user_at
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.lines import line_of
from azureml_dockerfile_ls.features.stages import part_of
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.shell.commands import CONDA
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction

_MAX_DEFINITIONS = 50
_OWN_PATH = lazy_pattern(r"""["']?\$(?:PATH|\{PATH\})(?=[:"']|$)""")
_FIRST_FOLDER = lazy_pattern(r"""["']?((?:\$\{[^}]*\}|[^:"'])*)""")
_BASE_IMAGE = "the base image's own"
_ENVIRONMENTS = (
    ("minimal-", "/opt/miniconda/envs/amlenv"),
    ("curated/minimal-", "/azureml-envs/minimal"),
    ("curated/mlflow-", "/azureml-envs/mlflow"),
)
"""The environments of the inference images by the start of their names, as far as their recipes are public."""


def command_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """How the command of RUN runs, without the documentation of RUN."""
    instruction = snapshot.tree.instructions[index]
    facts = command_facts(snapshot, index) if instruction.keyword.span.touches(at) else ""
    placed = snapshot.model.stage_at(index)
    if facts and placed is not None:
        yield LocalHover(instruction.keyword.span, facts, part_of(placed.stage))


def command_facts(snapshot: Snapshot, index: int) -> str:
    """The user, working directory, shell and Python of instruction `index`; empty for anything but RUN."""
    instruction = snapshot.tree.instructions[index]
    placed = snapshot.model.stage_at(index)
    if instruction.name != "RUN" or placed is None:
        return ""
    stage, own = placed.stage, index - placed.first
    return "\n".join(f"- {name}: {value}" for name, value in _rows(snapshot, stage, own, instruction))


def _rows(snapshot: Snapshot, stage: Stage, index: int, instruction: Instruction) -> Iterator[tuple[str, str]]:
    user, setting = user_at(stage, index), stage.user_at(index)
    if setting.stage is not None:
        where = f"line {line_of(snapshot, setting.stage, setting.index)}"
        yield "User", f"{code(user)}, by USER in {where}" if user else f"not known, by USER in {where}"
    else:
        yield "User", f"{code(user)}, {_BASE_IMAGE}" if user else f"not known, {_BASE_IMAGE}"
    folder = stage.workdir_at(index)
    yield "Working directory", code(folder) if folder else f"not known, {_BASE_IMAGE}"
    shell = stage.shell_at(index)
    if instruction.is_json:
        yield "Shell", "none, the command is in exec form"
    elif shell.stage is not None:
        yield "Shell", code(shell.value) if shell.value else "not known"
    elif stage.image is not None and not stage.image.is_for_windows:
        yield "Shell", "`/bin/sh -c`, if the base image sets no other"
    python = _python(stage, index, instruction)
    if python:
        yield "Python", python
    environment = environment_value(stage, "AZUREML_CONDA_ENVIRONMENT_PATH")
    if environment and is_inference(stage):
        yield "Server", f"runs in {code(environment)}, by `AZUREML_CONDA_ENVIRONMENT_PATH`"


def _python(stage: Stage, index: int, instruction: Instruction) -> str | None:
    """Where `python` and `pip` come from; None where nothing about it can be said of such an image."""
    environment = None if instruction.is_json else _environment_of_shell(stage, index)
    if environment is not None:
        return f"the environment {code(environment)}, by SHELL"
    at: tuple[Stage, int] = (stage, index)
    for _ in range(_MAX_DEFINITIONS):
        definition = at[0].definition_at("PATH", at[1])
        if definition is None:
            return _python_of_image(stage)
        first = _first_folder(definition)
        if first is not None:
            return f"{code(first)} comes first in `PATH`" if first else "not known"
        if definition.stage is None:
            break
        at = (definition.stage, definition.index)
    return "not known"


def _environment_of_shell(stage: Stage, index: int) -> str | None:
    """The environment of the `conda run` that SHELL puts before every command."""
    shell = stage.shell_at(index)
    if shell.stage is None:
        return None
    words = [word.value for word in shell.stage.instructions[shell.index].words]
    if len(words) < 2 or words[0].rsplit("/", 1)[-1] not in CONDA or words[1] != "run":
        return None
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name in ("-n", "--name", "-p", "--prefix"):
            written = value if equals else following
            # Docker leaves a variable in SHELL alone; conda replaces it.
            return expand_word(written, stage.instructions[index].escape, stage.lookup_at(index)) or written or None
    return None


def _first_folder(definition: Definition) -> str | None:
    """The first folder of a PATH: None where it is that of the PATH before it, empty where it is not known."""
    if isinstance(definition.value, str):
        return definition.value.split(":", 1)[0]
    written = definition.pair.value or ""
    if _OWN_PATH.match(written):
        return None
    first = _FIRST_FOLDER.match(written)
    stage = definition.stage
    if first is None or stage is None:
        return ""
    escape = stage.instructions[definition.index].escape
    value = expand_word(first[1], escape, stage.lookup_at(definition.index))
    return value or ""


def _python_of_image(stage: Stage) -> str | None:
    path = stage.base_image.environment.get("PATH") if stage.base_image else None
    if path:
        return f"{code(path.split(':', 1)[0])} comes first in the base image's `PATH`"
    repository = azureml_repository(stage)
    if repository is None:
        return None
    if family_of(repository) is Family.TRAINING:
        return f"{_BASE_IMAGE}, in `/opt/miniconda`"
    name = repository.rpartition("/azureml/")[2]
    if is_inference(stage):
        environment = next((where for prefix, where in _ENVIRONMENTS if name.startswith(prefix)), None)
        if environment is not None:
            return f"{_BASE_IMAGE}; in images like this it is `{environment}`"
    return f"not known, {_BASE_IMAGE}"
