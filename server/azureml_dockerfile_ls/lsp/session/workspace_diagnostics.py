"""The diagnostics of files that are not open, for a client that pulls those of the whole workspace.

The work is done on the loop, in slices between which the client's messages are read. A request is held open while there
is nothing new to say. What was found in a file is kept until something changes on which it depends.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lsprotocol import types

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.context.manifest_files import ManifestFiles
from azureml_dockerfile_ls.context.places import Seen
from azureml_dockerfile_ls.files import open_without_waiting
from azureml_dockerfile_ls.folder_search import FileKind
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.session.diagnostics import to_diagnostic
from azureml_dockerfile_ls.lsp.session.documents import Document, DocumentKind, Documents
from azureml_dockerfile_ls.lsp.session.file_readings import Stamp
from azureml_dockerfile_ls.lsp.session.settings import ClientSettings
from azureml_dockerfile_ls.lsp.session.workspace_search import WorkspaceSearch
from azureml_dockerfile_ls.lsp.uris import path_of, uri_of
from azureml_dockerfile_ls.manifest_snapshot import analyse_manifest
from azureml_dockerfile_ls.project import Projects
from azureml_dockerfile_ls.script_snapshot import FileSnapshot, analyse_script
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex
from azureml_dockerfile_ls.workspace import Workspace, manifest_files, resolve

_PAUSE_SECONDS = 0.2
"""How long a search waits for the documents that the client opens, and for changes that come together."""

_SLICE_SECONDS = 0.002
"""How long work that is cheap goes on before the client's messages are read."""

_UNWATCHED_SECONDS = 30.0
"""After this time a held request looks at the files again, for a client that does not report their changes."""

_BATCH = 50
_MAX_BYTES = 1 << 20

FileReport = types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport
Send = Callable[[list[FileReport]], None]


@dataclass(frozen=True, slots=True)
class _Checked:
    """The diagnostics of a file, and on what they depend. Without diagnostics there is no `result_id`."""

    kind: FileKind
    stamp: Stamp
    workspace: Workspace
    images: ImageIndex
    seen: Seen | None
    items: list[types.Diagnostic]
    result_id: str | None


