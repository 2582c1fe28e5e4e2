"""The symbol at a place of an instruction."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.symbols.occurrences import heredocs_of, stages_of, variables_of
from azureml_dockerfile_ls.model.symbols.stages import stage_definition, stage_symbol
from azureml_dockerfile_ls.model.symbols.symbol import HEAD, Form, Occurrence, Place, Symbol, SymbolKind
from azureml_dockerfile_ls.model.symbols.variables import definitions_of, variables_named
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.nodes import Tree


class Found(NamedTuple):
    """A symbol, and that one of its places that was looked for."""

    symbol: Symbol
    place: Place


def symbol_at(tree: Tree, model: Model, offset: int) -> Found | None:
    """The symbol whose name a cursor at `offset` of the file touches."""
    index = tree.index_at(offset)
    if index is None:
        return None
    at = offset - tree.offset_of(index)
    found = _symbols_at(tree, model, index, at)
    return min(found, key=lambda each: _distance(each.place.occurrence, at), default=None)


def definitions(tree: Tree, model: Model, found: Found) -> list[Place]:
    """The places that define what a place refers to, the first one first."""
    if found.symbol.kind is SymbolKind.VARIABLE:
        return definitions_of(model, found.symbol, found.place)
    if found.symbol.kind is SymbolKind.HEREDOC:
        return [place for place in found.symbol.places if place.form is Form.HEREDOC]
    place = stage_definition(tree, model, found.place)
    return [place] if place is not None else []


def _distance(occurrence: Occurrence, at: int) -> tuple[bool, bool, int]:
    """How far a cursor is from a name, to compare: in it, at its end, before it; in a shorter name rather."""
    start, end = occurrence.span
    return not start <= at < end, not start <= at <= end, end - start


def _symbols_at(tree: Tree, model: Model, index: int, at: int) -> Iterator[Found]:
    instruction = tree.instructions[index]
    placed = model.stage_at(index)
    number = model.number_of(placed.stage) if placed is not None else HEAD
    for heredoc in heredocs_of(instruction):
        places = tuple(Place(index, occurrence, number) for occurrence in heredoc)
        for place in places:
            if place.occurrence.reach.touches(at):
                yield Found(Symbol(SymbolKind.HEREDOC, place.occurrence.name, places), place)
    for occurrence in stages_of(instruction) if placed is not None else ():
        if occurrence.reach.touches(at):
            place = Place(index, occurrence, number)
            symbol = stage_symbol(model, place)
            if symbol is not None:
                yield Found(symbol, place)
    scope = HEAD if placed is not None and placed.first == index else number
    for occurrence in variables_of(instruction):
        if occurrence.reach.touches(at):
            place = Place(index, occurrence, scope)
            for symbol in variables_named(tree, model, occurrence.name):
                if place in symbol.places:
                    yield Found(symbol, place)
