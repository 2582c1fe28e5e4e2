"""The symbols of variables: which ARG, ENV, `$NAME` and assignment mean the same variable.

Scoping follows `model/stages.py`. A stage is one scope, so all definitions of a name in a stage are one symbol. A stage
inherits the variables of the stage that it is built on, so it continues their symbols. It continues the symbol of the
ARG before the first FROM if it declares the ARG without a value. A variable that only the shell of a RUN sets belongs
to that RUN.
"""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.run_commands import is_read_by_posix_shell
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.symbols.occurrences import variables_in, variables_of
from azureml_dockerfile_ls.model.symbols.symbol import HEAD, Form, Occurrence, Place, Symbol, SymbolKind
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.nodes import Tree

_BY_SHELL = frozenset((Form.SHELL, Form.STARTED, Form.ASSIGNED))
_ARGUMENTS = frozenset((Form.ARGUMENT, Form.BARE_ARGUMENT))
_VALUES = frozenset((Form.ARGUMENT, Form.VARIABLE))


class _Group:
    """The places of one variable; a group that was merged into another has a `target`."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self._target: _Group | None = None

    def last(self) -> _Group:
        """The group that this one was merged into, or itself."""
        group = self
        while group._target is not None:
            group = group._target
        return group

    def merge(self, other: _Group) -> _Group:
        """The group that holds the places of both."""
        first, second = self.last(), other.last()
        if first is not second:
            first.places += second.places
            second.places = []
            second._target = first
        return first


class _Passed(NamedTuple):
    """The variable that a stage passes on to the stages that are built on it, and whether ENV sets it."""

    group: _Group
    is_environment: bool


def variables_named(tree: Tree, model: Model, name: str) -> list[Symbol]:
    """The variables of a file with this name. The cost grows with the number of stages and of places."""
    head = _Group()
    for index in range(model.before_first_stage):
        found = (occurrence for occurrence in variables_of(tree.instructions[index]) if occurrence.name == name)
        head.places += [Place(index, occurrence, HEAD) for occurrence in found]
    has_argument = any(place.form in _ARGUMENTS for place in head.places)
    starts = head if has_argument else _Group()
    groups = [head, starts]
    passed: dict[Stage, _Passed] = {}
    for number, (first, stage) in enumerate(model.stages):
        below = passed.get(stage.base) if stage.base is not None else None
        own = []
        for at, occurrence in _occurrences(stage, name):
            if at == 0:
                starts.last().places.append(Place(first, occurrence, HEAD))
            else:
                own.append(Place(first + at, occurrence, number))
        following = _group_stage(own, below, head if has_argument else None, groups) if own else below
        if following is not None:
            passed[stage] = following
    unique = {id(group.last()): group.last() for group in groups}
    return [
        Symbol(SymbolKind.VARIABLE, name, tuple(sorted(group.places, key=lambda place: place.at)))
        for group in unique.values()
        if group.places
    ]


def _occurrences(stage: Stage, name: str) -> Iterator[tuple[int, Occurrence]]:
    for start, section in stage.placed_sections:
        for at, occurrence in variables_in(section.block).get(name, ()):
            # In PowerShell and cmd, `$NAME` is not a variable of the environment.
            if occurrence.form not in _BY_SHELL or is_read_by_posix_shell(stage, start + at):
                yield start + at, occurrence


def _group_stage(own: list[Place], below: _Passed | None, head: _Group | None, groups: list[_Group]) -> _Passed | None:
    """Group the places of a name in a stage; returns what the stage passes on."""
    is_defined = any(place.form.is_definition for place in own)
    is_bare = head is not None and any(place.form is Form.BARE_ARGUMENT for place in own)
    if not is_defined and below is None:
        _group_undefined(own, groups)
        return None
    group = below.group.last() if below is not None else _Group()
    groups.append(group)
    if is_bare and head is not None:
        group = head.merge(group)
    is_environment = any(place.form is Form.VARIABLE for place in own) or (below is not None and below.is_environment)
    # The containers of an image see its ENVs, not its ARGs.
    started = group if is_environment else _Group()
    groups.append(started)
    for place in own:
        (started if place.form is Form.STARTED else group).places.append(place)
    return _Passed(group, is_environment)


def _group_undefined(own: list[Place], groups: list[_Group]) -> None:
    """Group the places of a name that no instruction sets; those in a RUN that assigns it belong to that RUN."""
    assigning = {place.at for place in own if place.form is Form.ASSIGNED}
    parts: dict[int | None, _Group] = {}
    for place in own:
        key = place.at if place.at in assigning else None
        parts.setdefault(key, _Group()).places.append(place)
    groups += parts.values()


def definitions_of(model: Model, symbol: Symbol, place: Place) -> list[Place]:
    """The definitions that a place of a variable refers to: the first of its scope, then the one that applies there.

    From the first definition of a stage, it is the one that it continues, if there is one.
    """
    scopes: dict[int, list[Place]] = {}
    for each in symbol.places:
        scopes.setdefault(each.scope, []).append(each)
    own = scopes[place.scope]
    before = [each for each in own[: own.index(place)] if each.form.is_definition]
    if before:
        return before[:1] if place.form.is_definition else _ends(before)
    inherited = _inherited(model, scopes, place)
    if inherited:
        return inherited
    if place.form.is_definition:
        return [place]
    return [each for each in own if each.at == place.at and each.form is Form.ASSIGNED][:1]


def _inherited(model: Model, scopes: dict[int, list[Place]], place: Place) -> list[Place]:
    if place.scope == HEAD or place.form in _VALUES:
        return []
    for stage in list(model.stages[place.scope].stage.ancestry())[1:]:
        found = [each for each in scopes.get(model.number_of(stage), ()) if each.form.is_definition]
        if found:
            return _ends(found)
    if place.form is not Form.BARE_ARGUMENT:
        return []
    return _ends([each for each in scopes.get(HEAD, ()) if each.form in _ARGUMENTS])


def _ends(places: list[Place]) -> list[Place]:
    return [places[0], places[-1]] if len(places) > 1 else places
