"""textDocument/references."""

from __future__ import annotations

from collections.abc import Awaitable

from lsprotocol import types

from azureml_dockerfile_ls.features.manifest.links import file_at
from azureml_dockerfile_ls.features.manifest.places import environment_at
from azureml_dockerfile_ls.features.navigation import references
from azureml_dockerfile_ls.lsp.requests.definition import START, environments
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import ManifestView
from azureml_dockerfile_ls.lsp.uris import uri_of


def handle(
    session: Session, params: types.ReferenceParams
) -> list[types.Location] | Awaitable[list[types.Location]] | None:
    """All places of the name at a position; of an environment, those in all YAML of the workspace."""
    view = session.any_view(params.text_document.uri)
    if view is None:
        return None
    offset, has_definitions = view.offset(params.position), params.context.include_declaration
    if isinstance(view, ManifestView):
        return _in_manifest(session, view, offset, has_definitions=has_definitions)
    spans = references(view.snapshot, offset, include_definitions=has_definitions)
    return [types.Location(view.document.uri, view.range(span)) for span in spans]


async def _in_manifest(
    session: Session, view: ManifestView, offset: int, *, has_definitions: bool
) -> list[types.Location]:
    """The places of an environment; of a path, the file that it leads to."""
    name = environment_at(view.snapshot, offset)
    if name is not None:
        found = await environments(session, view, name.name)
        return [location for location, is_definition in found if has_definitions or not is_definition]
    link, context = file_at(view.snapshot, offset), view.snapshot.context
    if link is None or link.path is None or context is None:
        return []
    return [types.Location(uri_of(context.absolute(link.path)), START)]
