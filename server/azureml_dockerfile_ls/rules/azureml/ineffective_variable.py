"""A variable is set, but it has no effect.

## What it does

Reports a variable of an inference image that the inference server does not read, or that it overwrites. The rule is
silent if the Dockerfile uses the variable itself, starts another server or changes the start-up script.

It also reports `AZUREML_EXTRA_REQUIREMENTS_TXT` and similar variables on a well-known image of another publisher, such
as `python`, because only the start-up script of Azure ML's inference images reads them.

## Why is this bad?

The variable does not do what it is meant to do. `SERVER_PORT` does not change the port, and
`AZUREML_INFERENCE_SERVER_HTTP_ENABLED=false` does not turn the server off.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV SERVER_PORT=8080 WORKER_COUNT=2
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV WORKER_COUNT=2
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import SERVER_PACKAGE
from azureml_dockerfile_ls.azureml.serving import azureml_repository
from azureml_dockerfile_ls.azureml.variables.packages import PACKAGE_SOURCES, installs_packages, starts_inference_server
from azureml_dockerfile_ls.azureml.variables.table import find
from azureml_dockerfile_ls.azureml.variables.uses import used_names
from azureml_dockerfile_ls.images.catalogue import embedded
from azureml_dockerfile_ls.images.tags import LATEST, is_template
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import any_run
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.model.startup import start_of
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import Edit, FinalStageRule, Finding, Fix, Group, Severity, page_of
from azureml_dockerfile_ls.shell.commands import PYTHON, may_run_other_commands, mentions
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction, KeyValuePair
from azureml_dockerfile_ls.text import LocalSpan, shortened

_ENABLED = "AZUREML_INFERENCE_SERVER_HTTP_ENABLED"
_NO = frozenset(("false", "0", "no", "off"))
_NOT_READ = "version 1.5.1 of the server does not read it"
_DEBUGGING = "the debugging features were removed from the server"
_WITHOUT_EFFECT = {
    "SERVER_PORT": "the server overwrites it with the value of its option --port",
    "HEALTH_PORT": "the server overwrites it or opens no second port",
    "AML_APP_INSIGHTS_ENDPOINT": _NOT_READ,
    "AML_MODEL_DC_STORAGE_ENABLED": _NOT_READ,
    "AML_FLASK_ONE_COMPATIBILITY": "version 1.4.0 of the server removed it",
    "AML_DBG_MODEL_INFO": _DEBUGGING,
    "AML_DBG_RESOURCE_INFO": _DEBUGGING,
}
"""The variables without effect, with the reasons."""

_OFFICIAL = frozenset(
    f"{prefix}{name}"
    for name in ("python", "ubuntu", "debian", "continuumio/miniconda3", "continuumio/anaconda3")
    for prefix in (("", "docker.io/") if "/" in name else ("", "library/", "docker.io/", "docker.io/library/"))
)
"""Well-known images of other publishers, which have no start-up script of Azure ML."""

_SERVER_PACKAGES = (SERVER_PACKAGE, "azureml-defaults")
# Version 1.4.0 of the server was released in November 2024, so images from 2025 on contain it.
_RECENT = lazy_pattern(r"20(?:2[5-9]|[3-9][0-9])[0-9]{4}\.v[0-9]+")


def check(stage: Stage) -> Iterator[Finding]:
    """Find every variable of the container that has no effect."""
    if stage.image_name in _OFFICIAL:
        messages = _messages_elsewhere(stage)
    else:
        messages = {
            name: message
            for name in (*_WITHOUT_EFFECT, *sorted(PACKAGE_SOURCES), _ENABLED)
            if name in stage.environment and (message := _message(stage, stage.environment[name]))
        }
        if not messages or not starts_inference_server(stage):
            return
    used = used_names(stage, messages)
    for name, message in messages.items():
        if name not in used:
            definition = stage.environment[name]
            place = places.of_name(stage, definition)
            fixes, related = tuple(_fixes(stage, definition)), places.inherited(stage, place)
            yield Finding(*place, message, fixes, related=related)


def _messages_elsewhere(stage: Stage) -> dict[str, str]:
    """The messages for the variables that only Azure ML's images read, on an image of another publisher."""
    names = [name for name in sorted(PACKAGE_SOURCES) if name in stage.environment and stage.environment[name].value]
    if not names or any_run(stage, _may_bring_script) or any(map(_runs_script, start_of(stage))):
        return {}
    reason = "because only the start-up script of Azure ML's inference images reads it. Install the packages with RUN"
    return {name: f"{name} has no effect, {reason}." for name in names}


