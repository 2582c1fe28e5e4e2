"""textDocument/selectionRange."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.selection import selections
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import View


def handle(session: Session, params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
    """The ranges around each position, from the word to the file."""
    view = session.view(params.text_document.uri)
    return [_nested(view, position) for position in params.positions] if view is not None else None


def _nested(view: View, position: types.Position) -> types.SelectionRange:
    *outer, innermost = reversed(selections(view.snapshot, view.offset(position)))
    parent: types.SelectionRange | None = None
    for span in outer:
        parent = types.SelectionRange(view.range(span), parent)
    return types.SelectionRange(view.range(innermost), parent)
