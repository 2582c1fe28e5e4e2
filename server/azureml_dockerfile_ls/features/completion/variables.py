"""Completion of variables: after `$`, and where ENV sets one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.variables.table import all_variables
from azureml_dockerfile_ls.features.completion.items import Item, Kind, name_before_equals
from azureml_dockerfile_ls.features.cursor import Cursor
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS
from azureml_dockerfile_ls.snapshot import Snapshot

REFERENCE = re.compile(r"\$\{?(\w*)$")
"""A reference to a variable that ends at the cursor; its group is the name so far."""

_NAME = re.compile(r"\w*")


def reference_items(snapshot: Snapshot, cursor: Cursor, match: re.Match[str]) -> Iterator[Item]:
    """The variables in scope, for a `match` of `REFERENCE` in what is typed."""
    placed = snapshot.model.stage_at(cursor.index or 0)
    if placed is None or cursor.keyword == "FROM":
        found = {definition.name: definition for definition in snapshot.model.global_definitions}
    else:
        found = placed.stage.definitions_at((cursor.index or 0) - placed.first)
    following = _NAME.match(snapshot.text, cursor.offset)
    span = cursor.part(match.start(1), len(following.group()) if following else 0)
    for name, definition in found.items():
        value = definition.value if isinstance(definition.value, str) else "not known here"
        yield Item(name, Kind.VARIABLE, span, name, name, value, f"variable {name}")
    base_image = placed.stage.base_image if placed and cursor.keyword != "FROM" else None
    for name, base_value in (base_image.environment if base_image else {}).items():
        if name not in found:
            detail = "set by the base image" if base_value is None else base_value
            yield Item(name, Kind.VARIABLE, span, name, name, detail, f"variable {name}")
    if cursor.keyword == "FROM":
        for name in sorted(PLATFORM_ARGUMENTS - found.keys()):
            yield Item(name, Kind.VARIABLE, span, name, name, "set by the builder")


def environment_items(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    """The names that ENV can set for Azure ML; none inside a value."""
    index = cursor.index or 0
    instruction = snapshot.tree.instructions[index]
    at = cursor.offset - snapshot.tree.offset_of(index)
    span = name_before_equals(snapshot, cursor)
    equals = "" if span else "="
    pairs = (instruction.trigger or instruction).pairs
    for pair in pairs:
        # In the old form, `ENV name value`, all that follows the name is the value.
        if (pair.value_span and pair.value_span.touches(at)) or (pair.separator == " " and at > pair.name_span.end):
            return
        if pair.separator == " " and pair.value and "=" not in pair.value:
            equals = ""
    is_optional = not cursor.typed and any(pair.span.end < at for pair in pairs)
    for variable in all_variables():
        if variable.has_effect:
            detail = f"default {variable.default}" if variable.default else variable.type
            text, key = f"{variable.name}{equals}", f"variable {variable.name}"
            yield Item(
                variable.name,
                Kind.VARIABLE,
                span or cursor.word,
                text,
                text,
                detail,
                key,
                is_optional=is_optional,
            )
