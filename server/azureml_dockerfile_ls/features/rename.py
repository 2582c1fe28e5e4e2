"""Rename: the edits that give a stage, variable or heredoc another name, or the reason why it must keep its name."""

from __future__ import annotations

import re

from azureml_dockerfile_ls.azureml.variables.table import find as find_azureml_variable
from azureml_dockerfile_ls.features.linked_editing import HEREDOC_NAME
from azureml_dockerfile_ls.features.navigation import span_of
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.model import Model
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS, PREDEFINED_ARGUMENTS, Stage
from azureml_dockerfile_ls.model.symbols.find import symbol_at
from azureml_dockerfile_ls.model.symbols.stages import stage_of, stage_places
from azureml_dockerfile_ls.model.symbols.symbol import HEAD, Form, Place, Symbol, SymbolKind
from azureml_dockerfile_ls.model.symbols.variables import variables_named
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span, TextEdit, shortened

_VARIABLE = lazy_pattern(r"[A-Za-z_]\w*", re.ASCII)
_STAGE = lazy_pattern(r"[a-z][a-z0-9._-]*")
_HEREDOC = lazy_pattern(HEREDOC_NAME)
_RESERVED_STAGES = frozenset(("scratch", "context"))
_OF_SHELL = frozenset("PATH HOME HOSTNAME PWD OLDPWD IFS TERM SHLVL UID EUID PPID RANDOM".split())


class Refusal(NamedTuple):
    """The reason why a name cannot be changed, or not to the new one."""

    reason: str


class Renamable(NamedTuple):
    """A name that can be changed, at `span`."""

    span: Span
    name: str


def prepare_rename(snapshot: Snapshot, offset: int) -> Renamable | Refusal | None:
    """The name at `offset` that can be changed; None if there is no name."""
    found = symbol_at(snapshot.tree, snapshot.model, offset)
    if found is None:
        return None
    reason = _why_fixed(snapshot, found.symbol, found.place)
    if reason is not None:
        return Refusal(reason)
    written = found.place.occurrence.span.of(snapshot.tree.instructions[found.place.at].text)
    name = found.symbol.name if found.symbol.kind is not SymbolKind.STAGE else written
    return Renamable(span_of(snapshot, found.place), name)


def rename(snapshot: Snapshot, offset: int, new_name: str) -> list[TextEdit] | Refusal | None:
    """The edits that change the name at `offset` everywhere; None if there is no name."""
    found = symbol_at(snapshot.tree, snapshot.model, offset)
    if found is None:
        return None
    symbol = found.symbol
    reason = _why_fixed(snapshot, symbol, found.place) or _WHY_NOT[symbol.kind](snapshot, symbol, new_name)
    if reason is not None:
        return Refusal(reason)
    edits = (
        # FROM, unlike `--from`, finds a stage by its name in lower case only.
        TextEdit(span_of(snapshot, place), new_name.lower() if place.form is Form.BASE else new_name)
        for place in symbol.places
        if place.form is not Form.NUMBER
    )
    return sorted(edits, key=lambda edit: edit.span)


def _why_fixed(snapshot: Snapshot, symbol: Symbol, place: Place) -> str | None:
    """The reason why a symbol cannot have any other name."""
    if symbol.kind is SymbolKind.VARIABLE:
        read = f"Azure ML reads {symbol.name}." if find_azureml_variable(symbol.name) is not None else None
        return _who_sets(snapshot.model, symbol.name, symbol) or read
    if symbol.kind is not SymbolKind.STAGE:
        return None
    if place.form is Form.NUMBER:
        return "The number of a stage cannot be renamed. Rename the stage, or give it a name by AS."
    for placed in snapshot.model.stages:
        base, written = placed.stage.base, placed.stage.instructions[0].image
        if base is None or written is None or written.text == base.name or base.name != symbol.name:
            continue
        return f"{shortened(written.text)} in a FROM names this stage too. Write the name of the stage there first."
    return None


