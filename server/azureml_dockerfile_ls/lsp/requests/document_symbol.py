"""textDocument/documentSymbol."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.symbols import Symbol, symbols
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import View


def handle(
    session: Session, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
    """The outline of a document; a flat list for a client without a tree."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    found = symbols(view.snapshot)
    if view.client.supports_symbol_tree:
        return [_nested(symbol, view) for symbol in found]
    return [_flat(inner, symbol, view) for symbol in found for inner in (symbol.children or (symbol,))]


def _nested(symbol: Symbol, view: View) -> types.DocumentSymbol:
    is_marked = symbol.is_deprecated and view.client.supports_deprecated_symbol_tag
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=_kind(symbol),
        tags=[types.SymbolTag.Deprecated] if is_marked else None,
        range=view.range(symbol.span),
        selection_range=view.range(symbol.selection),
        children=[_nested(child, view) for child in symbol.children] or None,
    )


def _flat(symbol: Symbol, parent: Symbol, view: View) -> types.SymbolInformation:
    location = types.Location(view.document.uri, view.range(symbol.span))
    container = parent.name if parent.is_stage else None
    return types.SymbolInformation(location, symbol.name, _kind(symbol), container_name=container)


def _kind(symbol: Symbol) -> types.SymbolKind:
    return types.SymbolKind.Class if symbol.is_stage else types.SymbolKind.Function
