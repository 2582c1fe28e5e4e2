"""A training image does not have the user `dockeruser`.

## What it does

Reports `USER dockeruser` on an image that has no such user, unless an earlier instruction may create it. A group
with that name is not a user.

## Why is this bad?

Only the inference images have `dockeruser`. The training images (`openmpi…`, `intelmpi…`, `base…`) run as root. The
next RUN, or the container, stops with "unable to find user dockeruser".

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
from azureml_dockerfile_ls.azureml.serving import azureml_repository, user_at
from azureml_dockerfile_ls.model.copies import CopiedFiles, find_copies
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.paths import is_file_name
from azureml_dockerfile_ls.rules.fixes import line_above
from azureml_dockerfile_ls.rules.rule import BUILDING, Edit, Finding, Fix, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.shell.commands import Command, may_run_other_commands, mentions
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import LocalSpan

_CREATING = frozenset(("useradd", "adduser", "newusers"))
_GROUP_OPTIONS = ("-g", "--gid", "-G", "--groups", "--ingroup")
_HARMLESS = frozenset(
    "addgroup chgrp chmod chown echo getent gpasswd groupadd groupmod groups id install ls mkdir passwd su".split()
)


def check(stage: Stage) -> Iterator[Finding]:
    """Find each `USER dockeruser` of the stage if no earlier instruction creates that user."""
    repository = azureml_repository(stage)
    if repository is None or family_of(repository) is not Family.TRAINING:
        return
    users = [
        (index, user)
        for index, user in stage.instructions_named("USER")
        if stage.user_at(index + 1).value == DOCKER_USER
    ]
    end = _first_that_may_create(stage) if users else 0
    for index, instruction in users:
        if index > end:
            return
        message = (
            f"This image has no user {DOCKER_USER}, so the next RUN or the container fails. "
            "Only inference images have that user."
        )
        yield Finding(index, instruction.words[0].span, message, tuple(_fixes(stage, index, instruction)))


def _fixes(stage: Stage, index: int, instruction: Instruction) -> Iterator[Fix]:
    user = user_at(stage, index)
    if user and is_root(user):
        create = line_above(index, f"RUN useradd --create-home {DOCKER_USER}")
        yield Fix(f"Create the user {DOCKER_USER}", (create,))
    removed = Edit(index, LocalSpan(0, len(instruction.text)), "", removes_line=True)
    yield Fix(f"Remove USER {DOCKER_USER}", (removed,))


def _first_that_may_create(stage: Stage) -> int:
    """The index of the first instruction that creates the user, or may create it.

    The result is -1 if that instruction is in an earlier stage, and the end of the stage if there is none.
    """
    found = [stage.end]
    for part in stage.ancestry():
        index = next((index for index, _ in part.each(_may_create_in)), None)
        if index is not None:
            found.append(index if part is stage else -1)
    found += [copy.index if copy.stage is stage else -1 for copy in find_copies(stage, _may_bring)]
    return min(found)


def _may_create_in(run: Instruction) -> bool:
    return run.name == "RUN" and (any(map(_may_create, commands_of(run))) or _is_in_heredoc(run))


def _may_create(command: Command) -> bool:
    if command.program in _CREATING:
        named = command.operands(*_GROUP_OPTIONS)
        return any(DOCKER_USER in word.value for word in named) or not all(word.is_literal for word in command.words)
    if command.program == "usermod" and not command.has_option("-l", "--login"):
        return False
    if mentions(command, "/etc/passwd") or (command.program not in _HARMLESS and mentions(command, DOCKER_USER)):
        return True
    runs_script = any(word.value.endswith((".sh", ".py", ".pl")) for word in command.words)
    return runs_script or may_run_other_commands(command)


def _is_in_heredoc(run: Instruction) -> bool:
    return any(DOCKER_USER in heredoc.body_span.of(run.text) for heredoc in run.heredocs)


def _may_bring(copy: CopiedFiles) -> bool:
    """Whether a COPY or ADD may replace `/etc/passwd`."""
    if copy.destination == "/etc/passwd" or copy.instruction.name == "ADD":
        return copy.destination in ("/etc/passwd", "/", "/etc", None)
    if copy.destination is None:
        return not all(source and (source in (".", "./") or is_file_name(source)) for source in copy.sources)
    return copy.destination in ("/", "/etc") and not all(source and is_file_name(source) for source in copy.sources)


RULE = StageRule("UndefinedUser", Severity.ERROR, Group.AZUREML, page_of(__doc__), check, looks_at=BUILDING)
