"""Completion of variables: after `$`, and where ENV or ARG sets one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from azureml_dockerfile_ls.azureml.serving import base_environment, is_on_azureml
from azureml_dockerfile_ls.azureml.variables.table import all_variables, find
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind
from azureml_dockerfile_ls.features.completion.names import name_at, open_quote
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.features.stages import part_of
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS, PREDEFINED_ARGUMENTS, Definition
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import MOUNT_KEYS, Arguments
from azureml_dockerfile_ls.syntax.scan import join_continuations

REFERENCE = lazy_pattern(r"\$\{?(\w*)$")
"""A reference to a variable that ends at the cursor; its group is the name so far."""

PROVIDER = "variable"

_SHORTEST_START = 3
_NAME = lazy_pattern(r"\w*")
_AT_RUN_TIME = ("CMD", "ENTRYPOINT", "HEALTHCHECK")
_MOUNT_VALUE = lazy_pattern(r"[=,](\w+)=[^=,]*$")


def reference_items(snapshot: Snapshot, cursor: InInstruction, match: re.Match[str]) -> Iterator[Item]:
    """The variables that have a value at the cursor, for a `match` of `REFERENCE` in what is typed."""
    if not _is_expanded(snapshot, cursor):
        return
    following = _NAME.match(snapshot.text, cursor.offset)
    begins = match.start(1)
    span = cursor.part(begins, len(following.group()) if following else 0)
    stage = cursor.stage if cursor.keyword != "FROM" else None
    found = _definitions(snapshot, cursor)
    for name, definition in found.items():
        value = definition.value if isinstance(definition.value, str) else "not known here"
        yield Item(name, Kind.VARIABLE, span, name, name, value, ItemKey(PROVIDER, name), begins=begins)
    for name, base_value in (base_environment(stage) if stage is not None else {}).items():
        if name not in found:
            detail = "set by the base image" if base_value is None else base_value
            key = ItemKey(PROVIDER, name)
            yield Item(name, Kind.VARIABLE, span, name, name, detail, key, part=part_of(stage), begins=begins)
    given: Iterable[str] = ()
    if cursor.keyword == "FROM":
        given = sorted(PLATFORM_ARGUMENTS)
    elif cursor.keyword == "RUN" and match[1]:
        given = sorted(PREDEFINED_ARGUMENTS)
    for name in given:
        if name not in found:
            yield Item(name, Kind.VARIABLE, span, name, name, "set by the builder", begins=begins)


def _definitions(snapshot: Snapshot, cursor: InInstruction) -> Mapping[str, Definition]:
    """The definitions that the instruction sees; what a container runs sees only those of ENV."""
    if cursor.stage is None or cursor.keyword == "FROM":
        return {definition.name: definition for definition in snapshot.model.global_definitions}
    if cursor.keyword in _AT_RUN_TIME:
        return cursor.stage.environment
    return cursor.stage.definitions_at(cursor.at)


def _is_expanded(snapshot: Snapshot, cursor: InInstruction) -> bool:
    """Whether BuildKit, or a shell in the container, replaces variables at the cursor."""
    spec = cursor.spec
    if spec is None:
        return False
    if cursor.heredoc is not None:
        # The shell that reads the heredoc of a RUN replaces variables, whether its delimiter is quoted or not.
        return cursor.keyword == "RUN" or cursor.heredoc.expands
    if cursor.typed.startswith("--") and not cursor.arguments_before:
        name = cursor.typed[2:].partition("=")[0]
        flag = spec.flag(name)
        key = _MOUNT_VALUE.search(cursor.typed) if name == "mount" else None
        is_literal = key is not None and key[1] in MOUNT_KEYS and not MOUNT_KEYS[key[1]].expands
        return flag is not None and flag.expands and not is_literal
    is_command = spec.arguments in (Arguments.COMMAND, Arguments.HEALTH)
    if not spec.expands and not is_command:
        return False
    arguments = (*cursor.arguments_before, cursor.typed)
    if spec.arguments is Arguments.HEALTH:
        arguments = arguments[1:]
    # Nothing expands the exec form.
    if is_command and (arguments[:1] == () or arguments[0].startswith("[") or spec.name == "SHELL"):
        return False
    instruction = snapshot.tree.instructions[cursor.index]
    head = instruction.text[: cursor.offset - snapshot.tree.offset_of(cursor.index)]
    escape = "\\" if is_command else instruction.escape
    before = join_continuations(head, instruction.escape).text.rpartition("$")[0]
    is_escaped = (len(before) - len(before.rstrip(escape))) % 2 == 1
    return not is_escaped and open_quote(before, escape) != "'"


def environment_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The names that ENV can set for Azure ML; none inside a value.

    On the image of somebody else they are offered only once the start of one is typed.
    """
    place = name_at(snapshot, cursor)
    if place is None:
        return
    stage = cursor.stage
    is_elsewhere = stage is not None and stage.image is not None and not is_on_azureml(stage)
    if is_elsewhere and len(cursor.typed) < 2:
        return
    for variable in all_variables():
        if not variable.has_effect or variable.name in place.given:
            continue
        if is_elsewhere and not variable.name.lower().startswith(cursor.typed.lower()):
            continue
        detail = f"default {variable.default}" if variable.default else variable.type
        text, key = f"{variable.name}{place.equals}", ItemKey(PROVIDER, variable.name)
        yield Item(
            variable.name,
            Kind.VARIABLE,
            place.span,
            text,
            text,
            detail,
            key,
            is_optional=place.is_optional,
            part=part_of(stage),
        )


def argument_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The ARGs that a stage can take over: those before the first FROM, and those of the platform."""
    place = name_at(snapshot, cursor)
    if place is None or cursor.stage is None or cursor.is_trigger:
        return
    declared = cursor.stage.definitions_at(cursor.at)
    known = {definition.name: definition.value for definition in snapshot.model.global_definitions}
    names = {name: value if isinstance(value, str) else "not known here" for name, value in known.items()}
    # Most ARGs are new: Enter after `ARG TAG` must not pick a name that has its letters.
    if len(cursor.typed) >= _SHORTEST_START:
        names.update(dict.fromkeys(sorted(PLATFORM_ARGUMENTS), "set by the builder"))
    typed = cursor.typed.lower()
    for name, detail in names.items():
        if name.lower().startswith(typed) and name not in declared and name not in place.given:
            yield Item(name, Kind.ARGUMENT, place.span, name, name, detail, is_optional=place.is_optional)


def documentation(name: str, _: ImageIndex) -> str:
    """The documentation of a variable of Azure ML, in Markdown; empty for any other variable."""
    variable = find(name)
    return variable.description if variable else ""
