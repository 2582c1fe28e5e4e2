"""A variable of the inference server has a value that the server cannot use.

## What it does

Reports a value of `SCORING_TIMEOUT_MS`, `WORKER_COUNT`, `WORKER_TIMEOUT` or `AZUREML_DEBUG_PORT` that is no whole
number. Fewer than one worker, and an `AZUREML_LOG_LEVEL` that is none, are a warning. What counts is the value in force
at the end of an inference image; one that cannot be known, or is empty, or that the Dockerfile uses itself, is left
alone.

## Why is this bad?

The server reads these variables when it starts. It stops at a value that it cannot read, and the container ends with
it.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV SCORING_TIMEOUT_MS=60s
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
ENV SCORING_TIMEOUT_MS=60000
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.variables.packages import starts_inference_server
from azureml_dockerfile_ls.azureml.variables.uses import used_names
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Group, Severity, page_of
from azureml_dockerfile_ls.text import shortened

_LEVEL = "AZUREML_LOG_LEVEL"
_LEVELS = frozenset(("DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL", "NOTSET"))
# Tried with the server's own libraries: WORKER_* go through Python's `int`, the others through pydantic's, which takes
# `5.0` for 5.
_WHOLE = re.compile(r"\s*(?P<sign>[+-]?)(?P<digits>\d+(?:_\d+)*)(?P<fraction>\.0*)?\s*")
_FOR_INT = frozenset(("WORKER_COUNT", "WORKER_TIMEOUT"))
_NUMBERS = ("SCORING_TIMEOUT_MS", "WORKER_COUNT", "WORKER_TIMEOUT", "AZUREML_DEBUG_PORT")


def check(stage: Stage) -> Iterator[Finding]:
    """Every variable that a container starts with whose value does not do."""
    found: dict[str, Finding] = {}
    for name in (*_NUMBERS, _LEVEL):
        definition = stage.environment.get(name)
        value = definition.value if definition else None
        if definition is not None and isinstance(value, str) and value.strip():
            problem = _problem_of_level(value) if name == _LEVEL else _problem_of_number(name, value)
            if problem is not None:
                severity, message = problem
                place = places.of_value(stage, definition)
                related = places.inherited(stage, place)
                found[name] = Finding(*place, message, severity=severity, related=related)
    if found and starts_inference_server(stage):
        # What a command makes of it, such as a number for `auto`, nobody can see.
        used = used_names(stage, found)
        yield from (finding for name, finding in found.items() if name not in used)


def _problem_of_level(value: str) -> tuple[Severity, str] | None:
    level = value.strip()
    if level.upper() in _LEVELS or _WHOLE.fullmatch(level):
        return None
    return (
        Severity.WARNING,
        f"“{shortened(value)}” is no level of logging: DEBUG, INFO, WARNING, ERROR and CRITICAL are.",
    )


def _problem_of_number(name: str, value: str) -> tuple[Severity, str] | None:
    number = _WHOLE.fullmatch(value)
    if number is None or (number["fraction"] and name in _FOR_INT):
        message = f"{name} must be a whole number: with “{shortened(value)}” the inference server does not start."
        return Severity.ERROR, message
    is_zero = not number["digits"].strip("0_")
    is_negative = number["sign"] == "-" and not is_zero
    if name == "WORKER_COUNT" and (is_zero or is_negative):
        return Severity.WARNING, f"{name} must be at least 1: without a worker process nothing answers requests."
    if name == "WORKER_TIMEOUT" and is_negative:
        message = f"{name} must not be negative: with “{shortened(value)}” the inference server does not start."
        return Severity.ERROR, message
    return None


RULE = FinalStageRule("InvalidVariableValue", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
