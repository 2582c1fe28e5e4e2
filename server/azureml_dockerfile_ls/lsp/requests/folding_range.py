"""textDocument/foldingRange."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.folding import FoldKind, folds
from azureml_dockerfile_ls.lsp.session.session import Session

_KINDS: dict[FoldKind, types.FoldingRangeKind] = {FoldKind.COMMENT: types.FoldingRangeKind.Comment}


def handle(session: Session, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
    """The folds of a document. They are whole lines, which every client takes."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    found = folds(view.snapshot, view.document.index, view.client.most_folds)
    return [types.FoldingRange(fold.first, fold.last, kind=_KINDS.get(fold.kind)) for fold in found]
