"""textDocument/semanticTokens: full, full/delta and range."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.semantic_tokens.document import change_between, semantic_tokens
from azureml_dockerfile_ls.lsp.session.documents import TokensReport
from azureml_dockerfile_ls.lsp.session.session import Session


def full(session: Session, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """The tokens of a document."""
    report = _report(session, params.text_document.uri)
    return types.SemanticTokens(report.numbers, report.result_id) if report is not None else None


def delta(
    session: Session, params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    """What changed since the tokens that the client has; all tokens where these are not the last ones it got."""
    uri = params.text_document.uri
    opened = session.documents.dockerfile(uri)
    before = opened.tokens if opened is not None else None
    report = _report(session, uri)
    if report is None:
        return None
    if before is None or before.result_id != params.previous_result_id:
        return types.SemanticTokens(report.numbers, report.result_id)
    change = change_between(before.numbers, report.numbers)
    edits = [types.SemanticTokensEdit(change.start, change.deleted, change.inserted)] if change is not None else []
    return types.SemanticTokensDelta(edits, report.result_id)


def in_range(session: Session, params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
    """The tokens of the part of a document that the client shows."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    return types.SemanticTokens(semantic_tokens(view.snapshot, view.document.index, view.span(params.range)))


def _report(session: Session, uri: str) -> TokensReport | None:
    """The tokens of a document, which are remembered until the next request for them."""
    view, opened = session.view(uri), session.documents.dockerfile(uri)
    if view is None or opened is None:
        return None
    number = int(opened.tokens.result_id) + 1 if opened.tokens is not None else 1
    opened.tokens = TokensReport(semantic_tokens(view.snapshot, view.document.index), str(number))
    return opened.tokens
