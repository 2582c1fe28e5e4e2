"""Navigation: where a name is defined, and everywhere it occurs; where a path of the build context leads.

The keyword of the last FROM leads to the YAML of the environments that build the file.
"""

from __future__ import annotations

from azureml_dockerfile_ls.azureml.file_references import references_at
from azureml_dockerfile_ls.context.context_source import EnvironmentPlace
from azureml_dockerfile_ls.context.entries import EntryKind
from azureml_dockerfile_ls.model.symbols.find import definitions, symbol_at
from azureml_dockerfile_ls.model.symbols.symbol import Place
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


class Target(NamedTuple):
    """Where a definition is: `span` of the document, the file at `path` of the build context, or an `environment`.

    `origin` is the text that leads there.
    """

    origin: Span
    span: Span | None = None
    path: str | None = None
    environment: EnvironmentPlace | None = None


class Highlight(NamedTuple):
    """An occurrence of a name; it is written where it is defined or assigned."""

    span: Span
    is_written: bool


def definition(snapshot: Snapshot, offset: int) -> list[Target]:
    """The definitions of the name at `offset`, the first one first; or the file that the path there names."""
    found = symbol_at(snapshot.tree, snapshot.model, offset)
    if found is None:
        return _file(snapshot, offset) or _environments(snapshot, offset)
    origin = span_of(snapshot, found.place)
    places = definitions(snapshot.tree, snapshot.model, found)
    return [Target(origin, span_of(snapshot, place)) for place in places] or _file(snapshot, offset)


def references(snapshot: Snapshot, offset: int, *, include_definitions: bool) -> list[Span]:
    """The places of the name at `offset`, in the order of the text."""
    found = symbol_at(snapshot.tree, snapshot.model, offset)
    if found is None:
        return []
    places = (place for place in found.symbol.places if include_definitions or not place.form.is_definition)
    return sorted(span_of(snapshot, place) for place in places)


def highlights(snapshot: Snapshot, offset: int) -> list[Highlight]:
    """The places of the name at `offset`, in the order of the text, with what they do to it."""
    found = symbol_at(snapshot.tree, snapshot.model, offset)
    if found is None:
        return []
    return sorted(Highlight(span_of(snapshot, place), place.form.is_write) for place in found.symbol.places)


def span_of(snapshot: Snapshot, place: Place) -> Span:
    """The span of a place in the document."""
    return place.occurrence.span.at(snapshot.tree.offset_of(place.at))


def _file(snapshot: Snapshot, offset: int) -> list[Target]:
    context, index = snapshot.context, snapshot.tree.index_at(offset)
    placed = snapshot.model.stage_at(index) if index is not None else None
    if context is None or index is None or placed is None:
        return []
    start = snapshot.tree.offset_of(index)
    for reference in references_at(placed.stage, index - placed.first, context):
        if reference.span.touches(offset - start) and context.kind_of(reference.path) is EntryKind.FILE:
            return [Target(reference.span.at(start), path=reference.path)]
    return []


def _environments(snapshot: Snapshot, offset: int) -> list[Target]:
    stages, context = snapshot.model.stages, snapshot.context
    if not stages or context is None:
        return []
    keyword = stages[-1].stage.instructions[0].keyword.span.at(snapshot.tree.offset_of(stages[-1].first))
    if not keyword.touches(offset):
        return []
    return [Target(keyword, environment=environment) for environment in context.environments]
