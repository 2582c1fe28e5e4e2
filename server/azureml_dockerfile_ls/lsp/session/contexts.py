"""The settings and the build contexts of the open documents, and when they are read again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.context.kept_context import KeptContext
from azureml_dockerfile_ls.files import is_yaml_name
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.session.documents import DocumentKind, Documents, OpenDocument, Surroundings
from azureml_dockerfile_ls.lsp.session.settings import ClientSettings
from azureml_dockerfile_ls.lsp.session.settings_files import SettingsFiles
from azureml_dockerfile_ls.lsp.uris import path_of
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.workspace import Workspace, manifest_files, resolve

_MAX_AGE_SECONDS = 1.0
"""How long a reading is used for edits that follow, as no client reports every change of a file."""


class Contexts:
    """Resolves the surroundings of the open Dockerfiles when something changes, not with every request."""

    def __init__(
        self,
        documents: Documents,
        settings: ClientSettings,
        client: ClientCapabilities,
        settings_files: SettingsFiles,
    ) -> None:
        self._documents = documents
        self._settings_files = settings_files
        self._settings = settings
        self._client = client
        self._projects = Projects()
        self._files = FileMemory()
        self._real_paths: dict[str, str | None] = {}
        """The paths of the open documents without links, None for a document without a file."""

    def of(self, opened: OpenDocument) -> Surroundings:
        """The surroundings of a Dockerfile or a YAML.

        They are resolved when the document is opened. A reading that is older than a second is renewed with the next
        edit. A client that does not watch files reports no change, so for it any request renews the reading.
        """
        known = opened.surroundings
        if known is None:
            return self.resolve(opened)
        is_same_version = opened.snapshot is not None and opened.snapshot.text == opened.document.text
        is_recent = time.monotonic() - known.read_at <= _MAX_AGE_SECONDS
        if is_recent or (is_same_version and self._client.watches_files):
            return known
        return self.resolve(opened)

    def resolve(self, opened: OpenDocument) -> Surroundings:
        """Resolve the settings and the files around a document, and report the problems of the settings."""
        path = path_of(opened.document.uri)
        editor, texts = self._settings.of(path), self.open_files()
        workspace = resolve(path, self._projects, editor=editor, open_files=texts, files=self._files)
        self._settings.report(workspace.problems)
        self._settings_files.show(opened.document.uri, workspace.problems)
        opened.surroundings = self._read(opened, workspace)
        return opened.surroundings

    def _read(self, opened: OpenDocument, workspace: Workspace) -> Surroundings:
        """Read the files around a document."""
        if opened.document.kind is not DocumentKind.YAML:
            context = workspace.build_context(self.open_files(), self._files)
            before = opened.surroundings.context if opened.surroundings is not None else None
            if context is not None and isinstance(before, KeptContext) and before.holds(context):
                context = before
            return Surroundings(workspace, context, time.monotonic())
        path = path_of(opened.document.uri)
        files = manifest_files(path, self.open_files(), self._files, self._settings.folders)
        return Surroundings(workspace, files.context if files is not None else None, time.monotonic(), files)

    def renew(self, opened: OpenDocument) -> None:
        """Read the files around a document again: another open document has changed."""
        if opened.surroundings is not None:
            opened.surroundings = self._read(opened, opened.surroundings.workspace)

    def resolve_all(self) -> None:
        """Resolve the surroundings of all documents that have some: settings changed."""
        for opened in self._documents.all_analysed:
            if opened.surroundings is not None or opened.document.kind is DocumentKind.DOCKERFILE:
                self.resolve(opened)

    def files_changed(self, uris: Iterable[str]) -> list[OpenDocument]:
        """Renew the build contexts that hold one of these files; returns the Dockerfiles and YAML that have them."""
        paths = [os.path.realpath(path) for path in map(path_of, uris) if path is not None]
        is_yaml = any(map(is_yaml_name, paths))
        affected = [
            opened
            for opened in self._documents.all_analysed
            # A YAML may say which folder is the build context of a Dockerfile.
            if _holds_one(opened.surroundings, paths) or (is_yaml and opened.document.kind is DocumentKind.DOCKERFILE)
        ]
        for opened in affected:
            if is_yaml and opened.document.kind is DocumentKind.DOCKERFILE:
                self.resolve(opened)
            elif opened.surroundings is not None:
                opened.surroundings = self._read(opened, opened.surroundings.workspace)
        return affected

    def open_files(self) -> dict[str, str]:
        """The texts of the open documents that have a file, by its path without links."""
        known, self._real_paths = self._real_paths, {}
        texts = {}
        for opened in self._documents:
            uri = opened.document.uri
            # With many open documents, to follow the links to each for each of them takes seconds.
            real = known[uri] if uri in known else _real_path(uri)
            self._real_paths[uri] = real
            if real is not None:
                texts[real] = opened.document.text
        return texts


def _real_path(uri: str) -> str | None:
    path = path_of(uri)
    return os.path.realpath(path) if path is not None else None


def _holds_one(surroundings: Surroundings | None, paths: list[str]) -> bool:
    context = surroundings.context if surroundings else None
    return context is not None and any(path.startswith(os.path.join(context.root, "")) for path in paths)
