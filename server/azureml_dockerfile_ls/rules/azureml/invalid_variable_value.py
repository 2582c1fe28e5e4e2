"""A variable has a value that the inference server cannot use.

## What it does

Reports a value of `SCORING_TIMEOUT_MS`, `WORKER_COUNT`, `WORKER_TIMEOUT` or `AZUREML_DEBUG_PORT` that is not a whole
number. A `WORKER_COUNT` below 1 and an unknown `AZUREML_LOG_LEVEL` are warnings. The rule checks the values at the end
of an inference image. It ignores a value that is empty or unknown, and a variable that the Dockerfile uses itself.

## Why is this bad?

The server reads these variables when it starts. If it cannot read a value, it stops, and the container exits.

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

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.variables.packages import starts_inference_server
from azureml_dockerfile_ls.azureml.variables.uses import used_names
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Group, Severity, page_of
from azureml_dockerfile_ls.text import shortened

_LEVEL = "AZUREML_LOG_LEVEL"
_LEVELS = frozenset(("DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL", "NOTSET"))
# The server reads WORKER_* with Python's `int` and the others with pydantic, which accepts `5.0` as 5. This was tested
# with the server's own libraries.
_WHOLE = lazy_pattern(r"\s*(?P<sign>[+-]?)(?P<digits>\d+(?:_\d+)*)(?P<fraction>\.0*)?\s*")
_FOR_INT = frozenset(("WORKER_COUNT", "WORKER_TIMEOUT"))
_NUMBERS = ("SCORING_TIMEOUT_MS", "WORKER_COUNT", "WORKER_TIMEOUT", "AZUREML_DEBUG_PORT")


def check(stage: Stage) -> Iterator[Finding]:
    """Find every variable of the container with a value that the server cannot use."""
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
        # A command may compute another value from it, such as a number from `auto`.
        used = used_names(stage, found)
        yield from (finding for name, finding in found.items() if name not in used)


def _problem_of_level(value: str) -> tuple[Severity, str] | None:
    level = value.strip()
    if level.upper() in _LEVELS or _WHOLE.fullmatch(level):
        return None
    message = f'"{shortened(value)}" is not a log level. Use DEBUG, INFO, WARNING, ERROR or CRITICAL.'
    return Severity.WARNING, message


def _problem_of_number(name: str, value: str) -> tuple[Severity, str] | None:
    number = _WHOLE.fullmatch(value)
    if number is None or (number["fraction"] and name in _FOR_INT):
        message = f'The inference server does not start with "{shortened(value)}". {name} must be a whole number.'
        return Severity.ERROR, message
    is_zero = not number["digits"].strip("0_")
    is_negative = number["sign"] == "-" and not is_zero
    if name == "WORKER_COUNT" and (is_zero or is_negative):
        return Severity.WARNING, f"The server does not answer requests without a worker. {name} must be at least 1."
    if name == "WORKER_TIMEOUT" and is_negative:
        message = f'The inference server does not start with "{shortened(value)}". {name} must not be negative.'
        return Severity.ERROR, message
    return None


RULE = FinalStageRule("InvalidVariableValue", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
