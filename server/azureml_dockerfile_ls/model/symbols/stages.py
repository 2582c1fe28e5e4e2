"""The symbols of stages: `AS NAME`, and the FROM, COPY and RUN instructions that name a stage or give its number.

A name in `--from` that is not the name of an earlier stage, or of the stage itself, is the name of an image.
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.model import Model, PlacedStage
from azureml_dockerfile_ls.model.symbols.occurrences import stages_of
from azureml_dockerfile_ls.model.symbols.symbol import Form, Occurrence, Place, Symbol, SymbolKind
from azureml_dockerfile_ls.syntax.nodes import Tree

_MOST_DIGITS = 9


def stage_symbol(model: Model, place: Place) -> Symbol | None:
    """The symbol at a place; None if the name in a FROM is that of an image."""
    owner = _owner(model, place)
    if place.form is Form.BASE and owner is None:
        return None
    name = place.occurrence.name if owner is None else owner.stage.name or ""
    if owner is not None and not name:
        found = [_unnamed(model, owner)]
        found += [each for each in stage_places(model) if each.form is Form.NUMBER and _owner(model, each) is owner]
    else:
        found = [each for each in stage_places(model) if _is_named(model, each, name, is_stage=owner is not None)]
    return Symbol(SymbolKind.STAGE, name, tuple(found))


def stage_places(model: Model) -> Iterator[Place]:
    """All places in the stages of a file that name a stage, or could name one."""
    for number, placed in enumerate(model.stages):
        for at, found in placed.stage.each(stages_of):
            for occurrence in found:
                yield Place(placed.first + at, occurrence, number)


def stage_of(model: Model, place: Place) -> PlacedStage | None:
    """The stage that a place names or defines; None if there is no such stage before it."""
    return _owner(model, place)


def stage_definition(tree: Tree, model: Model, place: Place) -> Place | None:
    """The place where the stage is defined that a place names: its name, or the image of a stage without one."""
    owner = _owner(model, place)
    if owner is None:
        return None
    number = model.number_of(owner.stage)
    for occurrence in stages_of(tree.instructions[owner.first]):
        if occurrence.form is Form.STAGE:
            return Place(owner.first, occurrence, number)
    return _unnamed(model, owner)


def _is_named(model: Model, place: Place, name: str, *, is_stage: bool) -> bool:
    if place.form is Form.NUMBER:
        owner = _owner(model, place)
        return is_stage and owner is not None and owner.stage.name == name
    if place.occurrence.name != name:
        return False
    if place.form is Form.STAGE:
        return is_stage
    if place.form is Form.BASE and not is_stage:
        return False
    return (_owner(model, place) is not None) is is_stage


def _owner(model: Model, place: Place) -> PlacedStage | None:
    own = model.stages[place.scope]
    if place.form is Form.STAGE:
        return own
    if place.form is Form.BASE:
        base, written = own.stage.base, own.stage.instructions[0].image
        # FROM, unlike `--from`, compares its text as it is.
        is_literal = base is not None and written is not None and written.text == base.name
        return model.find_stage(place.occurrence.name, own.first) if is_literal else None
    if place.form is Form.NUMBER:
        number = int(place.occurrence.name[:_MOST_DIGITS])
        return model.stages[number] if number <= place.scope else None
    return model.find_stage(place.occurrence.name, own.first + 1)


def _unnamed(model: Model, owner: PlacedStage) -> Place:
    number = model.number_of(owner.stage)
    start = owner.stage.instructions[0]
    span = start.image.span if start.image is not None else start.keyword.span
    return Place(owner.first, Occurrence("", span, Form.UNNAMED_STAGE, span), number)
