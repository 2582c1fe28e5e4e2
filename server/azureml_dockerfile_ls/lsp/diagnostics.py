"""How findings reach an editor: it asks for them, or they are sent to it; never both."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types

from azureml_dockerfile_ls.lsp.client import Client
from azureml_dockerfile_ls.lsp.contexts import uri_of
from azureml_dockerfile_ls.lsp.convert import to_range
from azureml_dockerfile_ls.lsp.documents import Document
from azureml_dockerfile_ls.lsp.protocol import Server
from azureml_dockerfile_ls.rules.engine import PlacedFinding
from azureml_dockerfile_ls.rules.pages import url_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import LineIndex


@dataclass(frozen=True, slots=True)
class _Report:
    """What an editor was told when it asked for the findings of a document."""

    document: Document
    snapshot: Snapshot
    items: list[types.Diagnostic]
    result_id: str


class Diagnostics:
    """Shows the findings of documents, and remembers what an editor that asks was told."""

    def __init__(self, server: Server, client: Client) -> None:
        self._server = server
        self._client = client
        self._reports: dict[str, _Report] = {}
        self._last_id = 0
        self._is_refreshing = False

    def show(self, document: Document, snapshot: Snapshot) -> None:
        """Send the findings; have an editor that asks ask again, if it was told others of this very version.

        Of a version that it did not ask about yet it will ask by itself.
        """
        if not self._client.pulls_diagnostics:
            self._server.publish_diagnostics(document, self._items(document, snapshot))
            return
        told = self._reports.get(document.uri)
        if told is None or told.document is not document or told.snapshot is snapshot or self._is_refreshing:
            return
        if told.items != self._items(document, snapshot):
            self._is_refreshing = True
            self._server.workspace_diagnostic_refresh(None).add_done_callback(lambda _: self._end_refresh())

    def report(
        self, document: Document, snapshot: Snapshot, previous_id: str | None
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        """The answer to an editor that asks.

        That nothing changed it hears only about the same version: with an edit it may have moved or lost what it shows.
        """
        self._end_refresh()
        items = self._items(document, snapshot)
        told = self._reports.get(document.uri)
        is_known = told is not None and told.result_id == previous_id
        if told is not None and is_known and told.document is document and told.items == items:
            self._reports[document.uri] = _Report(document, snapshot, items, told.result_id)
            return types.RelatedUnchangedDocumentDiagnosticReport(told.result_id)
        self._last_id += 1
        report = _Report(document, snapshot, items, str(self._last_id))
        self._reports[document.uri] = report
        return types.RelatedFullDocumentDiagnosticReport(items, result_id=report.result_id)

    def forget(self, uri: str) -> None:
        """Take back the findings of a document that was closed; an editor that asks does so itself."""
        self._reports.pop(uri, None)
        if not self._client.pulls_diagnostics:
            self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def _end_refresh(self) -> None:
        # Whichever comes first, as nothing may change unnoticed between an editor's question and its reply.
        self._is_refreshing = False

    def _items(self, document: Document, snapshot: Snapshot) -> list[types.Diagnostic]:
        return [diagnostic(finding, snapshot, document, self._client) for finding in snapshot.findings]


def diagnostic(finding: PlacedFinding, snapshot: Snapshot, document: Document, can: Client) -> types.Diagnostic:
    """A finding with what the editor can show of it."""
    rule = finding.rule
    related = _related(finding, snapshot, document) if can.takes_related_information else []
    return types.Diagnostic(
        range=to_range(finding.span, document.index),
        message=finding.message,
        severity=types.DiagnosticSeverity(int(finding.severity)),
        code=rule.name,
        code_description=types.CodeDescription(url_of(rule)) if can.takes_code_descriptions else None,
        source=rule.source,
        tags=[types.DiagnosticTag.Deprecated] if rule.marks_deprecated and can.strikes_findings_through else None,
        related_information=related or None,
    )


def _related(
    finding: PlacedFinding, snapshot: Snapshot, document: Document
) -> list[types.DiagnosticRelatedInformation]:
    found = []
    for place, text in snapshot.related_places(finding):
        uri, index = document.uri, document.index
        if place.path is not None and snapshot.context is not None:
            uri, index = uri_of(snapshot.context.absolute(place.path)), LineIndex(text, document.index.encoding)
        location = types.Location(uri, to_range(place.span, index))
        found.append(types.DiagnosticRelatedInformation(location, place.message))
    return found
