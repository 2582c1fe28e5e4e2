"""The settings of each open Dockerfile: the editor's on top of the project's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from lsprotocol import types

from azureml_dockerfile_ls.lsp.client import Client
from azureml_dockerfile_ls.lsp.contexts import path_of
from azureml_dockerfile_ls.lsp.documents import Document
from azureml_dockerfile_ls.lsp.protocol import Server
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.settings import DEFAULTS, SECTION, Settings
from azureml_dockerfile_ls.settings_reader import read, section

_NAME = "Azure ML Dockerfile"


class Configuration:
    """Knows the settings. What is wrong in them is shown to the user, once."""

    def __init__(self, server: Server, client: Client) -> None:
        self._server = server
        self._client = client
        self._projects = Projects()
        self._initial = section(server.initialization_options)
        self._sent: dict[str | None, object] = {}
        """What the editor sent last: for everything, and for each folder of a workspace that has several."""
        self._told: set[str] = set()
        self.is_complete = not client.answers_configuration
        """Whether the editor has had its say: before that nothing may be done that a setting can forbid."""

    def of(self, document: Document) -> Settings:
        """The settings in force for a document."""
        path = path_of(document.uri)
        project = self._projects.project_of(os.path.dirname(path)) if path else None
        self._tell(project.problems if project else ())
        settings = project.settings if project else DEFAULTS
        folder = self._workspace_folder(path)
        base = folder or (os.path.dirname(path) if path else os.getcwd())
        for content in (self._initial, self._sent.get(folder, self._sent.get(None))):
            settings, problems = read(content, base, settings)
            self._tell(problems)
        if settings.build_context is not None and not os.path.isdir(settings.build_context):
            self._tell([f"buildContext: {settings.build_context} is not a folder"])
        return settings

    def _folders(self) -> dict[str, str]:
        """The folders of the workspace by their paths: their URIs."""
        uris = [folder.uri for folder in self._server.workspace.folders.values()]
        uris.append(self._server.workspace.root_uri or "")
        return {path: uri for uri in uris if (path := path_of(uri))}

    def _workspace_folder(self, path: str | None) -> str | None:
        """The innermost folder of the workspace that a file is in, from which its relative paths count."""
        around = [folder for folder in self._folders() if path and path.startswith(os.path.join(folder, ""))]
        return max(around, key=len, default=None)

    def _tell(self, problems: Iterable[str]) -> None:
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                self._server.window_show_message(
                    types.ShowMessageParams(types.MessageType.Warning, f"{_NAME}: {problem}")
                )

    def ask(self, then: Callable[[], None]) -> None:
        """Ask the editor for its settings, if it answers such questions.

        `then` is called when they are others than before, and after the first answer.
        """
        if not self._client.answers_configuration:
            return

        folders = self._folders()
        asked: list[str | None] = [None, *folders] if len(folders) > 1 else [None]

        def take(future: Future[Any]) -> None:
            is_first, self.is_complete = not self.is_complete, True
            failed = future.cancelled() or future.exception() is not None
            sent = self._sent if failed else dict(zip(asked, future.result() or (), strict=False))
            # What the editor sent when it connected still counts, where it says nothing else now.
            is_new, self._sent = sent != self._sent, sent
            if is_new or is_first:
                then()

        scopes = [folders[folder] if folder else None for folder in asked]
        items = [types.ConfigurationItem(scope_uri=scope, section=SECTION) for scope in scopes]
        self._server.workspace_configuration(types.ConfigurationParams(items)).add_done_callback(take)

    def changed(self, sent: object, then: Callable[[], None]) -> None:
        """The editor tells that its settings changed, with the new ones if it does not answer questions."""
        if self._client.answers_configuration:
            self.ask(then)
        elif (content := section(sent)) is not None:
            self._sent = {None: content}
            then()

    def folders_changed(self, then: Callable[[], None]) -> None:
        """The workspace has other folders, which may have settings of their own."""
        if self._client.answers_configuration:
            self.is_complete = False
            self.ask(then)
        else:
            then()
