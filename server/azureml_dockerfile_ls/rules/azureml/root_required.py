"""A command that needs root rights runs as another user.

## What it does

Reports commands that change users and groups, such as `useradd`, and a `chown` to another user, in a RUN that certainly
does not run as root. That happens on an inference image, whose user is `dockeruser`, and after a USER instruction with
another user. It also reports `chown` and `chmod` of files that a COPY without `--chown` brought, because these belong
to root, and `mkdir` of a new folder directly below `/`. The finding is a warning if the RUN continues after the
failure. PackageInstallWithoutRoot reports the installation of packages.

## Why is this bad?

The build stops with "Permission denied" or "Operation not permitted".

## Example

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY start.sh /opt/start.sh
RUN chmod +x /opt/start.sh
```

## Use instead

```dockerfile
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY --chown=dockeruser:dockeruser start.sh /opt/start.sh
RUN chmod +x /opt/start.sh
```
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from azureml_dockerfile_ls.azureml.families import DOCKER_USER
from azureml_dockerfile_ls.azureml.serving import is_on_azureml, user_at, user_of
from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import CopiedFiles, Copy, copied_files, copies
from azureml_dockerfile_ls.model.run_commands import commands_at, commands_in
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.paths import is_file_name, is_inside
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.azureml.package_install_without_root import changes_packages
from azureml_dockerfile_ls.rules.fixes import as_root
from azureml_dockerfile_ls.rules.rule import Edit, Finding, Fix, Group, Severity, StageRule, page_of
from azureml_dockerfile_ls.rules.shell.outcome import may_decide, may_go_on
from azureml_dockerfile_ls.shell.commands import (
    Command,
    ShellWord,
    defines_function,
    may_run_other_commands,
    mentions,
)
from azureml_dockerfile_ls.shell.programs.users import ownership_of
from azureml_dockerfile_ls.text import LocalSpan, shortened

_OF_USERS = frozenset(
    "useradd userdel usermod groupadd groupdel groupmod adduser deluser addgroup delgroup chpasswd newusers".split()
)
_WITHOUT_EFFECT = ("--help", "--version", "--root", "-R", "--prefix", "-P")
_OPTION_OF_CHMOD = lazy_pattern(r"-[Rcfv]+|--\w[\w-]*")
_PATTERN = lazy_pattern(r"[*?\[{~$`]")
_OF_SYSTEM = frozenset(
    "bin boot dev etc home lib lib32 lib64 libx32 media mnt opt proc root run sbin srv sys tmp usr var".split()
)
"""The folders in `/` of every system. Who may write to them depends on the image."""

_MOST_FOLDERS = 8
"""The number of `mkdir`s in a stage to examine. To know whether a folder exists, every instruction before is read."""

_OWN_ID = "1000"
"""The number of `dockeruser`."""


class _Refused(NamedTuple):
    """A command that may need root: its number in the RUN, its user, and what it is refused."""

    number: int
    user: str
    reason: str
    """The reason for which it certainly fails; empty if that depends on `paths`."""
    paths: tuple[str, ...]
    is_recursive: bool


def check(stage: Stage) -> Iterator[Finding]:
    """Find the first command of each RUN that certainly needs root."""
    if not is_on_azureml(stage):
        return
    examined = 0
    for index, candidates in stage.each_site(_candidates, "RUN"):
        commands = commands_at(stage, index)
        for candidate in candidates:
            copied = None if candidate.reason else _copied_by_root(stage, index, commands, candidate)
            if commands[candidate.number].program == "mkdir":
                examined += 1
                before = commands[: candidate.number]
                if examined > _MOST_FOLDERS or _may_exist(stage, index, before, candidate.paths):
                    continue
            if candidate.reason or copied is not None:
                yield _finding(stage, index, commands, candidate, copied)
                break


def _finding(
    stage: Stage, index: int, commands: tuple[Command, ...], refused: _Refused, copied: Copy | None
) -> Finding:
    command = commands[refused.number]
    fixes, advice, reason = list(as_root(stage, index)), "Switch to root first.", refused.reason
    if copied is not None:
        advice, reason = "Use COPY --chown, or switch to root first.", "COPY gave these files to root"
        fixes = [_with_owner(copied, refused.user), *(replace(fix, is_preferred=False) for fix in fixes)]
    message = f"{command.program} runs as {shortened(refused.user)} here and fails, because {reason}. {advice}"
    severity = Severity.WARNING if may_go_on(commands, refused.number) else None
    return Finding(index, command.words[0].span, message, tuple(fixes), severity)


def _with_owner(copied: Copy, user: str) -> Fix:
    owner = f"{user}:{user}" if user == DOCKER_USER else user
    end = copied.instruction.keyword.span.end
    edit = Edit(copied.index, LocalSpan(end, end), f" --chown={owner}")
    return Fix(f"Copy the files as {owner}", (edit,), is_preferred=True)


def _candidates(run: Site) -> list[_Refused]:
    """The commands of a RUN that may fail, because it does not run as root."""
    user = user_of(run)
    commands = commands_in(run)
    if user is None or is_root(user) or any(map(changes_packages, commands)) or defines_function(commands):
        return []
    found, folder = [], run.workdir
    for number, command in enumerate(commands):
        if may_decide(command):
            break
        if command.program in ("cd", "pushd"):
            folder = None
        refused = None if command.by_sudo else _refused(command, number, user, folder)
        if refused is not None:
            found.append(refused)
    return found


def _refused(command: Command, number: int, user: str, folder: str | None) -> _Refused | None:
    if command.program in _OF_USERS:
        if not command.arguments and command.program not in ("chpasswd", "newusers"):
            return None
        is_harmless = command.has_option(*_WITHOUT_EFFECT) or not all(word.is_literal for word in command.words[:1])
        return None if is_harmless else _Refused(number, user, "only root can change users and groups", (), False)
    if command.program == "chown":
        ownership = ownership_of(command)
        if ownership is None or not ownership.paths or not ownership.owner.is_literal:
            return None
        owner = re.split("[:.]", ownership.owner.value)[0]
        is_own = owner in (user, "") or (user == DOCKER_USER and owner == _OWN_ID) or user.isdecimal()
        reason = "" if is_own else "only root can give files to another user"
        paths = _absolute(ownership.paths, folder)
        return _Refused(number, user, reason, paths if owner else (), ownership.is_recursive)
    if command.program == "mkdir":
        tops = _made_at_the_top(command)
        return _Refused(number, user, "only root can create folders in /", tops, False) if tops else None
    if command.program == "chmod":
        words = [word for word in command.arguments if not _OPTION_OF_CHMOD.fullmatch(word.value)]
        return _Refused(number, user, "", _absolute(tuple(words[1:]), folder), command.has_option("-R", "--recursive"))
    return None


def _made_at_the_top(command: Command) -> tuple[str, ...]:
    """The folders directly below `/` that `mkdir` creates for its paths, besides those of every system."""
    paths = _absolute(command.operands("-m", "--mode", "-Z", "--context"), None)
    tops = (path.split("/")[1] for path in paths)
    return tuple(f"/{top}" for top in tops if top and top not in _OF_SYSTEM and not top.startswith("azureml"))


def _may_exist(stage: Stage, index: int, commands: tuple[Command, ...], folders: tuple[str, ...]) -> bool:
    """Whether one of the folders may exist before the commands of RUN `index`, or another user may create it."""
    if any(mentions(command, folder) for command in commands for folder in folders):
        return True
    for part in stage.ancestry():
        for at in range(1, index if part is stage else part.end):
            instruction = part.instructions[at]
            if any(folder in instruction.text for folder in folders):
                return True
            if instruction.name == "RUN" and any(map(_may_open_top, commands_at(part, at))):
                return True
    return any(
        copy.destination in (None, "/") for copy in copies(stage) if copy.stage is not stage or copy.index < index
    )


def _may_open_top(command: Command) -> bool:
    """Whether a command may give other users access to `/`."""
    changes = command.program in ("chmod", "chown", "setfacl") and any(word.value == "/" for word in command.arguments)
    return changes or may_run_other_commands(command)


def _absolute(words: tuple[ShellWord, ...], folder: str | None) -> tuple[str, ...]:
    """The paths that are certain, as absolute paths."""
    written = [word.value for word in words if word.is_literal and not _PATTERN.search(word.value)]
    paths = [posixpath.join(folder, path) if folder else path for path in written]
    return tuple(posixpath.normpath(path) for path in paths if path.startswith("/"))


def _copied_by_root(stage: Stage, index: int, commands: tuple[Command, ...], refused: _Refused) -> Copy | None:
    """The COPY of this stage whose files a command names, if they certainly still belong to root."""
    found = _files_of_root(stage) if refused.paths else {}
    if refused.is_recursive:
        named = [copy for path in refused.paths for folder, copy in found.values() if is_inside(folder, path)]
    else:
        named = [found[path].copy for path in refused.paths if path in found]
    for copy in named:
        if copy.index > index:
            continue
        before = [
            (command, user_at(stage, at) == refused.user)
            for at in stage.indexes("RUN")
            if copy.index < at < index
            for command in commands_at(stage, at)
        ]
        before += [(command, True) for command in commands[: refused.number]]
        if not any(_may_change_owner(command, copy, by_same_user=is_same) for command, is_same in before):
            return copy
    return None


class _FileOfRoot(NamedTuple):
    """The destination of a COPY that makes files of root."""

    folder: str
    copy: Copy


@derived
def _files_of_root(stage: Stage) -> dict[str, _FileOfRoot]:
    """The COPYs of a stage that make files of root, by the paths that they certainly bring."""
    return {
        path: _FileOfRoot(files.destination or "/", Copy(stage, index, files))
        for index, (files, paths) in stage.each_site(_brought_by_root, "COPY")
        for path in paths
    }


def _brought_by_root(site: Site) -> tuple[CopiedFiles, tuple[str, ...]] | None:
    """The files of a COPY that belong to root, and the paths that it certainly brings."""
    files = copied_files(site)
    if files is None or files.destination is None or not files.from_context or site.instruction.flag("chown"):
        return None
    names = [posixpath.basename(source) for source in files.sources if source and not _PATTERN.search(source)]
    paths = [posixpath.join(files.destination, name) for name in names if name]
    is_renamed = not files.is_folder and len(files.sources) == 1 and is_file_name(files.destination)
    # A path with `/` at the end is never named itself, but is inside the folder of a recursive command.
    return files, (*paths, f"{files.destination}/", *([files.destination] if is_renamed else []))


def _may_change_owner(command: Command, copy: Copy, *, by_same_user: bool) -> bool:
    """Whether a command may give the files of a COPY to another user, or replace them."""
    # This user can change neither the owner nor the mode.
    if command.program == "chmod" or (by_same_user and command.program == "chown" and not command.by_sudo):
        return False
    named = [posixpath.basename(source) for source in copy.sources if source]
    texts = ("chown", "chgrp", *filter(None, (*named, copy.destination)))
    return may_run_other_commands(command) or any(mentions(command, text) for text in texts)


RULE = StageRule("RootRequired", Severity.ERROR, Group.AZUREML, page_of(__doc__), check)