def _who_sets(model: Model, name: str, symbol: Symbol) -> str | None:
    """The reason why a variable with this name is not only what the file makes of it."""
    if name in PLATFORM_ARGUMENTS or name in PREDEFINED_ARGUMENTS or name.startswith("BUILDKIT_"):
        return f"BuildKit sets {name}."
    if name in _OF_SHELL:
        return f"{name} has a meaning of its own in every container."
    if find_azureml_variable(name) is not None:
        # An ENV can set a variable of Azure ML even if the base image has a default.
        return None
    for number in {place.scope for place in symbol.places if place.scope != HEAD}:
        image = model.stages[number].stage.base_image
        if image is not None and name in image.environment:
            return f"The base image sets {name}."
    return None


def _why_not_variable(snapshot: Snapshot, symbol: Symbol, new_name: str) -> str | None:
    if not _VARIABLE.fullmatch(new_name):
        return f"{shortened(new_name)!r} is not the name of a variable. Use letters, digits and underscores."
    if new_name == symbol.name:
        return None
    model = snapshot.model
    reason = _who_sets(model, new_name, symbol)
    if reason is not None:
        return reason
    scopes = _scopes_that_see(model, symbol)
    is_declared_again = any(place.form is Form.BARE_ARGUMENT for place in symbol.places)
    for other in variables_named(snapshot.tree, model, new_name):
        for place in other.places:
            is_global = place.scope == HEAD and is_declared_again
            inherits = HEAD in scopes and place.form is Form.BARE_ARGUMENT
            if place.scope in scopes or is_global or inherits:
                line = snapshot.text.count("\n", 0, span_of(snapshot, place).start) + 1
                return f"{new_name} is the name of another variable, on line {line}."
    return None


def _scopes_that_see(model: Model, symbol: Symbol) -> set[int]:
    """The scopes of a variable, and the stages that are built on one of them."""
    scopes = {place.scope for place in symbol.places}
    stages: set[Stage] = set()
    for number, placed in enumerate(model.stages):
        if number in scopes or placed.stage.base in stages:
            stages.add(placed.stage)
            scopes.add(number)
    return scopes


def _why_not_stage(snapshot: Snapshot, symbol: Symbol, new_name: str) -> str | None:
    name, model = new_name.lower(), snapshot.model
    if not _STAGE.fullmatch(name):
        return (
            f"{shortened(new_name)!r} is not the name of a stage. "
            "Use letters, digits, dots, hyphens and underscores, and a letter first."
        )
    if name in _RESERVED_STAGES:
        return f"{name} is reserved."
    if name == symbol.name:
        return None
    if any(placed.stage.name == name for placed in model.stages):
        return f"{new_name} is the name of another stage."
    images = {placed.stage.image.text for placed in model.stages if placed.stage.image is not None}
    sources = {place.occurrence.name for place in stage_places(model) if stage_of(model, place) is None}
    if name in images or name in sources:
        return f"{new_name} is the name of an image in this file."
    return None


def _why_not_heredoc(snapshot: Snapshot, symbol: Symbol, new_name: str) -> str | None:
    if not _HEREDOC.fullmatch(new_name):
        return f"{shortened(new_name)!r} is not the name of a heredoc. Use letters, digits, underscores and hyphens."
    instruction = snapshot.tree.instructions[symbol.places[0].at]
    start = symbol.places[0].occurrence.span
    heredoc = next(each for each in instruction.heredocs if each.name_span.touches(start.start))
    for line in heredoc.body_span.of(instruction.text).splitlines():
        if (line.lstrip("\t") if heredoc.strips_tabs else line) == new_name:
            return f"A line of the heredoc is {new_name}, so it would end there."
    return None


_WHY_NOT = {
    SymbolKind.VARIABLE: _why_not_variable,
    SymbolKind.STAGE: _why_not_stage,
    SymbolKind.HEREDOC: _why_not_heredoc,
}
"""The functions that give the reason why a symbol cannot have a new name, by kind."""
