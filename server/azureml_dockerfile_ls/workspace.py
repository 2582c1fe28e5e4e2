"""The settings and the build context of a Dockerfile: one answer, for the command and for the editor.

`check` and the server both call `resolve`, so that the same file gives the same findings:

    workspace = resolve(path, projects, editor=[EditorSettings(content, workspace_folder), …])
    snapshot = analyse(text, context=workspace.build_context(open_files), settings=workspace.settings)
    report(workspace.problems)
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from azureml_dockerfile_ls.context.context_source import (
    ASSUMED,
    BY_COMMAND_LINE,
    BY_SETTING,
    ContextSource,
    EnvironmentPlace,
)
from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.context.kept_context import KeptContext
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.manifest_search import context_of, find_environments
from azureml_dockerfile_ls.project import Projects, is_in_project, located, outside, repository_of
from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.settings import DEFAULTS, Problem, Settings
from azureml_dockerfile_ls.settings_reader import read, shown

_LONGEST_SHOWN = 300
"""The number of characters of a path in a message."""


class EditorSettings(NamedTuple):
    """Settings that an editor sent: plain data of any form, and the folder that relative paths in it start from."""

    content: object
    folder: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """The surroundings of one Dockerfile.

    `context_root` is the folder of the build context without symbolic links; None where it is not known, so that rules
    that read the context stay silent. `dockerfile_in_context` is the path of the Dockerfile below that folder, with
    `/`; empty for a Dockerfile outside it, which has no `.dockerignore` of its own there.

    `context_source` is how that folder is known. `environments` are those that build the Dockerfile.

    `problems` are what is wrong in the settings, with the file, if it comes from one. `source` is the settings file.
    """

    settings: Settings
    context_root: str | None
    dockerfile_in_context: str
    problems: tuple[Problem, ...]
    source: str | None = None
    context_source: ContextSource = ASSUMED
    environments: tuple[EnvironmentPlace, ...] = ()

    def build_context(
        self, open_files: Mapping[str, str] | None = None, files: FileMemory | None = None
    ) -> KeptContext | None:
        """A new reading of the build context; None where the context is not known.

        `open_files` maps the absolute paths of files that an editor has open to their texts. `files` keeps what was
        worked out from files of earlier readings.
        """
        if self.context_root is None:
            return None
        return KeptContext(
            self.context_root, self.dockerfile_in_context, open_files, files, self.context_source, self.environments
        )


def resolve(
    path: str | None,
    projects: Projects,
    *,
    editor: Iterable[EditorSettings] = (),
    folder: str | None = None,
    context_folder: str | None = None,
    open_files: Mapping[str, str] | None = None,
    files: FileMemory | None = None,
) -> Workspace:
    """The settings and the build context of the Dockerfile at `path`.

    The settings are those of the project that holds the file, and those of `editor` on top, the last one first in rank.
    The build context is `context_folder`, else the setting `buildContext`, else what a YAML of Azure ML in the
    repository says, else the folder of the Dockerfile. A `buildContext` that is not a folder is a problem, and leaves
    the context unknown. So is one of a project outside its repository. `open_files` and `files` are as for
    `Workspace.build_context`.

    `path` is None for a text without a file, such as standard input or an unsaved document: it has a build context only
    if `context_folder` names one, and the project's settings only if `folder` names a folder of the project.
    """
    start = os.path.dirname(os.path.abspath(path)) if path is not None else folder
    settings, source, problems = DEFAULTS, None, list[Problem]()
    if start is not None:
        project = projects.project_of(start)
        settings = project.settings_for(path)
        problems.extend(project.problems)
        source = project.path
    of_context = source
    for sent in editor:
        before = settings.build_context
        settings, wrong = read(sent.content, sent.folder, settings)
        problems.extend(wrong)
        if settings.build_context != before:
            of_context = None
    found = find_environments(path, open_files or {}, files or FileMemory()) if path is not None else ()
    root, said_by = context_folder, BY_COMMAND_LINE
    if root is None and path is not None and settings.build_context is not None:
        root, said_by = settings.build_context, BY_SETTING
        if reason := _reason_against(root, of_context):
            problems.append(located(Problem(f"buildContext: {reason}", "buildContext", path=of_context)))
            root = None
    elif root is None and path is not None:
        root, said_by = context_of(path, found) or (start, ASSUMED)
    if root is None:
        return Workspace(settings, None, "", tuple(problems), source)
    root = os.path.realpath(root)
    inside = path_below(root, path) if path is not None else None
    environments = tuple(each.environment for each in found)
    return Workspace(settings, root, inside or "", tuple(problems), source, said_by, environments)


def _reason_against(root: str, project: str | None) -> str:
    """The reason why a folder cannot be the build context; empty if it can. `project` is the file that names it.

    Anyone can write a project, so it can name only a folder that it contains itself.
    """
    if project is not None and not is_in_project(root, project):
        return outside("folder", project)
    return "" if os.path.isdir(root) else f"{shown(root, _LONGEST_SHOWN)} is not a folder"


def manifest_files(
    path: str | None,
    open_files: Mapping[str, str] | None = None,
    files: FileMemory | None = None,
    folders: Iterable[str] = (),
) -> ManifestFiles | None:
    """The files around the YAML at `path`; None for a text without a file.

    Paths in a YAML often lead to a folder beside its own. So they are followed within its repository, or without one
    within its folder of the workspace (`folders`). A file outside both sees its own folder.
    """
    if path is None:
        return None
    folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    above = (os.path.realpath(each) for each in folders)
    root = repository_of(folder) or next((each for each in above if path_below(each, path) is not None), folder)
    inside = path_below(root, path)
    return ManifestFiles(root, inside, open_files, files) if inside is not None else None
