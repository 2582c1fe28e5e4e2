"""A variable names a cache folder below `/root`, but the container does not run as root.

## What it does

Reports `HF_HOME` and similar variables of an image of Azure ML that name a folder in `/root`, if the container
certainly runs as another user than root. It is silent if a RUN changes the permissions in `/root` or may do so.

## Why is this bad?

Only root can enter `/root`. A library that downloads a model or writes a cache there stops with "Permission denied",
and the files that the build put there cannot be read.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV HF_HOME=/root/.cache/huggingface
RUN pip install --no-cache-dir transformers
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV HF_HOME=/home/dockeruser/.cache/huggingface
RUN pip install --no-cache-dir transformers
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import DOCKER_USER
from azureml_dockerfile_ls.azureml.serving import is_inference, is_on_azureml, user_at
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import any_run
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.model.startup import start_of
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Fix, Group, Severity, page_of, replacement
from azureml_dockerfile_ls.shell.commands import may_run_other_commands, mentions
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import shortened

_CACHES = frozenset(
    "DIFFUSERS_CACHE HF_ASSETS_CACHE HF_DATASETS_CACHE HF_HOME HF_HUB_CACHE HF_MODULES_CACHE HF_XET_CACHE "
    "HUGGINGFACE_HUB_CACHE JOBLIB_TEMP_FOLDER KERAS_HOME MPLCONFIGDIR NLTK_DATA NUMBA_CACHE_DIR "
    "PYTORCH_TRANSFORMERS_CACHE SENTENCE_TRANSFORMERS_HOME TFHUB_CACHE_DIR TIKTOKEN_CACHE_DIR TORCH_EXTENSIONS_DIR "
    "TORCH_HOME TORCHINDUCTOR_CACHE_DIR TRANSFORMERS_CACHE TRITON_CACHE_DIR VLLM_CACHE_ROOT XDG_CACHE_HOME".split()
)
"""The variables that name a folder to which a library writes while it runs. Source: their documentation."""

_OF_ROOT = lazy_pattern(r"/root(?:/.*)?")
_PLAIN = lazy_pattern(r"[\w./-]+")
_ACCESS = frozenset(("chmod", "chown", "chgrp", "setfacl", "usermod", "install", "ln", "mv", "rsync"))
_HOME = f"/home/{DOCKER_USER}"


def check(stage: Stage) -> Iterator[Finding]:
    """Find every such variable of the container."""
    user = user_at(stage, stage.end)
    if not is_on_azureml(stage) or user is None or is_root(user):
        return
    every = [stage.environment[name] for name in sorted(_CACHES) if name in stage.environment]
    found = [definition for definition in every if _is_of_root(definition)]
    if not found or any_run(stage, _may_open) or _switches_user(stage):
        return
    for definition in found:
        message = f"{user} cannot write to {shortened(str(definition.value))}, because only root can enter /root."
        place = places.of_value(stage, definition)
        fixes = tuple(_fixes(stage, user, definition, place))
        advice = f"Use a folder in {_HOME}." if is_inference(stage) and user == DOCKER_USER else "Use another folder."
        yield Finding(*place, f"{message} {advice}", fixes, related=places.inherited(stage, place))


def _is_of_root(definition: Definition) -> bool:
    return isinstance(definition.value, str) and _OF_ROOT.fullmatch(definition.value) is not None


def _may_open(instruction: Instruction) -> bool:
    """Whether a RUN gives other users access to `/root`, or may do so."""
    if instruction.name != "RUN":
        return False
    return any(
        may_run_other_commands(command) or (command.program in _ACCESS and mentions(command, "/root"))
        for command in commands_of(instruction)
    )


def _switches_user(stage: Stage) -> bool:
    """Whether the container starts a program as root."""
    return any(command.by_sudo for part, index in start_of(stage) for command in commands_of(part.instructions[index]))


def _fixes(stage: Stage, user: str, definition: Definition, place: places.Place) -> Iterator[Fix]:
    value = definition.pair.value or ""
    is_used = any(
        "/root" in instruction.text
        for part in stage.ancestry()
        for instruction in part.instructions
        if instruction.name not in ("ENV", "ARG", "LABEL")
    )
    if user == DOCKER_USER and is_inference(stage) and _PLAIN.fullmatch(value) and not is_used:
        folder = value.replace("/root", _HOME, 1)
        yield replacement(f"Use {folder}", place.at, place.span, folder, is_preferred=True)


RULE = FinalStageRule("UnwritableFolder", Severity.HINT, Group.AZUREML, page_of(__doc__), check)
