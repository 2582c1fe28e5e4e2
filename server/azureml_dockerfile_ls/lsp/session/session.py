"""The session: owns all that is remembered while one client is connected."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from azureml_dockerfile_ls.context.context_source import EnvironmentPlace
from azureml_dockerfile_ls.features.replacement import retired_images
from azureml_dockerfile_ls.files import path_below
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.edits import Edit
from azureml_dockerfile_ls.lsp.scheduler import Scheduler
from azureml_dockerfile_ls.lsp.session.contexts import Contexts
from azureml_dockerfile_ls.lsp.session.diagnostics import Diagnostics, RelatedReport
from azureml_dockerfile_ls.lsp.session.documents import DocumentKind, Documents, OpenDocument
from azureml_dockerfile_ls.lsp.session.images import ImageUpdates
from azureml_dockerfile_ls.lsp.session.linting import Linting
from azureml_dockerfile_ls.lsp.session.settings import ClientSettings
from azureml_dockerfile_ls.lsp.session.settings_files import SettingsFiles
from azureml_dockerfile_ls.lsp.session.typing import TypedLines
from azureml_dockerfile_ls.lsp.session.view import AnyView, ManifestView, View
from azureml_dockerfile_ls.lsp.uris import path_of, uri_of
from azureml_dockerfile_ls.lsp.watch import ANSWER, Watch
from azureml_dockerfile_ls.settings import SECTION
from azureml_dockerfile_ls.snapshot import Snapshot, analyse

if TYPE_CHECKING:
    from azureml_dockerfile_ls.lsp.session.whole_workspace import WholeWorkspace
    from azureml_dockerfile_ls.lsp.session.workspace_environments import PlacedName
    from azureml_dockerfile_ls.lsp.session.workspace_files import Folder
    from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot, ManifestSnapshot

_WATCHED_FILES = "**/*.{py,txt,yml,yaml,dockerignore,toml}"
"""The files of a build context that rules read, and the settings of a project."""

_SEARCH_DELAY_SECONDS = 1.0

_CHECKED_FILES = ("**/*{Docker,docker,Container,container}file*", "**/*.{ipynb,sh,cs,bicep}", "**/.gitignore")
"""The other files that the diagnostics of the workspace depend on."""


class Session:
    """The state of one connection: documents, settings, build contexts, images and diagnostics.

    `server` sends notifications and requests to the client, and `watch` gives the watch of the message that is being
    handled. All methods are called on the loop's thread.
    """

    def __init__(
        self,
        server: LanguageServer,
        client: ClientCapabilities,
        initialization_options: object,
        watch: Callable[[], Watch],
    ) -> None:
        self.server = server
        self._watch = watch
        self.client = client
        self.documents = Documents(types.PositionEncodingKind(server.workspace.position_encoding).value)
        self.settings = ClientSettings(server, client, initialization_options, self._settings_changed)
        self.images = ImageUpdates(server, client, self.reanalyse_all)
        self.diagnostics = Diagnostics(server, client)
        self._settings_files = SettingsFiles(server)
        self._contexts = Contexts(self.documents, self.settings, client, self._settings_files)
        self._scheduler = Scheduler(self.analyse)
        self._has_searched = False
        self._whole_workspace: WholeWorkspace | None = None
        self._typed = TypedLines(self._scheduler.schedule, self._show_readers)
        self._linting = Linting(lambda: self.settings.folders, self._scheduler.schedule)

    @property
    def is_idle(self) -> bool:
        """Whether no document waits for its analysis."""
        return self._scheduler.is_idle

    # What requests see

    def view(self, uri: str) -> View | None:
        """The current version of an open Dockerfile; None for any other URI."""
        opened = self.documents.dockerfile(uri)
        return View(opened.document, self.client, self.snapshot_of(opened)) if opened is not None else None

    def manifest_view(self, uri: str) -> ManifestView | None:
        """The current version of an open YAML of Azure ML; None for any other URI."""
        opened = self.documents.yaml(uri)
        snapshot = self.manifest_of(opened) if opened is not None else None
        if opened is None or snapshot is None or snapshot.manifest is None:
            return None
        return ManifestView(opened.document, self.client, snapshot)

    def any_view(self, uri: str) -> AnyView | None:
        """The current version of an open Dockerfile or YAML of Azure ML; None for any other URI."""
        return self.view(uri) or self.manifest_view(uri)

    def snapshot_of(self, opened: OpenDocument) -> Snapshot:
        """The analysis of the current version of a Dockerfile, made from that of the version before."""
        watch = self._watch()
        watch.lap(ANSWER)
        surroundings = self._contexts.of(opened)
        previous = opened.snapshot if isinstance(opened.snapshot, Snapshot) else None
        opened.snapshot = snapshot = analyse(
            opened.document.text,
            previous,
            surroundings.context,
            surroundings.workspace.settings,
            self.images.index,
            opened.hadolint,
        )
        watch.lap("analysis")
        return snapshot

    def manifest_of(self, opened: OpenDocument) -> ManifestSnapshot:
        """The analysis of the current version of a YAML. The files around it are read only if it is Azure ML's."""
        from azureml_dockerfile_ls.manifest.recognition import kind_of
        from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest

        text, images = opened.document.text, self.images.index
        previous = _manifest(opened)
        if kind_of(text) is None:
            opened.snapshot = snapshot = analyse_manifest(text, previous, images=images)
            return snapshot
        surroundings = self._contexts.of(opened)
        settings = surroundings.workspace.settings
        opened.snapshot = snapshot = analyse_manifest(text, previous, surroundings.files, settings, images)
        return snapshot

    def analysis_of(self, opened: OpenDocument) -> AnySnapshot:
        """The analysis of the current version of a Dockerfile or a YAML."""
        is_yaml = opened.document.kind is DocumentKind.YAML
        return self.manifest_of(opened) if is_yaml else self.snapshot_of(opened)

    @property
    def whole_workspace(self) -> WholeWorkspace:
        """What is known of the files that are not open."""
        if self._whole_workspace is None:
            from azureml_dockerfile_ls.lsp.session.whole_workspace import WholeWorkspace

            self._whole_workspace = WholeWorkspace(
                self.documents,
                self.client,
                self.settings,
                self._contexts.open_files,
                lambda: self.images.index,
                lambda: self._scheduler.is_idle,
            )
        return self._whole_workspace

    def workspace_folders(self) -> tuple[Folder, ...]:
        """The folders of the workspace, each with the settings for a file in it."""
        from azureml_dockerfile_ls.lsp.session.workspace_files import Folder

        return tuple(Folder(path, self.settings.of(os.path.join(path, "Dockerfile"))) for path in self.settings.folders)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders of the workspace."""
        return tuple(self.settings.folders)

    async def environment_names(self, view: ManifestView) -> dict[str, tuple[PlacedName, ...]]:
        """The names of environments in all YAML of the workspace and of a YAML's repository, by the URI of the file.

        Open files are as in the editor, others as on the disk.
        """
        from azureml_dockerfile_ls.lsp.session.workspace_environments import PlacedName, placed

        root = view.snapshot.context.root if view.snapshot.context is not None else None
        others = [folder for folder in self.settings.folders if root is None or path_below(root, folder) is None]
        on_disk = await self.whole_workspace.environments.found((*([root] if root is not None else []), *others))
        found, open_paths = dict[str, tuple[PlacedName, ...]](), set[str]()
        for opened in self.documents.all_analysed:
            path = path_of(opened.document.uri)
            open_paths |= {os.path.realpath(path)} if path is not None else set()
            other = self.manifest_view(opened.document.uri)
            if other is not None and other.snapshot.manifest is not None:
                found[opened.document.uri] = tuple(placed(other.snapshot.manifest, opened.document.index))
        return found | {uri_of(path): on_disk[path] for path in on_disk if os.path.realpath(path) not in open_paths}

    def search_workspace(self) -> None:
        """Search for the files of the workspace, without waiting for the outcome."""
        self.whole_workspace.search.refresh(self.folders)

    def _search_for(self, snapshot: AnySnapshot) -> None:
        """Search for other files with a retired image, once and after the diagnostics of what the client has open."""
        is_wanted = self.client.replaces_everywhere and not self._has_searched
        if is_wanted and retired_images(snapshot.text, snapshot.findings):
            self._has_searched = True
            asyncio.get_running_loop().call_later(_SEARCH_DELAY_SECONDS, self.search_workspace)

    # What changes the session

    def connected(self) -> None:
        """Ask the client for its settings, and to report changes of them and of the files that rules read."""
        self.settings.request()
        registrations = []
        if self.client.registers_configuration_changes:
            method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
            options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
            registrations.append(types.Registration("settings", method, options))
        if self.client.watches_files:
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            patterns = (_WATCHED_FILES, *(_CHECKED_FILES if self.client.pulls_workspace_diagnostics else ()))
            watchers = types.DidChangeWatchedFilesRegistrationOptions(
                [types.FileSystemWatcher(pattern) for pattern in patterns]
            )
            registrations.append(types.Registration("files", method, watchers))
        if registrations:
            self.server.client_register_capability(types.RegistrationParams(registrations))

    def opened(self, item: types.TextDocumentItem) -> None:
        """Add a document that the client opened."""
        self.documents.open(item.uri, item.language_id, item.version, item.text)
        self._scheduler.schedule(item.uri)

    def edited(self, edit: Edit) -> None:
        """Apply an edit of the client to a document."""
        opened = self.documents.get(edit.uri)
        has_whole_text = str in map(type, edit.changes)
        before = opened.document if opened is not None and has_whole_text else None
        self.documents.change(edit)
        if opened is not None:
            self._typed.edited(opened, before, edit.changes)
        self._scheduler.schedule(edit.uri)

    def saved(self, uri: str) -> None:
        """Show the errors of a document that was saved, also where it was typed last."""
        self._look_again_at_workspace()
        if (opened := self.documents.analysed(uri)) is not None:
            self._typed.release(opened)
        if (dockerfile := self.documents.dockerfile(uri)) is not None:
            self._linting.request(dockerfile)
            # A YAML compares itself with its Dockerfile.
            self._renew(uri, DocumentKind.YAML)

    def closed(self, uri: str) -> None:
        """Forget a document and its diagnostics. Its file counts from now on as the disk has it."""
        closed = self.documents.close(uri)
        self._settings_files.show(uri, ())
        if closed is not None and closed.snapshot is not None:
            self._linting.forget(closed)
            self.diagnostics.clear(uri)
        self.files_changed([uri])

    def files_changed(self, uris: Sequence[str]) -> None:
        """Analyse the Dockerfiles again whose build contexts hold one of these files."""
        if self._whole_workspace is not None:
            self._whole_workspace.files_changed()
        if any(uri.endswith(".toml") for uri in uris):
            self._settings_changed()
        from azureml_dockerfile_ls.hadolint import is_configuration

        if any(is_configuration(uri) for uri in uris):
            for opened in self.documents.dockerfiles:
                self._linting.request(opened)
        for opened in self._affected_by(uris):
            self._scheduler.schedule(opened.document.uri)

    def _renew(self, uri: str, *kinds: DocumentKind) -> None:
        """Analyse the other documents of some kinds again for which the text of a document matters."""
        for opened in self._affected_by([uri]):
            if opened.document.uri != uri and opened.document.kind in kinds:
                self._scheduler.schedule(opened.document.uri)

    def _affected_by(self, uris: Sequence[str]) -> list[OpenDocument]:
        """The documents for which files matter that changed. If environments changed, lenses are asked for again."""
        before = self._built_by()
        affected = self._contexts.files_changed(uris)
        if self.client.refreshes_code_lenses and self._built_by() != before:
            self.server.workspace_code_lens_refresh(None)
        return affected

    def _built_by(self) -> list[tuple[EnvironmentPlace, ...]]:
        """The environments that build each of the open Dockerfiles."""
        known = (opened.surroundings for opened in self.documents.dockerfiles)
        return [each.workspace.environments for each in known if each is not None]

    def apply_edit(self, title: str, uri: str, version: int, edit: types.WorkspaceEdit) -> None:
        """Have the client apply an edit that was offered as a command, if the document did not change since."""
        opened = self.documents.analysed(uri)
        if opened is None or opened.document.version != version:
            message = f"{title}: the file has been changed meanwhile"
            self.server.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))
            return
        self.server.workspace_apply_edit(types.ApplyWorkspaceEditParams(edit, title))

    def reanalyse_all(self) -> None:
        """Analyse all open Dockerfiles and YAML again."""
        self._look_again_at_workspace()
        for opened in self.documents.all_analysed:
            self._scheduler.schedule(opened.document.uri)
        if self.client.refreshes_inlay_hints:
            self.server.workspace_inlay_hint_refresh(None)
        if self.client.refreshes_code_lenses:
            self.server.workspace_code_lens_refresh(None)

    def _look_again_at_workspace(self) -> None:
        """Have the files that are not open checked again, if a client has asked for their diagnostics."""
        if self._whole_workspace is not None:
            self._whole_workspace.diagnostics.changed()

    def _settings_changed(self) -> None:
        self._contexts.resolve_all()
        self.reanalyse_all()
        if self.client.refreshes_semantic_tokens:
            self.server.workspace_semantic_tokens_refresh(None)

    # Analysis

    def analyse(self, uri: str) -> None:
        """Show the diagnostics of a document that was opened or edited, or of the Dockerfiles that it is copied by."""
        opened = self.documents.get(uri)
        if opened is None:
            return
        if opened.document.kind is DocumentKind.OTHER:
            if opened.snapshot is not None:
                # It has become too long.
                opened.snapshot = None
                self.diagnostics.clear(uri)
            self.files_changed([uri])
            return
        if opened.document.kind is DocumentKind.YAML and not self._analyse_yaml(opened):
            return
        snapshot = self.analysis_of(opened)
        self.diagnostics.show(opened, snapshot)
        if self.settings.is_complete:
            self.images.request(opened, snapshot)
        self._search_for(snapshot)
        self._typed.analysed(opened)
        if isinstance(snapshot, Snapshot):
            self._linting.request(opened)
        if not self.client.supports_related_documents:
            self._show_readers(opened)

    def related_reports(self, opened: OpenDocument) -> dict[str, RelatedReport]:
        """What is new about the YAML that builds a Dockerfile, for a client that takes it with the Dockerfile's report.

        The text of the Dockerfile may have changed since the YAML was analysed. While it is typed, that waits.
        """
        if not self.client.supports_related_documents or opened.typing is not None:
            return {}
        changed: dict[str, RelatedReport] = {
            related.document.uri: self.diagnostics.related(related, self.manifest_of(related))
            for related in self._changed_readers(opened)
        }
        if self._whole_workspace is not None:
            changed |= self._whole_workspace.diagnostics.changed_readers(path_of(opened.document.uri))
        return changed

    def _show_readers(self, dockerfile: OpenDocument) -> None:
        """Show what is new about the YAML that builds a Dockerfile, but not while that is typed."""
        if dockerfile.typing is not None:
            return
        if self.client.supports_related_documents:
            path = path_of(dockerfile.document.uri)
            others = self._whole_workspace.diagnostics.readers(path) if self._whole_workspace is not None else ()
            if others or self._readers(dockerfile):
                self.diagnostics.refresh()
            return
        for related in self._changed_readers(dockerfile):
            self.diagnostics.show(related, self.manifest_of(related))

    def _readers(self, dockerfile: OpenDocument) -> list[tuple[OpenDocument, ManifestSnapshot]]:
        """The open YAML for which a Dockerfile was read, as they were analysed."""
        if dockerfile.document.kind is not DocumentKind.DOCKERFILE:
            return []
        manifests = [
            (opened, snapshot, snapshot.context)
            for opened in self.documents.all_analysed
            if (snapshot := _manifest(opened)) is not None and snapshot.context is not None
        ]
        # To follow the links of a path takes long, and most often no YAML is open.
        path = path_of(dockerfile.document.uri) if manifests else None
        if path is None:
            return []
        real = os.path.realpath(path)
        return [(opened, snapshot) for opened, snapshot, context in manifests if context.has_seen(real)]

    def _changed_readers(self, dockerfile: OpenDocument) -> list[OpenDocument]:
        """The open YAML for which a Dockerfile was read, and whose findings are others now."""
        changed = []
        for opened, before in self._readers(dockerfile):
            self._contexts.renew(opened)
            if self.manifest_of(opened).findings != before.findings:
                changed.append(opened)
        return changed

    def _analyse_yaml(self, opened: OpenDocument) -> bool:
        """Whether there is something to show of a YAML: it is Azure ML's, or was until this edit."""
        before = opened.snapshot
        snapshot = self.manifest_of(opened)
        if before is None or before.text != snapshot.text:
            # It may also be a file of a build context, and other YAML may name it.
            self._renew(opened.document.uri, DocumentKind.DOCKERFILE, DocumentKind.YAML)
        was_ours = before is not None and not isinstance(before, Snapshot) and before.manifest is not None
        return snapshot.manifest is not None or was_ours


def _manifest(opened: OpenDocument) -> ManifestSnapshot | None:
    """The last analysis of a YAML; None for another document."""
    return None if isinstance(opened.snapshot, Snapshot) else opened.snapshot