def _may_bring_script(instruction: Instruction) -> bool:
    """Whether an instruction may add the start-up script of Azure ML's images."""
    return "runit" in instruction.text or (instruction.name == "COPY" and instruction.flag("from") is not None)


def _runs_script(start: tuple[Stage, int]) -> bool:
    """Whether a command of the container runs a script that the file does not show."""
    part, index = start
    return any(
        may_run_other_commands(command) and not PYTHON.fullmatch(command.program)
        for command in commands_of(part.instructions[index])
    )


def _message(stage: Stage, definition: Definition) -> str | None:
    """The message for a variable without effect; None if the variable has, or may have, an effect."""
    name, value = definition.name, definition.value
    if name == _ENABLED:
        if not isinstance(value, str) or value.lower() not in _NO:
            return None
        return f'{name}="{shortened(value)}" does not turn the server off. Only an empty value does.'
    if name in PACKAGE_SOURCES:
        if not value or installs_packages(stage) or _may_be_older(stage):
            return None
        return f"{name} has no effect, because this image installs no packages at start-up. Install them with RUN."
    variable = find(name)
    if variable is None or (variable.until and (_may_be_older(stage) or _has_own_server(stage))):
        return None
    advice = f"Use {variable.instead}" if variable.instead else "Remove it"
    return f"{name} has no effect, because {_WITHOUT_EFFECT[name]}. {advice}."


def _may_be_older(stage: Stage) -> bool:
    """Whether the base image may be older than the catalogue's current one, and contain an older server."""
    reference = stage.image
    image = embedded().find(azureml_repository(stage) or "")
    if reference is None or image is None or image.status != "current" or reference.digest is not None:
        return True
    tag = reference.tag or LATEST
    return tag not in (LATEST, image.newest_tag) and not is_template(tag) and not _RECENT.fullmatch(tag)


def _has_own_server(stage: Stage) -> bool:
    """Whether the Dockerfile may install its own version of the server."""
    return "AZUREML_CONDA_ENVIRONMENT_PATH" in stage.environment or any_run(stage, _names_server)


def _names_server(run: Instruction) -> bool:
    return run.name == "RUN" and any(
        mentions(command, package) for command in commands_of(run) for package in _SERVER_PACKAGES
    )


def _fixes(stage: Stage, definition: Definition) -> Iterator[Fix]:
    part = definition.stage or stage
    at, pair = places.in_stage(stage, part, definition.index), definition.pair
    instruction = part.instructions[definition.index]
    variable = find(definition.name)
    instead = variable.instead if variable else None
    if instead and instead not in stage.environment:
        yield Fix(f"Use {instead}", (Edit(at, pair.name_span, instead),), is_preferred=True)
    else:
        instead = None
    is_all = len(instruction.pairs) == 1
    removed = tuple(Edit(at, span, "", removes_line=is_all) for span in _without(instruction, pair))
    yield Fix(f"Remove {definition.name}", removed, is_preferred=instead is None)


def _without(instruction: Instruction, pair: KeyValuePair) -> tuple[LocalSpan, ...]:
    """The spans to remove with a pair. The other pairs and every comment stay unchanged."""
    pairs, text = instruction.pairs, instruction.text
    if len(pairs) == 1:
        return (LocalSpan(0, len(text)),)
    number = pairs.index(pair)
    before = pairs[number - 1].span.end if number else None
    after = pairs[number + 1].span.start if number + 1 < len(pairs) else None
    if after is not None and not _has_comment(instruction, pair.span.end, after):
        return (LocalSpan(pair.span.start, after),)
    if before is not None and not _has_comment(instruction, before, pair.span.start):
        return (LocalSpan(before, pair.span.end),)
    line_start = text.rfind("\n", 0, pair.span.start) + 1
    if after is None and before is not None:
        # The line before the comments must lose its line continuation.
        line_end = len(text[: text.index("\n", before)].rstrip("\r"))
        return LocalSpan(before, line_end), LocalSpan(len(text[: line_start - 1].rstrip("\r")), pair.span.end)
    line_end = text.find("\n", pair.span.end)
    is_alone = not text[line_start : pair.span.start].strip() and line_end >= 0
    return (LocalSpan(line_start, line_end + 1),) if is_alone else (pair.span,)


def _has_comment(instruction: Instruction, start: int, end: int) -> bool:
    return any(start <= comment.start < end for comment in instruction.comments)


RULE = FinalStageRule("IneffectiveVariable", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check)
