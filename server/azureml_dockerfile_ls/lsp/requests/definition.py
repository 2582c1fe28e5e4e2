"""textDocument/definition."""

from __future__ import annotations

from collections.abc import Awaitable

from lsprotocol import types

from azureml_dockerfile_ls.features.manifest.links import file_at
from azureml_dockerfile_ls.features.manifest.places import environment_at
from azureml_dockerfile_ls.features.navigation import Target, definition
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import AnyView, ManifestView
from azureml_dockerfile_ls.lsp.uris import uri_of
from azureml_dockerfile_ls.text import Span

START = types.Range(types.Position(0, 0), types.Position(0, 0))

Places = list[tuple[Span, types.Location]]
"""Where definitions are, each with the text that leads there."""


Definitions = list[types.Location] | list[types.LocationLink]


def handle(session: Session, params: types.DefinitionParams) -> Definitions | Awaitable[Definitions] | None:
    """The definitions of the name at a position, or the file that is named there."""
    view = session.any_view(params.text_document.uri)
    if view is None:
        return None
    offset = view.offset(params.position)
    if isinstance(view, ManifestView):
        return _in_manifest(session, view, offset)
    return _as_client_wants(
        view, [(target.origin, _place(target, view)) for target in definition(view.snapshot, offset)]
    )


def _as_client_wants(view: AnyView, places: Places) -> Definitions:
    if not view.client.supports_definition_links:
        return [location for _, location in places]
    return [
        types.LocationLink(location.uri, location.range, location.range, view.range(origin))
        for origin, location in places
    ]


async def environments(session: Session, view: ManifestView, name: str) -> list[tuple[types.Location, bool]]:
    """The places of an environment in all YAML of the workspace, by file, and whether each is its definition."""
    found = await session.environment_names(view)
    return [
        (types.Location(uri, _range(each.line, each.start, each.end)), each.name.is_definition)
        for uri, names in sorted(found.items())
        for each in names
        if each.name.name == name
    ]


async def _in_manifest(session: Session, view: ManifestView, offset: int) -> Definitions:
    """The YAML of the environment that is used at an offset, or the file that is named there."""
    link = file_at(view.snapshot, offset)
    if link is not None:
        return _as_client_wants(view, [(link.span, _place(Target(link.span, path=link.path), view))])
    name = environment_at(view.snapshot, offset)
    if name is None:
        return []
    found = await environments(session, view, name.name)
    return _as_client_wants(view, [(name.span, location) for location, is_definition in found if is_definition])


def _place(target: Target, view: AnyView) -> types.Location:
    if target.span is not None:
        return types.Location(view.document.uri, view.range(target.span))
    if target.environment is not None:
        line, column = target.environment.line, target.environment.column
        return types.Location(uri_of(target.environment.path), _range(line, column, column))
    context = view.snapshot.context
    path = context.absolute(target.path) if context is not None and target.path is not None else ""
    return types.Location(uri_of(path), START)


def _range(line: int, start: int, end: int) -> types.Range:
    return types.Range(types.Position(line, start), types.Position(line, end))
