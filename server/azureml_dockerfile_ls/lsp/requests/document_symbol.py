"""textDocument/documentSymbol."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.symbols import Symbol, SymbolKind, symbols
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
    return [
        _flat(entry, None if entry is symbol else symbol.name, view)
        for symbol in found
        for entry in (symbol, *symbol.children)
    ]


def _nested(symbol: Symbol, view: View) -> types.DocumentSymbol:
    is_marked = symbol.is_deprecated and view.client.supports_deprecated_symbol_tag
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=KINDS[symbol.kind],
        tags=[types.SymbolTag.Deprecated] if is_marked else None,
        range=view.range(symbol.span),
        selection_range=view.range(symbol.selection),
        children=[_nested(child, view) for child in symbol.children] or None,
    )


def _flat(symbol: Symbol, container: str | None, view: View) -> types.SymbolInformation:
    location = types.Location(view.document.uri, view.range(symbol.span))
    return types.SymbolInformation(location, symbol.name, KINDS[symbol.kind], container_name=container)


KINDS = {
    SymbolKind.STAGE: types.SymbolKind.Class,
    SymbolKind.ARGUMENT: types.SymbolKind.Constant,
    SymbolKind.VARIABLE: types.SymbolKind.Variable,
    SymbolKind.LABEL: types.SymbolKind.Property,
    SymbolKind.FILE: types.SymbolKind.File,
    SymbolKind.FOLDER: types.SymbolKind.Package,
    SymbolKind.USER: types.SymbolKind.Field,
    SymbolKind.PORT: types.SymbolKind.Interface,
    SymbolKind.COMMAND: types.SymbolKind.Function,
    SymbolKind.START: types.SymbolKind.Method,
    SymbolKind.OTHER: types.SymbolKind.String,
}
"""The icons of the outline. Every client knows them: later versions of the protocol have more."""
