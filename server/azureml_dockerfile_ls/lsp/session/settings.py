"""The settings that the client sent, and when it is asked for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.uris import path_of
from azureml_dockerfile_ls.settings import SECTION, Problem
from azureml_dockerfile_ls.settings_reader import section
from azureml_dockerfile_ls.workspace import EditorSettings

_NAME = "Azure ML Dockerfile"


class ClientSettings:
    """The settings of the client. `changed` is called when they differ from those before, and after the first answer.

    `is_complete` says whether the client's settings have arrived. Until then, do nothing that a setting can disable.
    """

    def __init__(
        self,
        server: LanguageServer,
        client: ClientCapabilities,
        initialization_options: object,
        changed: Callable[[], None],
    ) -> None:
        self._server = server
        self._client = client
        self._changed = changed
        self._initial = section(initialization_options)
        self._sent: dict[str | None, object] = {}
        """The last settings that the client sent: for everything, and for each folder of several."""
        self._reported: set[str] = set()
        self.is_complete = not client.answers_configuration

    def of(self, path: str | None) -> tuple[EditorSettings, ...]:
        """The settings for the file at `path`, None for a document that is not a file."""
        folder = self._workspace_folder(path)
        base = folder or (os.path.dirname(path) if path else os.getcwd())
        sent = self._sent.get(folder, self._sent.get(None))
        return EditorSettings(self._initial, base), EditorSettings(sent, base)

    def report(self, problems: Iterable[Problem]) -> None:
        """Show problems of the client's own settings, each once, and all new ones in one message."""
        sent = dict.fromkeys(str(problem) for problem in problems if problem.path is None)
        found = [problem for problem in sent if problem not in self._reported]
        self._reported.update(found)
        if found:
            sentences = (text if text.endswith((".", "?")) else f"{text}." for text in found)
            message = types.ShowMessageParams(types.MessageType.Warning, f"{_NAME}: {' '.join(sentences)}")
            self._server.window_show_message(message)

    def request(self) -> None:
        """Ask the client for its settings, if it answers such requests."""
        if not self._client.answers_configuration:
            return
        folders = self.folders
        asked: list[str | None] = [None, *folders] if len(folders) > 1 else [None]

        def take(future: Future[Any]) -> None:
            is_first, self.is_complete = not self.is_complete, True
            failed = future.cancelled() or future.exception() is not None
            sent = self._sent if failed else dict(zip(asked, future.result() or (), strict=False))
            # The initialization options still apply, except for the settings that are sent now.
            is_new, self._sent = sent != self._sent, sent
            if is_new or is_first:
                self._changed()

        scopes = [folders[folder] if folder else None for folder in asked]
        items = [types.ConfigurationItem(scope_uri=scope, section=SECTION) for scope in scopes]
        self._server.workspace_configuration(types.ConfigurationParams(items)).add_done_callback(take)

    def client_changed(self, sent: object) -> None:
        """Handle a change of the client's settings. A client that answers no requests sends the new ones."""
        if self._client.answers_configuration:
            self.request()
        elif (content := section(sent)) is not None:
            self._sent = {None: content}
            self._changed()

    def folders_changed(self) -> None:
        """Handle a change of the workspace's folders, which may have settings of their own."""
        if self._client.answers_configuration:
            self.is_complete = False
            self.request()
        else:
            self._changed()

    @property
    def folders(self) -> dict[str, str]:
        """The URIs of the workspace's folders by their paths."""
        uris = [folder.uri for folder in self._server.workspace.folders.values()]
        uris.append(self._server.workspace.root_uri or "")
        return {path: uri for uri in uris if (path := path_of(uri))}

    def _workspace_folder(self, path: str | None) -> str | None:
        """The innermost folder of the workspace that holds a file; relative paths in settings start from it."""
        around = [folder for folder in self.folders if path and path.startswith(os.path.join(folder, ""))]
        return max(around, key=len, default=None)
