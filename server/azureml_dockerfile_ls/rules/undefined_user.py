"""A training image has no user `dockeruser`.

## What it does

Reports `USER dockeruser` on an image that has no such user, unless something before it may have made one.

## Why is this bad?

Only the inference images have `dockeruser`. The training images (`openmpi…`, `intelmpi…`, `base…`) run as root, and the
container, or the next RUN, stops with "unable to find user dockeruser".

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
USER dockeruser
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
RUN useradd --create-home dockeruser
USER dockeruser
```
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import DOCKER_USER, Family, family_of
from azureml_dockerfile_ls.azureml.stages import azureml_repository, copies, is_root, user_at
from azureml_dockerfile_ls.model.shell import Command, commands_of
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Rule, Scope, Severity, page_of, replacement
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Span

_HARMLESS = frozenset(("chown", "chmod", "mkdir", "ls", "id", "groups", "install", "su", "echo"))


def check(stage: Stage) -> Iterator[Finding]:
    """Every `USER dockeruser` of the stage before which no such user is made."""
    repository = azureml_repository(stage)
    if repository is None or family_of(repository) is not Family.TRAINING:
        return
    for index, instruction in stage.having("USER"):
        if stage.user_at(index + 1).value != DOCKER_USER or _may_be_created(stage, index):
            continue
        message = (
            f"This image has no user {DOCKER_USER}: the container, or the next RUN, stops. Only inference images do."
        )
        yield Finding(index, instruction.words[0].span, message, tuple(_fixes(stage, index, instruction)))


def _fixes(stage: Stage, index: int, instruction: Instruction) -> Iterator[Fix]:
    user = user_at(stage, index)
    if user and is_root(user):
        create = Edit(index, Span(0, 0), f"RUN useradd --create-home {DOCKER_USER}\n")
        yield Fix(f"Create the user {DOCKER_USER} before it", (create,))
    yield replacement(f"Remove USER {DOCKER_USER}", index, Span(0, len(instruction.text)), "")


def _may_be_created(stage: Stage, index: int) -> bool:
    """Whether something before instruction `index` makes the user, or may make it where nobody can see."""
    for part in stage.chain():
        stop = index if part is stage else part.end
        for at, run in part.having("RUN"):
            if at < stop and any(_may_create(command) for command in commands_of(run)):
                return True
    return any(
        copy.destination is None or copy.destination in ("/", "/etc", "/etc/passwd")
        for copy in copies(stage)
        if copy.stage is not stage or copy.index < index
    )


def _may_create(command: Command) -> bool:
    if command.program in ("useradd", "adduser", "newusers", "usermod"):
        return any(not word.is_literal or DOCKER_USER in word.value for word in command.arguments)
    if command.program in _HARMLESS and not command.redirections:
        return False
    is_script = "/" in command.words[0].value and not command.words[0].value.startswith(("/usr/", "/bin/", "/opt/"))
    runs_script = any(word.value.endswith((".sh", ".py", ".yml", ".yaml")) for word in command.words)
    return is_script or runs_script or any(DOCKER_USER in word.value for word in command.words)


RULE = Rule("UndefinedUser", Severity.ERROR, Scope.STAGE, check, page_of(__doc__))
