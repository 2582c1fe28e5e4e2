"""A server listens on a port below 1024, but the container does not run as root.

## What it does

Reports the port in the CMD or ENTRYPOINT of an image of Azure ML, if the container certainly runs as another user than
root. It reads the options of gunicorn, uvicorn, flask and other well-known servers.

## Why is this bad?

Linux reserves the ports below 1024 for root. Docker lifts this limit, but other container runtimes, such as that of
Azure Kubernetes Service, keep it. The server then stops with "Permission denied".

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install --no-cache-dir uvicorn
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "80"]
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
RUN pip install --no-cache-dir uvicorn
CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8080"]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.serving import is_on_azureml, user_at
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.startup import start_of
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Group, Severity, page_of
from azureml_dockerfile_ls.shell.commands import PYTHON, Command, ShellWord
from azureml_dockerfile_ls.shell.programs.arguments import read_arguments
from azureml_dockerfile_ls.shell.reader import commands_of

_PORT_OPTIONS = {
    "azmlinfsrv": ("--port",),
    "daphne": ("-p", "--port"),
    "fastapi": ("--port",),
    "flask": ("-p", "--port"),
    "gunicorn": ("-b", "--bind"),
    "hypercorn": ("-b", "--bind"),
    "jupyter": ("--port",),
    "jupyter-lab": ("--port",),
    "jupyter-notebook": ("--port",),
    "mlflow": ("-p", "--port"),
    "streamlit": ("--server.port",),
    "tensorboard": ("--port",),
    "uvicorn": ("--port",),
    "waitress-serve": ("--port", "--listen"),
}
"""The options of servers that set the port, alone or after a host and a colon. Source: their help texts."""

_PORT = lazy_pattern(r"(?:[\w.\[\]:*-]*:)?(\d{1,5})")
_FIRST_FREE_PORT = 1024


def check(stage: Stage) -> Iterator[Finding]:
    """Find such a port in the commands that a container starts."""
    user = user_at(stage, stage.end)
    if not is_on_azureml(stage) or user is None or is_root(user):
        return
    for part, index in start_of(stage):
        for command in commands_of(part.instructions[index]):
            word = None if command.by_sudo else _privileged_port(command)
            if word is None:
                continue
            message = (
                f"Only root can listen on a port below {_FIRST_FREE_PORT}, except in Docker, and this container runs "
                f"as {user}. Use a higher port, such as 8080."
            )
            place = places.Place(places.in_stage(stage, part, index), word.span)
            yield Finding(*place, message, related=places.inherited(stage, place))
            return


def _privileged_port(command: Command) -> ShellWord | None:
    """The word that sets a port below 1024."""
    program, arguments = command.program, command.arguments
    if PYTHON.fullmatch(program) and len(arguments) > 1 and arguments[0].value == "-m":
        program, arguments = arguments[1].value, arguments[2:]
    if program == "http.server":
        words = read_arguments(arguments, ("-b", "--bind", "-d", "--directory", "-p", "--protocol")).operands[:1]
    else:
        options = _PORT_OPTIONS.get(program, ())
        words = read_arguments(arguments, options).values_of(*options)
    for word in words:
        found = _PORT.fullmatch(word.value) if word.is_literal else None
        if found is not None and 0 < int(found[1]) < _FIRST_FREE_PORT:
            return word
    return None


RULE = FinalStageRule("PrivilegedPort", Severity.HINT, Group.AZUREML, page_of(__doc__), check, covered_by_from=True)
