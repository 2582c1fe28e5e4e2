"""How diagnostics reach a client: it pulls them, or they are published; never both."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.positions import to_range
from azureml_dockerfile_ls.lsp.session.documents import DiagnosticsReport, Document, OpenDocument
from azureml_dockerfile_ls.lsp.session.typing import shown_findings
from azureml_dockerfile_ls.lsp.uris import uri_of
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.pages import url_of
from azureml_dockerfile_ls.text import LineIndex

if TYPE_CHECKING:
    from azureml_dockerfile_ls.manifest_snapshot import AnySnapshot
    from azureml_dockerfile_ls.script_snapshot import FileSnapshot

_page_url = functools.cache(url_of)

RelatedReport = types.FullDocumentDiagnosticReport
Report = types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport


class Diagnostics:
    """Publishes diagnostics, or reports them to a client that pulls."""

    def __init__(self, server: LanguageServer, client: ClientCapabilities) -> None:
        self._server = server
        self._client = client
        self._last_id = 0
        self._is_refreshing = False

    def show(self, opened: OpenDocument, snapshot: AnySnapshot) -> None:
        """Publish diagnostics; for a pull client, request a refresh if this version's last report differs.

        A client pulls the diagnostics of a new version by itself.
        """
        document = opened.document
        if not self._client.pulls_diagnostics:
            items = self._items(document, snapshot, shown_findings(opened, snapshot))
            self._server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(document.uri, items, document.version)
            )
            return
        last = opened.report
        if last is None or last.document is not document or self._is_refreshing:
            return
        findings = shown_findings(opened, snapshot)
        if last.findings is not findings and last.items != self._items(document, snapshot, findings):
            self.refresh()

    def refresh(self) -> None:
        """Ask a client that pulls to pull again."""
        if not self._is_refreshing:
            self._is_refreshing = True
            self._server.workspace_diagnostic_refresh(None).add_done_callback(lambda _: self._end_refresh())

    def report(self, opened: OpenDocument, snapshot: AnySnapshot, previous_id: str | None) -> Report:
        """The answer to a client that pulls.

        "Unchanged" is sent only for the same version; after an edit the client may have moved or dropped its markers.
        """
        self._end_refresh()
        document, last = opened.document, opened.report
        findings = shown_findings(opened, snapshot)
        items = self._items(document, snapshot, findings)
        is_known = last is not None and last.result_id == previous_id
        if last is not None and is_known and last.document is document and last.items == items:
            opened.report = DiagnosticsReport(document, findings, items, last.result_id)
            return types.RelatedUnchangedDocumentDiagnosticReport(last.result_id)
        self._last_id += 1
        opened.report = DiagnosticsReport(document, findings, items, str(self._last_id))
        return types.RelatedFullDocumentDiagnosticReport(items, result_id=opened.report.result_id)

    def related(self, opened: OpenDocument, snapshot: AnySnapshot) -> RelatedReport:
        """The diagnostics of a document that a client gets without asking for them."""
        report = self.report(opened, snapshot, None)
        items = report.items if isinstance(report, types.RelatedFullDocumentDiagnosticReport) else []
        return types.FullDocumentDiagnosticReport(items, result_id=report.result_id)

    def clear(self, uri: str) -> None:
        """Remove the diagnostics of a document that was closed; a client that pulls does so itself."""
        if not self._client.pulls_diagnostics:
            self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _end_refresh(self) -> None:
        # Reset on either event, so that a change between request and reply is not missed.
        self._is_refreshing = False

    def _items(
        self, document: Document, snapshot: AnySnapshot, findings: Iterable[PlacedFinding]
    ) -> list[types.Diagnostic]:
        return [to_diagnostic(finding, snapshot, document, self._client) for finding in findings]


def to_diagnostic(
    finding: PlacedFinding, snapshot: FileSnapshot, document: Document, client: ClientCapabilities
) -> types.Diagnostic:
    """A finding as a diagnostic, with what the client can show of it."""
    rule = finding.rule
    related = _related(finding, snapshot, document) if client.supports_related_information else []
    is_deprecated = rule.marks_deprecated and client.supports_deprecated_diagnostic_tag
    return types.Diagnostic(
        range=to_range(finding.span, document.index),
        message=finding.message,
        severity=types.DiagnosticSeverity(int(finding.severity)),
        code=rule.name,
        code_description=types.CodeDescription(rule.url or _page_url(rule))
        if client.supports_code_description
        else None,
        source=rule.source,
        tags=[types.DiagnosticTag.Deprecated] if is_deprecated else None,
        related_information=related or None,
    )


def _related(
    finding: PlacedFinding, snapshot: FileSnapshot, document: Document
) -> list[types.DiagnosticRelatedInformation]:
    found = []
    for place, text in snapshot.related_places(finding):
        uri, index = document.uri, document.index
        if place.path is not None and snapshot.context is not None:
            uri, index = uri_of(snapshot.context.absolute(place.path)), LineIndex(text, document.index.encoding)
        location = types.Location(uri, to_range(place.span, index))
        found.append(types.DiagnosticRelatedInformation(location, place.message))
    return found
