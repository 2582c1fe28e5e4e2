"""Completion of variables: after `$`, and where ENV sets one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.variables.table import all_variables, find
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind, name_before_equals
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.features.stages import part_of
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS
from azureml_dockerfile_ls.snapshot import Snapshot

REFERENCE = re.compile(r"\$\{?(\w*)$")
"""A reference to a variable that ends at the cursor; its group is the name so far."""

PROVIDER = "variable"

_NAME = re.compile(r"\w*")


def reference_items(snapshot: Snapshot, cursor: InInstruction, match: re.Match[str]) -> Iterator[Item]:
    """The variables in scope, for a `match` of `REFERENCE` in what is typed."""
    stage = cursor.stage if cursor.keyword != "FROM" else None
    if stage is None:
        found = {definition.name: definition for definition in snapshot.model.global_definitions}
    else:
        found = stage.definitions_at(cursor.at)
    following = _NAME.match(snapshot.text, cursor.offset)
    span = cursor.part(match.start(1), len(following.group()) if following else 0)
    for name, definition in found.items():
        value = definition.value if isinstance(definition.value, str) else "not known here"
        yield Item(name, Kind.VARIABLE, span, name, name, value, ItemKey(PROVIDER, name))
    base_image = stage.base_image if stage is not None else None
    for name, base_value in (base_image.environment if base_image else {}).items():
        if name not in found:
            detail = "set by the base image" if base_value is None else base_value
            key = ItemKey(PROVIDER, name)
            yield Item(name, Kind.VARIABLE, span, name, name, detail, key, part=part_of(stage))
    if cursor.keyword == "FROM":
        for name in sorted(PLATFORM_ARGUMENTS - found.keys()):
            yield Item(name, Kind.VARIABLE, span, name, name, "set by the builder")


def environment_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The names that ENV can set for Azure ML; none inside a value."""
    instruction = snapshot.tree.instructions[cursor.index]
    at = cursor.offset - snapshot.tree.offset_of(cursor.index)
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
            text, key = f"{variable.name}{equals}", ItemKey(PROVIDER, variable.name)
            yield Item(
                variable.name,
                Kind.VARIABLE,
                span or cursor.word,
                text,
                text,
                detail,
                key,
                is_optional=is_optional,
                part=part_of(cursor.stage),
            )


def documentation(name: str, _: ImageIndex) -> str:
    """The documentation of a variable of Azure ML, in Markdown; empty for any other variable."""
    variable = find(name)
    return variable.description if variable else ""
