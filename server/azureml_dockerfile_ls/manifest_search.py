"""The YAML of Azure ML that names a Dockerfile and its build context.

Such a YAML lies beside the Dockerfile or in a folder above it. The search stays in the repository of the Dockerfile,
which is the nearest folder above with a `.git`; without one it ends with the folder above the Dockerfile's own.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping

from azureml_dockerfile_ls.context.context_source import Certainty, ContextSource, EnvironmentPlace
from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.files import is_script_name, is_yaml_name, open_without_waiting, path_below
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import LineIndex

_MAX_FOLDERS = 8
_MAX_ENTRIES = 1000
_MAX_FILES = 50
"""The number of YAML files of a folder that are read; more are not the files of a few environments."""
_MAX_BYTES = 64 * 1024


class _Named(NamedTuple):
    """A build context and a Dockerfile that a YAML names, as in `Build.paths`, and the environment with its place."""

    context: str
    dockerfile: str
    environment: str | None
    line: int
    column: int


class Found(NamedTuple):
    """An environment that builds a Dockerfile, and its build context: an absolute path without symbolic links."""

    context: str
    environment: EnvironmentPlace


def find_environments(path: str, open_files: Mapping[str, str], files: FileMemory) -> tuple[Found, ...]:
    """The environments that build the Dockerfile at `path`, those of the nearest folder first.

    `open_files` holds the texts of files that are open in an editor, by absolute path. `files` keeps what was worked
    out from each folder and file while it stays the same. Never raises.
    """
    if is_yaml_name(path) or is_script_name(path):
        return ()
    parent, name = os.path.split(os.path.abspath(path))
    start = os.path.realpath(parent)
    dockerfile = os.path.join(start, name)
    folders = _folders(start)
    found = []
    for folder in folders:
        for yaml in _manifests(folder, files):
            manifest = os.path.join(folder, yaml)
            for named in _named_in(manifest, open_files, files):
                # Most YAML name another file, and to follow links takes time.
                if os.path.normpath(os.path.join(folder, named.context, named.dockerfile)) != dockerfile:
                    continue
                context = os.path.realpath(os.path.join(folder, named.context))
                if path_below(folders[-1], os.path.join(context, "x")) is not None:
                    place = EnvironmentPlace(manifest, named.environment, named.line, named.column)
                    found.append(Found(context, place))
    return tuple(found)


def context_of(path: str, found: Iterable[Found]) -> tuple[str, ContextSource] | None:
    """The build context of the Dockerfile at `path`; None if no environment names it, or two name different folders."""
    contexts: dict[str, EnvironmentPlace] = {}
    for each in found:
        contexts.setdefault(each.context, each.environment)
    if len(contexts) != 1:
        return None
    [(context, environment)] = contexts.items()
    start = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    says = os.path.relpath(environment.path, start).replace(os.sep, "/")
    return context, ContextSource(Certainty.KNOWN, says, environment.name, is_uploaded=True)


def _folders(start: str) -> list[str]:
    """The folders to search, the Dockerfile's own first."""
    above = os.path.dirname(start)
    folders = [start]
    while len(folders) <= _MAX_FOLDERS:
        if os.path.lexists(os.path.join(folders[-1], ".git")):
            return folders
        folders.append(os.path.dirname(folders[-1]))
    return [start] if above == start else [start, above]


def _manifests(folder: str, files: FileMemory) -> tuple[str, ...]:
    """The names of the YAML files in a folder."""
    try:
        stamp = os.stat(folder).st_mtime_ns
    except (OSError, ValueError):
        return ()
    return files.value(_yaml_names, folder, stamp, lambda: _listing(folder)) or ()


def _listing(folder: str) -> str | None:
    try:
        with os.scandir(folder) as listing:
            names = [entry.name for entry, _ in zip(listing, range(_MAX_ENTRIES), strict=False)]
    except OSError:
        return None
    return "/".join(sorted(names))


def _yaml_names(listing: str) -> tuple[str, ...]:
    return tuple(name for name in listing.split("/") if is_yaml_name(name))[:_MAX_FILES]


def _named_in(path: str, open_files: Mapping[str, str], files: FileMemory) -> tuple[_Named, ...]:
    text = open_files.get(path)
    if text is not None:
        return files.value(_named, path, text, lambda: text) or ()
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ()
    if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_BYTES:
        return ()
    stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
    return files.value(_named, path, stamp, lambda: _read(path)) or ()


def _read(path: str) -> str | None:
    try:
        with os.fdopen(open_without_waiting(path), "rb") as file:
            return file.read(_MAX_BYTES).decode("utf-8-sig")
    except (OSError, ValueError):
        return None


def _named(text: str) -> tuple[_Named, ...]:
    return tuple(_builds(text))


def _builds(text: str) -> Iterator[_Named]:
    # Most YAML of a folder names no Dockerfile, and is not read for the first diagnostics of one.
    from azureml_dockerfile_ls.manifest.model import read_manifest

    manifest = read_manifest(text) if "build" in text or "context" in text else None
    builds = manifest.builds if manifest is not None else ()
    index = LineIndex(text if builds else "")
    for build in builds:
        paths = build.paths()
        if paths is not None:
            line = index.line_at(build.place.start)
            written = index.line_span(line).of(text)
            yield _Named(*paths, build.name, line, len(written) - len(written.lstrip(" \t")))
