"""An inference image runs as a user who cannot write to the folders of its services.

## What it does

Reports an inference image that runs as a user other than `dockeruser`, if no RUN gives `/var/runit` to that user. The
rule is silent after any command that may do so, such as a script or a `chown` with a variable in it, and if CMD or
ENTRYPOINT starts another server.

## Why is this bad?

The services of an inference image write to `/var/runit`, `/var/log`, `/var/lib/nginx`, `/run`, `/opt/miniconda` and
`/var/azureml-app`, which belong to `dockeruser`. They cannot start as another user, and the container fails.

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
USER root
RUN useradd --create-home joe
USER joe
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
USER root
RUN useradd --create-home joe && \\
    chown -R joe /var/runit /var/log /var/lib/nginx /run /opt/miniconda /var/azureml-app
USER joe
```
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.families import DOCKER_USER, OWNED_FOLDERS, SERVICES_FOLDER
from azureml_dockerfile_ls.azureml.serving import is_inference, starts_services, user_at
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import CopiedFiles, any_copy
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import EffectiveSetting, Stage
from azureml_dockerfile_ls.model.startup import start_of
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.paths import is_inside
from azureml_dockerfile_ls.rules import places
from azureml_dockerfile_ls.rules.fixes import end_as, line_above, line_below
from azureml_dockerfile_ls.rules.rule import Edit, FinalStageRule, Finding, Fix, Group, Severity, page_of
from azureml_dockerfile_ls.shell.commands import Command, ShellWord, may_run_other_commands, mentions
from azureml_dockerfile_ls.shell.programs.users import ownership_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction

_DOCKER_USER_ID = "1000"
_WITH_PATTERN = lazy_pattern(r"[*?\[{~]")
_OPENING_MODE = lazy_pattern(r"[0-7]*(?:[2367][0-7]|[0-7][2367])|[2367]|.*[w=].*")
"""A mode of chmod that gives write access to a group or to all users."""
_PLAIN = lazy_pattern(r"[\w.:${}-]+")


def check(stage: Stage) -> Iterator[Finding]:
    """Find the last USER of the final stage if the services cannot run as that user."""
    in_force, user = stage.user_at(stage.end), user_at(stage, stage.end)
    if in_force.stage is None or user is None or is_root(user) or user in (DOCKER_USER, _DOCKER_USER_ID):
        return
    if not is_inference(stage) or not starts_services(stage) or _has_other_services(stage) or _may_own(stage):
        return
    place = places.of_user(stage, in_force)
    message = (
        f"The image's services start as {user}, who cannot write to {SERVICES_FOLDER} and the other folders of "
        f"{DOCKER_USER}. Give these folders to {user}, or run as {DOCKER_USER}."
    )
    related = places.inherited(stage, place)
    yield Finding(*place, message, tuple(_fixes(stage, in_force)), related=related)


def _has_other_services(stage: Stage) -> bool:
    """Whether CMD or ENTRYPOINT starts the services of another folder, or starts them as another user."""
    words = [word.value for part, index in start_of(stage) for word in part.instructions[index].words]
    if any("sudo" in word or "gosu" in word for word in words):
        return True
    return bool(words) and not any(SERVICES_FOLDER in word or "SVDIR" in word for word in words)


def _may_own(stage: Stage) -> bool:
    """Whether any instruction may give the user the folder of the services, or the user ID of `dockeruser`."""
    in_run = any(True for part in stage.ancestry() for _ in part.each_site(_may_give_in, "RUN"))
    return in_run or any_copy(stage, _may_bring)


def _may_give_in(run: Site) -> bool:
    commands = commands_of(run.instruction)
    folder = None if any(command.program in ("cd", "pushd") for command in commands) else run.workdir
    return any(_may_give(command, folder) for command in commands) or _is_in_script(run.instruction, commands)


def _may_give(command: Command, folder: str | None) -> bool:
    if command.program == "chown":
        ownership = ownership_of(command)
        if ownership is None or not ownership.paths or not ownership.owner.is_literal:
            return True
        return any(_reaches(path, folder, is_recursive=ownership.is_recursive) for path in ownership.paths)
    if command.program == "chmod":
        mode, *paths = command.operands() or (None,)
        if mode is None or not paths:
            return True
        is_recursive = command.has_option("-R", "--recursive")
        opens = not mode.is_literal or _OPENING_MODE.fullmatch(mode.value) is not None
        return opens and any(_reaches(path, folder, is_recursive=is_recursive) for path in paths)
    if command.program in ("useradd", "adduser"):
        # A user with the same ID is the same user.
        values = [word.value for word in command.arguments if word.is_literal]
        is_known = len(values) == len(command.arguments)
        return command.has_option("-u", "--uid") and (not is_known or any(_DOCKER_USER_ID in value for value in values))
    if command.program == "usermod":
        return command.has_option("-u", "--uid", "-l", "--login")
    if command.program in ("setfacl", "install", "newusers") or mentions(command, "/etc/passwd"):
        return True
    if mentions(command, "chown") or mentions(command, "chmod") or may_run_other_commands(command):
        return True
    return any(word.value.endswith((".sh", ".py", ".pl")) for word in command.words)


def _reaches(word: ShellWord, folder: str | None, *, is_recursive: bool) -> bool:
    """Whether a path of a command in `folder` may contain the folder of the services, or lie inside it."""
    if not word.is_literal or _WITH_PATTERN.search(word.value):
        return True
    if not word.value.startswith("/") and folder is None:
        return True
    path = "/" + posixpath.normpath(posixpath.join(folder or "/", word.value)).lstrip("/")
    return is_inside(path, SERVICES_FOLDER) or (is_recursive and is_inside(SERVICES_FOLDER, path))


def _is_in_script(run: Instruction, commands: tuple[Command, ...]) -> bool:
    """Whether a heredoc that no shell reads mentions chown or chmod."""
    bodies = [heredoc.body_span.of(run.text) for heredoc in run.heredocs]
    is_read = any(command.program == "chown" for command in commands)
    return not is_read and any("chown" in body or "chmod" in body for body in bodies)


def _may_bring(copy: CopiedFiles) -> bool:
    """Whether a COPY or ADD may add the folder of the services with an owner, or replace `/etc/passwd`."""
    if copy.destination in ("/", "/etc", "/etc/passwd"):
        return True
    keeps_owner = copy.instruction.flag("chown") is not None or copy.instruction.name == "ADD"
    folder = copy.destination
    return keeps_owner and (folder is None or is_inside(folder, SERVICES_FOLDER) or is_inside(SERVICES_FOLDER, folder))


def _fixes(stage: Stage, in_force: EffectiveSetting) -> Iterator[Fix]:
    owner = _owner(stage, in_force)
    if owner is not None:
        edit = _edit_that_gives(stage, in_force, owner)
        if edit is not None:
            yield Fix(f"Give the folders of the services to {owner}", (edit,))
    edit = end_as(stage, in_force, DOCKER_USER)
    if edit is not None:
        is_replaced = not edit.text.startswith("\n")
        yield Fix(f"Use {DOCKER_USER}" if is_replaced else f"Switch to {DOCKER_USER} at the end", (edit,))


def _owner(stage: Stage, in_force: EffectiveSetting) -> str | None:
    """The user and the group as a shell command can write them, with build arguments; None if it cannot."""
    if in_force.stage is None:
        return None
    written = in_force.stage.instructions[in_force.index].words[0].value
    # An ARG of another stage has no value in this stage.
    owner = written if in_force.stage is stage else in_force.stage.text_of(in_force.index)
    return owner if owner and _PLAIN.fullmatch(owner) else None


def _edit_that_gives(stage: Stage, in_force: EffectiveSetting, owner: str) -> Edit | None:
    give = f"RUN chown -R {owner} {' '.join(OWNED_FOLDERS)}"
    if in_force.stage is not stage:
        return line_below(0, stage.instructions[0], f"USER root\n{give}\nUSER {owner}")
    before = user_at(stage, in_force.index)
    is_by_root = before is not None and is_root(before)
    return line_above(in_force.index, give if is_by_root else f"USER root\n{give}")


RULE = FinalStageRule(
    "UserWithoutOwnership", Severity.WARNING, Group.AZUREML, page_of(__doc__), check, covered_by_from=True
)
