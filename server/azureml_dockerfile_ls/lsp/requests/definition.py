"""textDocument/definition."""

from __future__ import annotations

from lsprotocol import types

from azureml_dockerfile_ls.features.navigation import Target, definition
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import View
from azureml_dockerfile_ls.lsp.uris import uri_of

_START = types.Range(types.Position(0, 0), types.Position(0, 0))


def handle(session: Session, params: types.DefinitionParams) -> list[types.Location] | list[types.LocationLink] | None:
    """The definitions of the name at a position, or the file that is named there."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    targets = definition(view.snapshot, view.offset(params.position))
    if not view.client.supports_definition_links:
        return [types.Location(*_place(target, view)) for target in targets]
    links = []
    for target in targets:
        uri, range_ = _place(target, view)
        links.append(types.LocationLink(uri, range_, range_, view.range(target.origin)))
    return links


def _place(target: Target, view: View) -> tuple[str, types.Range]:
    if target.span is not None:
        return view.document.uri, view.range(target.span)
    context = view.snapshot.context
    path = context.absolute(target.path) if context is not None and target.path is not None else ""
    return uri_of(path), _START
