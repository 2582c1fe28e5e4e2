"""textDocument/diagnostic."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.lsp.session.diagnostics import Report
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.DocumentDiagnosticParams) -> Report:
    """The diagnostics of a document, for a client that pulls; of one that is not open, those of its file.

    A client asks about a document once more after it was closed.
    """
    opened = session.documents.analysed(params.text_document.uri)
    if opened is None:
        items, result_id = session.whole_workspace.diagnostics.known(params.text_document.uri)
        return types.RelatedFullDocumentDiagnosticReport(items, result_id=result_id)
    report = session.diagnostics.report(opened, session.analysis_of(opened), params.previous_result_id)
    report.related_documents = dict(session.related_reports(opened)) or None
    return report