class WorkspaceDiagnostics:
    """Checks the files of the workspace that are not open. All methods are called on the loop."""

    def __init__(
        self,
        documents: Documents,
        client: ClientCapabilities,
        settings: ClientSettings,
        search: WorkspaceSearch,
        open_files: Callable[[], Mapping[str, str]],
        index: Callable[[], ImageIndex],
        is_idle: Callable[[], bool],
    ) -> None:
        self._documents = documents
        self._client = client
        self._settings = settings
        self._search = search
        self._open_files = open_files
        self._index = index
        self._is_idle = is_idle
        self._projects = Projects()
        self._files = FileMemory()
        self._checked: dict[str, _Checked] = {}
        self._change = asyncio.Event()
        self._was_answered = False

    def changed(self) -> None:
        """Look at the files again: a file, a setting or what is known of the images has changed."""
        self._change.set()

    async def report(self, previous: Iterable[types.PreviousResultId], send: Send | None) -> list[FileReport]:
        """The reports on all files with diagnostics, and on those that have none any more.

        After the first answer, it waits until there is something new. `send` gets the reports in parts as soon as they
        are known; the list is empty then.
        """
        known = {path_of(each.uri) or each.uri: (each.uri, each.value) for each in previous}
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            self._change.clear()
            reports = _Reports(send)
            await self._look_at_all(dict(known), reports)
            if reports.has_news or not self._was_answered:
                self._was_answered = True
                return reports.rest()
            timeout = None if self._client.watches_files else _UNWATCHED_SECONDS
            try:
                await asyncio.wait_for(self._change.wait(), timeout)
            except asyncio.TimeoutError:
                continue

    def known(self, uri: str) -> tuple[list[types.Diagnostic], str | None]:
        """The diagnostics of a file that is not open, as they were last found."""
        checked = self._checked.get(path_of(uri) or "")
        return (checked.items, checked.result_id) if checked is not None else ([], None)

    def changed_readers(self, path: str | None) -> dict[str, types.FullDocumentDiagnosticReport]:
        """What is new, by URI, about the YAML for which the open file at `path` was read, and which is not open."""
        open_files, reports = self._open_files(), {}
        for yaml in self.readers(path):
            before = self._checked[yaml]
            with contextlib.suppress(OSError):
                checked = self._check(yaml, before.kind, before.stamp, open_files)
                if checked.result_id != before.result_id:
                    report = types.FullDocumentDiagnosticReport(checked.items, result_id=checked.result_id)
                    reports[uri_of(yaml)] = report
        return reports

    def readers(self, path: str | None) -> list[str]:
        """The YAML for which the open file at `path` was read, and which is not open."""
        if path is None:
            return []
        path, open_files = os.path.realpath(path), self._open_files()
        return [
            yaml
            for yaml, checked in self._checked.items()
            if checked.kind is FileKind.YAML
            and checked.seen is not None
            and path in checked.seen.files
            and os.path.realpath(yaml) not in open_files
        ]

    def snapshot_of(self, path: str, kind: FileKind, text: str) -> FileSnapshot:
        """The analysis of a file."""
        open_files = self._open_files()
        workspace = self._workspace(path, open_files)
        return self._analysed(path, kind, text, workspace, self._around(path, kind, workspace, open_files))

    async def _look_at_all(self, known: dict[str, tuple[str, str]], reports: _Reports) -> None:
        found = await self._search.found(tuple(self._settings.folders))
        open_files = self._open_files()
        self._checked = {path: checked for path, checked in self._checked.items() if path in found}
        started = time.perf_counter()
        for path, file in found.items():
            if time.perf_counter() - started > _SLICE_SECONDS:
                await self._let_others_work()
                started = time.perf_counter()
            before = known.pop(path, None)
            if os.path.realpath(path) in open_files:
                continue  # the client pulls it by itself
            try:
                checked = self._check(path, file.kind, file.stamp, open_files)
            except OSError:
                continue
            uri = before[0] if before is not None else uri_of(path)
            if checked.result_id is not None and before is not None and before[1] == checked.result_id:
                reports.add(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, checked.result_id))
            elif checked.result_id is not None or before is not None:
                reports.add(
                    types.WorkspaceFullDocumentDiagnosticReport(uri, checked.items, result_id=checked.result_id)
                )
        for uri, _ in known.values():
            if self._documents.get(uri) is None:
                reports.add(types.WorkspaceFullDocumentDiagnosticReport(uri, []))

    async def _let_others_work(self) -> None:
        """Let the loop read the client's messages, and analyse the documents that these have changed."""
        await asyncio.sleep(0)
        while not self._is_idle():
            await asyncio.sleep(0)

    def _check(self, path: str, kind: FileKind, stamp: Stamp, open_files: Mapping[str, str]) -> _Checked:
        """The diagnostics of a file: those found before, if nothing has changed. Raises OSError."""
        workspace, images = self._workspace(path, open_files), self._index()
        around = self._around(path, kind, workspace, open_files)
        context = around.context if isinstance(around, ManifestFiles) else around
        known = self._checked.get(path)
        if (
            known is not None
            and (known.stamp, known.workspace) == (stamp, workspace)
            and known.images is images
            and (context is None or known.seen is None or context.agrees_with(known.seen))
        ):
            return known
        with open(path, "rb", opener=open_without_waiting) as opened:
            text = opened.read(_MAX_BYTES).decode("utf-8-sig", errors="replace")
        snapshot = self._analysed(path, kind, text, workspace, around)
        index = LineIndex(text, self._documents.encoding)
        document = Document(uri_of(path), "", DocumentKind.OTHER, 0, text, index)
        items = [to_diagnostic(finding, snapshot, document, self._client) for finding in snapshot.findings]
        seen = context.seen if context is not None else None
        checked = self._checked[path] = _Checked(kind, stamp, workspace, images, seen, items, _result_id(items))
        return checked

    def _workspace(self, path: str, open_files: Mapping[str, str]) -> Workspace:
        editor = self._settings.of(path)
        return resolve(path, self._projects, editor=editor, open_files=open_files, files=self._files)

    def _around(
        self, path: str, kind: FileKind, workspace: Workspace, open_files: Mapping[str, str]
    ) -> BuildContext | ManifestFiles | None:
        if kind is FileKind.SCRIPT:
            return None
        if kind is FileKind.YAML:
            return manifest_files(path, open_files, self._files, self._settings.folders)
        return workspace.build_context(open_files, self._files)

    def _analysed(
        self,
        path: str,
        kind: FileKind,
        text: str,
        workspace: Workspace,
        around: BuildContext | ManifestFiles | None,
    ) -> FileSnapshot:
        settings, images = workspace.settings, self._index()
        if kind is FileKind.SCRIPT:
            return analyse_script(path, text, settings, images)
        if kind is FileKind.YAML:
            files = around if isinstance(around, ManifestFiles) else None
            return analyse_manifest(text, files=files, settings=settings, images=images)
        context = around if isinstance(around, BuildContext) else None
        return analyse(text, context=context, settings=settings, images=images)


class _Reports:
    """The reports of one answer. `has_news` is true if one of them has diagnostics that the client does not have."""

    def __init__(self, send: Send | None) -> None:
        self.has_news = False
        self._send = send
        self._waiting: list[FileReport] = []

    def add(self, report: FileReport) -> None:
        """Add a report. With news, reports are sent in batches."""
        self._waiting.append(report)
        self.has_news |= isinstance(report, types.WorkspaceFullDocumentDiagnosticReport)
        if self._send is not None and self.has_news and len(self._waiting) >= _BATCH:
            self._send(self._waiting)
            self._waiting = []

    def rest(self) -> list[FileReport]:
        """The reports for the answer itself, which has none if they are sent in parts."""
        if self._send is None:
            return self._waiting
        if self._waiting:
            self._send(self._waiting)
        return []


def _result_id(items: list[types.Diagnostic]) -> str | None:
    """A name for diagnostics that is the same for the same ones; None for no diagnostics."""
    if not items:
        return None
    # A late import: the first diagnostics come without it.
    import hashlib

    return hashlib.blake2b(repr(items).encode(errors="surrogatepass"), digest_size=12).hexdigest()
