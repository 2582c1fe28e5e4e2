"""textDocument/diagnostic."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.lsp.session.diagnostics import Report
from azureml_dockerfile_ls.lsp.session.session import Session


def handle(session: Session, params: types.DocumentDiagnosticParams) -> Report:
    """The diagnostics of a document, for a client that pulls; none for a document that is not analysed."""
    opened = session.documents.analysed(params.text_document.uri)
    if opened is None:
        return types.RelatedFullDocumentDiagnosticReport([])
    return session.diagnostics.report(opened, session.analysis_of(opened), params.previous_result_id)
