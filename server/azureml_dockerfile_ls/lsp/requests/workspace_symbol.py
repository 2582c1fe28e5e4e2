"""workspace/symbol."""

from __future__ import annotations

import os

from lsprotocol import types

from azureml_dockerfile_ls.features.symbols import definitions, is_asked_for
from azureml_dockerfile_ls.lsp.requests.document_symbol import KINDS
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.workspace_files import PlacedDefinition
from azureml_dockerfile_ls.lsp.uris import path_of, uri_of

_MOST = 1000
"""How many symbols one answer has; with more letters there are fewer."""


async def handle(session: Session, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    """The stages and ARGs of the open Dockerfiles, then of those in the workspace's folders, that fit a query."""
    on_disk = await session.whole_workspace.files.found(session.workspace_folders())
    found: list[types.SymbolInformation] = []
    open_paths = set()
    for opened in session.documents.dockerfiles:
        uri = opened.document.uri
        path = path_of(uri)
        if path is not None:
            open_paths.add(os.path.realpath(path))
        view = session.view(uri)
        if view is None or not view.snapshot.settings.dockerfile_features:
            continue
        for definition in definitions(view.snapshot.tree):
            if is_asked_for(definition.name, params.query):
                location = types.Location(uri, view.range(definition.span))
                found.append(_symbol(definition.name, KINDS[definition.kind], location, definition.container))
    for path, symbols in on_disk.items():
        if len(found) >= _MOST:
            break
        fitting = [placed for placed in symbols if is_asked_for(placed.definition.name, params.query)]
        if fitting and os.path.realpath(path) not in open_paths:
            found += [_on_disk(placed, uri_of(path)) for placed in fitting]
    return found[:_MOST]


def _on_disk(placed: PlacedDefinition, uri: str) -> types.SymbolInformation:
    line, start, end = placed.place
    location = types.Location(uri, types.Range(types.Position(line, start), types.Position(line, end)))
    definition = placed.definition
    return _symbol(definition.name, KINDS[definition.kind], location, definition.container)


def _symbol(name: str, kind: types.SymbolKind, location: types.Location, container: str) -> types.SymbolInformation:
    return types.SymbolInformation(location, name, kind, container_name=container or None)
