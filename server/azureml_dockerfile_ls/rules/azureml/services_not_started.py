"""Code is copied into an inference image for its server, but the container starts another program.

## What it does

Reports the CMD or ENTRYPOINT of an inference image that starts another program than the image's own services, although
`AZUREML_ENTRY_SCRIPT` is set or code is copied for them. The rule is silent if that program may start the services or
the inference server itself, as your own script or `azmlinfsrv` does. It is also silent if your own web server serves
the code and the variable is not set.

## Why is this bad?

An inference image starts `runsvdir /var/runit`, which starts nginx and Azure ML's inference server. The server calls
`init()` and `run()` of the entry script. CMD and ENTRYPOINT replace this command. `CMD ["python", "score.py"]` only
defines the two functions and does not call them, and the container exits.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
CMD ["python", "/var/azureml-app/score.py"]
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import ENTRY_SCRIPT, USUAL_SCRIPT
from azureml_dockerfile_ls.azureml.model_files import is_without_code
from azureml_dockerfile_ls.azureml.serving import (
    app_root,
    environment_value,
    is_inference,
    models_folder,
    starts_services,
)
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import copies_near
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.startup import start_of
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.rule import FinalStageRule, Finding, Group, Severity, page_of
from azureml_dockerfile_ls.shell.commands import PYTHON, SHELLS, Command
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.text import LocalSpan

_OWN_SERVERS = frozenset(
    "gunicorn uvicorn hypercorn daphne waitress-serve uwsgi flask fastapi tritonserver tensorflow_model_server "
    "torchserve streamlit jupyter jupyter-lab jupyter-notebook http.server".split()
)
_IDLE = frozenset("sleep tail cat true false echo printf ls env pwd cd set export ulimit".split())
_SDK = "azureml.core."
"""The start of the names of modules of the SDK v1; none of them is a server."""

_STARTS_SERVER = lazy_pattern(
    # `entry:app` is the predecessor of azureml-inference-server-http.
    r"azmlinfsrv|azureml[_-]inference[_-]server|/var/azureml-server|AML_SERVER_ROOT|\bentry:app\b|/var/runit|runsv"
)


class _Program(NamedTuple):
    """A program that a container starts, and the span of its name."""

    name: str
    span: LocalSpan


def check(stage: Stage) -> Iterator[Finding]:
    """Find the CMD or ENTRYPOINT that takes effect in the final stage."""
    if not is_inference(stage) or starts_services(stage):
        return
    is_set, root = ENTRY_SCRIPT in stage.environment, app_root(stage)
    folder = root if root and _has_code(stage, root) else None
    if not is_set and folder is None:
        return
    start = start_of(stage)
    started = _program_without_services(stage, start)
    if started is None or (started.name in _OWN_SERVERS and not is_set):
        return
    part, index = start[0]
    name = part.instructions[index].name
    effect = f"{ENTRY_SCRIPT} has no effect" if is_set else f"nothing runs the code in {folder}"
    message = f"{name} starts {started.name} instead of the image's services, so {effect}. Remove {name} to start them."
    place = places.Place(places.in_stage(stage, part, index), started.span)
    yield Finding(*place, message, related=places.inherited(stage, place))


def _has_code(stage: Stage, root: str) -> bool:
    return any(
        copy.destination is not None
        and is_inside(copy.destination, root)
        and not is_inside(copy.destination, models_folder(root))
        and not all(source and is_without_code(source) for source in copy.sources)
        for copy in copies_near(stage, root)
    )


def _program_without_services(stage: Stage, start: tuple[tuple[Stage, int], ...]) -> _Program | None:
    """The program that a container starts; None if it may start the services or the server."""
    instructions = [part.instructions[index] for part, index in start]
    if any(_STARTS_SERVER.search(word.value) for instruction in instructions for word in instruction.words):
        return None
    commands = commands_of(instructions[0])
    # The words of CMD are arguments of an ENTRYPOINT in exec form. An ENTRYPOINT in shell form ignores them.
    following = instructions[1:] if instructions[0].is_json else []
    more = tuple(word.value for instruction in following for word in instruction.words)
    programs = []
    for command in commands:
        name = _name_without_services(command, more, stage, is_alone=len(commands) == 1)
        if name is None:
            return None
        programs.append(_Program(name, command.words[0].span))
    return next((program for program in programs if program.name in _OWN_SERVERS), programs[-1] if programs else None)


def _name_without_services(command: Command, more: tuple[str, ...], stage: Stage, *, is_alone: bool) -> str | None:
    arguments = (*(word.value for word in command.arguments), *more)
    if not command.words[0].is_literal:
        return None
    if command.program in SHELLS:
        # The script of `-c` is a separate command in `commands`, unless it comes from CMD.
        has_script = is_alone if command.has_option("-c") else any(not value.startswith("-") for value in arguments)
        return None if has_script else command.program
    if PYTHON.fullmatch(command.program):
        return _python_program(arguments, stage)
    is_known = command.program in _OWN_SERVERS or (command.program in _IDLE and not more)
    return command.program if is_known else None


def _python_program(arguments: tuple[str, ...], stage: Stage) -> str | None:
    """The program that Python runs, if it is a web server, the entry script or a module of the SDK; else None."""
    if arguments[:1] == ("-m",):
        module = next(iter(arguments[1:]), "")
        return module if module in _OWN_SERVERS or module.startswith(_SDK) else None
    script = next((value for value in arguments if not value.startswith("-")), "")
    entry = environment_value(stage, ENTRY_SCRIPT) or USUAL_SCRIPT
    return script if script and posixpath.basename(script) == posixpath.basename(entry) else None


RULE = FinalStageRule(
    "ServicesNotStarted", Severity.INFORMATION, Group.AZUREML, page_of(__doc__), check, covered_by_from=True
)
