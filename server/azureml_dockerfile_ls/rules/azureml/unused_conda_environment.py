"""A conda environment is created, but the container does not use it.

## What it does

Reports `conda create` and `conda env create` in the final stage of an Azure ML image if no instruction activates the
environment or adds it to `PATH`. Packages that pip and conda install into the environment do not make it the one that
runs. The rule is silent if a script or any other instruction may use the environment.

## Why is this bad?

Azure ML's jobs and the inference server run the Python that comes first in `PATH`, which is still that of the base
image. The packages of the new environment are missing there, although the build has installed them.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
WORKDIR /work
COPY conda.yml .
RUN conda env create -n score -f conda.yml
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
WORKDIR /work
COPY conda.yml .
RUN conda env create -p /azureml-envs/score -f conda.yml
ENV PATH=/azureml-envs/score/bin:$PATH
```
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import Family, family_of
from azureml_dockerfile_ls.azureml.serving import azureml_repository, is_on_azureml
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import any_run
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.azureml.conda_environments import CONDA_ROOT, Creation, creations
from azureml_dockerfile_ls.rules.fixes import line_below
from azureml_dockerfile_ls.rules.rule import Anchor, ContextRule, Finding, Fix, Group, Severity, page_of
from azureml_dockerfile_ls.shell.commands import may_run_other_commands
from azureml_dockerfile_ls.shell.programs.conda import conda_of, conda_run_of
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan, shortened

_USING = lazy_pattern(
    r"activate|conda[\"',\s]+run|mamba[\"',\s]+run|/envs/|azureml-envs|CONDA_DEFAULT_ENV|CONDA_PREFIX|bashrc|profile"
    r"|CONDA_ENVIRONMENT_PATH",
    re.IGNORECASE,
)
_INSTALLING = frozenset(("create", "install", "update", "upgrade", "env create", "env update"))
_PLAIN = lazy_pattern(r"[\w./-]+")


def check(stage: Stage, context: BuildContext | None) -> Iterator[Finding]:
    """Every environment that the stage, or a stage that it is built on, creates and that nothing uses."""
    if not is_on_azureml(stage):
        return
    found = list(creations(stage, context))
    if not found or any_run(stage, _runs_script):
        return
    for creation in found:
        named = posixpath.basename(creation.prefix) if creation.prefix else creation.name
        is_unknown = named is None and creation.command.environment != (None, None)
        if named == "base" or is_unknown or _is_used(stage, named):
            continue
        at = places.in_stage(stage, creation.stage, creation.at)
        what = f"the environment {shortened(named)}" if named else "this environment"
        message = (
            f"A container does not use {what}, because it is not in PATH and nothing activates it. Add it to PATH."
        )
        yield Finding(at, _span(creation), message, tuple(_fixes(stage, at, creation)))


def _span(creation: Creation) -> LocalSpan:
    """The name or the folder of the environment, else the file that names it, else the action."""
    named, placed = creation.command.environment
    word = placed or named or next(iter(creation.command.files), None)
    return word.span if word else creation.command.action_span


def _is_used(stage: Stage, named: str | None) -> bool:
    """Whether any text of the final image names the environment or uses one, apart from installations into it."""
    mention = re.compile(rf"(?<![\w-]){re.escape(named)}(?![\w-])") if named else None
    for part in stage.ancestry():
        for instruction in part.instructions:
            if instruction.name in ("FROM", "LABEL", "MAINTAINER"):
                continue
            text = _without_installations(instruction)
            if _USING.search(text) or (mention is not None and mention.search(text)):
                return True
    return False


@derived
def _without_installations(instruction: Instruction) -> str:
    """The text of an instruction without the commands that create environments or install packages into them."""
    text = instruction.text
    if instruction.name != "RUN":
        return text
    for command in sorted(commands_of(instruction), key=lambda command: command.span, reverse=True):
        conda = conda_of(command)
        is_installation = pip_of(command) is not None or (conda is not None and conda.action in _INSTALLING)
        # Who knows `conda run` can start the container or the job with it too.
        if is_installation and conda_run_of(command) is None:
            text = f"{text[: command.span.start]} {text[command.span.end :]}"
    return text


def _runs_script(instruction: Instruction) -> bool:
    """Whether an instruction runs commands that the file does not show, during the build or in the container."""
    is_running = instruction.name in ("RUN", "CMD", "ENTRYPOINT")
    return is_running and any(map(may_run_other_commands, commands_of(instruction)))


def _fixes(stage: Stage, at: int | Anchor, creation: Creation) -> Iterator[Fix]:
    prefix = creation.prefix
    if creation.name and family_of(azureml_repository(stage) or "") is not Family.OTHER:
        prefix = f"{CONDA_ROOT}/envs/{creation.name}"
    if prefix and prefix.startswith("/") and _PLAIN.fullmatch(prefix):
        edit = line_below(at, creation.stage.instructions[creation.at], f"ENV PATH={prefix}/bin:$PATH")
        if edit:
            yield Fix("Put this environment first in PATH", (edit,), is_preferred=True)


RULE = ContextRule("UnusedCondaEnvironment", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check)
