"""Origins: the file of the build context that a file of the container comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import partial

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.context.patterns import Budget, PatternError, TooMuchError, is_pattern, of_copy
from azureml_dockerfile_ls.context.places import normal
from azureml_dockerfile_ls.derived import derived_for, latest
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.copies import Copy, copies_in, copies_near, is_archive, own_copies
from azureml_dockerfile_ls.model.sections import Section
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.paths import is_file_name, is_inside
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.commands import Command, ShellWord, may_run_other_commands
from azureml_dockerfile_ls.shell.programs.pip import pip_of
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.syntax.sources import is_remote

MAX_WALKED = 5000
"""The limit of entries of the context to read for the files of a folder of the container."""

_PIP = lazy_pattern(r"(?:pip|uv)-?[\d.]*")
# These programs do not write to the folders of the code.
_HARMLESS = frozenset(
    "add-apt-repository addgroup adduser apt apt-get apt-key aptitude cat cd chgrp chmod chown conda dpkg echo exit "
    "export false grep groupadd id ldconfig locale-gen ls mamba micromamba mkdir popd printf pushd pwd rm rmdir set "
    "sleep source test true umask uname unset update-alternatives update-ca-certificates useradd usermod which . : [ "
    "[[".split()
)


class Origin(NamedTuple):
    """The origin of a path of the container.

    FILE and FOLDER: `path` of the build context. IGNORED: `.dockerignore` excludes that path. MISSING: the context has
    no such path. UNKNOWN: the origin cannot be determined. `copy` is the COPY or ADD.
    """

    kind: EntryKind
    path: str | None
    copy: Copy | None


_UNKNOWN = Origin(EntryKind.UNKNOWN, None, None)


def origin(stage: Stage, path: str, context: BuildContext | None, before: int | None = None) -> Origin:
    """The origin of an absolute, normalised path in a container of the stage.

    With `before`, it is the origin that the RUN at this index of the stage sees. It is UNKNOWN if no COPY or ADD copies
    its folder, and if a command of a RUN may write it. It is also UNKNOWN if the build context is probably another
    folder: the top folder of the path and another copied file are missing.
    """
    if context is None or may_be_made(stage, path, before):
        return _UNKNOWN
    lacking: Origin | None = None
    for copy in reversed(copies_near(stage, path)):
        if before is not None and copy.stage is stage and copy.index > before:
            continue
        found = _origin_from_copy(copy, path, context)
        if found is not None and found.kind in (EntryKind.MISSING, EntryKind.IGNORED):
            lacking = lacking or found
        elif found is not None:
            return found
    if lacking is not None and lacking.kind is EntryKind.MISSING:
        top = lacking.path.split("/")[0] if lacking.path else ""
        if not (top and context.kind_of(top) is EntryKind.FOLDER) and not context_matches(stage, context):
            return _UNKNOWN
    return lacking or _UNKNOWN


def origin_in_working_directory(part: Stage, path: str, context: BuildContext, index: int) -> Origin:
    """The origin of the file that RUN `index` sees at a relative path, if the working directory is unknown.

    A COPY in the same working directory may bring it. It is UNKNOWN under the conditions of `origin`.
    """
    first = max((at for at in part.indexes("WORKDIR") if at < index), default=0)
    path = posixpath.normpath(f"/{path}")
    for at, run in part.instructions_named("RUN"):
        commands = commands_of(run) if at <= index else ()
        changes_folder = at == index and any(command.program in ("cd", "pushd") for command in commands)
        if changes_folder or any(_may_make(command, path, is_near=False) for command in commands):
            return _UNKNOWN
    for copy in reversed(own_copies(part)):
        if copy.index > index:
            continue
        written = copy.destination_word.value
        if copy.index > first and copy.destination is None and "$" not in written:
            files = copy.files._replace(destination=posixpath.normpath(f"/{written}"))
            found = _origin_from_copy(Copy(part, copy.index, files), path, context)
            if found is not None:
                return found
        elif _may_copy(copy, posixpath.basename(path), context):
            return _UNKNOWN
    return _UNKNOWN


class Copied(NamedTuple):
    """A file of the container at `path`, from `source` of the build context."""

    path: str
    source: str


def files_below(stage: Stage, folder: str, context: BuildContext) -> tuple[tuple[Copied, ...], bool]:
    """The files that COPY and ADD write below a folder of the container, and whether the list is surely complete.

    Files in the folder itself come before those in subfolders. Files that a RUN writes are not included.
    """
    return latest(stage, (files_below, folder), context, partial(_files_below, stage, folder, context))


def _files_below(stage: Stage, folder: str, context: BuildContext) -> tuple[tuple[Copied, ...], bool]:
    found: dict[str, str] = {}
    is_complete = True
    left = MAX_WALKED
    for copy in copies_near(stage, folder):
        if copy.destination is None:
            is_complete = False
            continue
        sources = _sources(copy, context)
        is_complete = is_complete and sources is not None
        for source in sources or ():
            for path, inner in _files_of(copy, source, context, left):
                left -= 1
                if path is None or inner is None:
                    is_complete = False
                elif is_inside(path, folder):
                    found[path] = inner
    nearest = sorted(found.items(), key=lambda item: (item[0].count("/"), item[0]))
    return tuple(Copied(*item) for item in nearest), is_complete


def context_matches(stage: Stage, context: BuildContext) -> bool:
    """Whether the context is probably that of the build: the top folders of the copied files exist in it."""
    return all(
        latest(section, context_matches, context, partial(_matches, part, section, start, context))
        for part in stage.ancestry()
        for start, section in part.placed_sections
    )


def _matches(part: Stage, section: Section, start: int, context: BuildContext) -> bool:
    for _, files in copies_in(part, section, start):
        for source in files.sources if files.from_context else ():
            first = normal(source).split("/")[0] if source and not is_remote(source) else ""
            if first and not is_pattern(first) and context.kind_of(first) is EntryKind.MISSING:
                return False
            if not first and not any(entry and entry[0].endswith(".py") for entry in context.walk("", MAX_WALKED)):
                return False
    return True


def _sources(copy: Copy, context: BuildContext) -> list[str] | None:
    """The paths of the context that a COPY or ADD names, with its patterns resolved; None if they are unknown."""
    if not copy.from_context or copy.instruction.flag("parents"):
        return None
    found: list[str] = []
    budget = Budget()
    for source in copy.sources:
        if source is None or is_remote(source) or (copy.instruction.name == "ADD" and is_archive(source)):
            return None
        paths = _resolved(normal(source), context, budget) if is_pattern(source) else [normal(source)]
        if paths is None:
            return None
        found.extend(paths)
    return found


def _resolved(pattern: str, context: BuildContext, budget: Budget) -> list[str] | None:
    """The paths that match a pattern; None if they are unknown."""
    if "\\" in pattern:
        return None
    found = [""]
    names = pattern.split("/")
    for number, name in enumerate(names):
        if not is_pattern(name):
            found = [posixpath.join(folder, name) for folder in found]
            if number:
                found = [path for path in found if context.kind_of(path) is not EntryKind.MISSING]
            continue
        following: list[str] = []
        try:
            fit = of_copy(name)
        except PatternError:
            return None
        for folder in found:
            if context.kind_of(folder) is EntryKind.FILE:
                continue
            entries = context.entries(folder)
            if entries is None:
                return None
            try:
                following += [posixpath.join(folder, entry.name) for entry in entries if fit.fits(entry.name, budget)]
            except TooMuchError:
                return None
        found = following
        if len(found) > MAX_WALKED:
            return None
    return found


def _files_of(copy: Copy, source: str, context: BuildContext, limit: int) -> Iterator[tuple[str | None, str | None]]:
    """The files of one source: path in the container and path in the context; None for an unknown path."""
    destination = copy.destination or "/"
    kind = context.kind_of(source)
    if kind is EntryKind.FILE:
        is_file = not copy.is_folder and len(copy.sources) == 1 and is_file_name(destination)
        yield (destination if is_file else posixpath.join(destination, posixpath.basename(source))), source
    elif kind is EntryKind.FOLDER and copy.instruction.flag("exclude") is None:
        for item in context.walk(source, limit):
            if item is None:
                yield None, None
            elif item[1].kind is EntryKind.FILE and not item[1].is_link:
                inner = posixpath.relpath(item[0], source) if source else item[0]
                yield posixpath.join(destination, inner), item[0]
    elif kind is not EntryKind.IGNORED:
        yield None, None


def _origin_from_copy(copy: Copy, path: str, context: BuildContext) -> Origin | None:
    """The origin that a COPY or ADD gives to a path of the container; None if it does not affect the path."""
    unknown = Origin(EntryKind.UNKNOWN, None, copy)
    name = posixpath.basename(path)
    if copy.destination is None:
        return unknown if _may_copy(copy, name, context) else None
    if not is_inside(path, copy.destination):
        return None
    if copy.instruction.heredocs and len(copy.instruction.heredocs) == len(copy.sources):
        is_this = path == copy.destination or name in copy.sources
        return unknown if is_this else None
    sources = _sources(copy, context)
    if sources is None:
        return unknown
    lacking: Origin | None = None
    for source in reversed(sources):
        found = _origin_from_source(copy, source, path, context)
        if found is not None and found.kind in (EntryKind.MISSING, EntryKind.IGNORED):
            lacking = lacking or found
        elif found is not None:
            is_excluded = copy.instruction.flag("exclude") is not None
            return unknown if is_excluded else found
    return lacking


def _origin_from_source(copy: Copy, source: str, path: str, context: BuildContext) -> Origin | None:
    destination = copy.destination or "/"
    kind = context.kind_of(source)
    as_file = {posixpath.join(destination, posixpath.basename(source))}
    if not copy.is_folder:
        # If the destination is an existing folder, the file goes into it.
        as_file.add(destination)
    if kind is EntryKind.UNKNOWN:
        return Origin(kind, None, copy)
    if kind is EntryKind.FILE:
        return Origin(kind, source, copy) if path in as_file else None
    if kind is not EntryKind.FOLDER:
        if path in as_file:
            return Origin(kind, source, copy)
        return None if is_file_name(source) else Origin(kind, _inside(source, path, destination), copy)
    inner = _inside(source, path, destination)
    if context.is_link(inner):
        return Origin(EntryKind.UNKNOWN, None, copy)
    return Origin(context.kind_of(inner), inner, copy)


def _inside(source: str, path: str, destination: str) -> str:
    return normal(posixpath.join(source, posixpath.relpath(path, destination)))


def _may_copy(copy: Copy, name: str, context: BuildContext) -> bool:
    """Whether a COPY to an unknown folder may write a file of this name."""
    if posixpath.basename(copy.destination_word.value) == name or "$" in copy.destination_word.value:
        return True
    sources = _sources(copy, context)
    if sources is None:
        return True
    return any(
        posixpath.basename(source) == name
        or (context.kind_of(source) is not EntryKind.FILE and not is_file_name(source))
        for source in sources
    )


def may_be_made(stage: Stage, path: str, before: int | None = None) -> bool:
    """Whether a command of a RUN may create, change or move a path of the container.

    With `before`, only the RUNs up to and including this index of the stage are examined.
    """
    for part in stage.ancestry():
        for start, section in part.placed_sections:
            if before is None or part is not stage or start + len(section.block.instructions) <= before + 1:
                found = derived_for(section, may_be_made, path, partial(_may_make_in, part, section, start, path))
            else:
                found = _may_make_in(part, section, start, path, before)
            if found:
                return True
    return False


def _may_make_in(part: Stage, section: Section, start: int, path: str, before: int | None = None) -> bool:
    for at, instruction in enumerate(section.block.instructions):
        if before is not None and start + at > before:
            break
        if instruction.name != "RUN":
            continue
        folder = part.workdir_at(start + at)
        is_near = folder not in (None, "/") and is_inside(posixpath.dirname(path), folder or "")
        if derived_for(instruction, _run_may_make, (path, is_near), partial(_run_may_make, instruction, path, is_near)):
            return True
    return False


def _run_may_make(run: Instruction, path: str, is_near: bool) -> bool:
    found = commands_of(run)
    is_near = is_near or any(_names(word, path) for command in found for word in command.words)
    return any(_may_make(command, path, is_near=is_near) for command in found)


def _may_make(command: Command, path: str, *, is_near: bool) -> bool:
    name = posixpath.basename(path)
    for redirection in command.redirections:
        target = redirection.target
        if ">" in redirection.operator and target and (name in target.value or _names(target, path)):
            return True
    if command.program in _HARMLESS or pip_of(command) or _PIP.fullmatch(command.program):
        return False
    return is_near or any(name in word.value for word in command.words) or may_run_other_commands(command)


def _names(word: ShellWord, path: str) -> bool:
    """Whether a word of a command names a path, a folder above it, or anything in its folder.

    Everything is below the root folder, so there only its own entries count.
    """
    value = word.value
    if "AML_APP_ROOT" in value or value.startswith("$"):
        return True
    start = value.find("/")
    if start < 0:
        return False
    named = posixpath.normpath(value[start:])
    folder = posixpath.dirname(path)
    is_near = posixpath.dirname(named) == folder if folder == "/" else is_inside(named, folder)
    return is_inside(path, named) or is_near
