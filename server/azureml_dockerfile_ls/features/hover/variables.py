"""LocalHover on variables, where they are set and where they are used."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.azureml.variables.table import Variable, find
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.features.stages import part_of
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.expansion import Unknown
from azureml_dockerfile_ls.text import LocalSpan


def name_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The documentation of Azure ML's variable at `at`, where ENV or ARG sets it."""
    instruction = snapshot.tree.instructions[index]
    for setting in (instruction, instruction.trigger):
        for pair in setting.pairs if setting is not None and setting.name != "LABEL" else ():
            known = find(pair.name) if pair.name_span.touches(at) else None
            if known:
                yield LocalHover(pair.name_span, _page(known), Part.AZUREML)


def reference_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The value of the variable that a `$NAME` at `at` refers to."""
    for variable in snapshot.tree.instructions[index].variables:
        if variable.span.touches(at):
            yield from _reference(snapshot, index, variable.name, variable.span)


def _reference(snapshot: Snapshot, index: int, name: str, span: LocalSpan) -> Iterator[LocalHover]:
    known = find(name)
    placed = snapshot.model.stage_at(index)
    definition = None
    if placed and index != placed.first:
        definition = placed.stage.definition_at(name, index - placed.first)
    else:
        definitions = {definition.name: definition for definition in snapshot.model.global_definitions}
        definition = definitions.get(name)
    lines = []
    if definition:
        kind = "ARG" if definition.is_argument else "ENV"
        value = code(definition.value) if isinstance(definition.value, str) and definition.value else "empty"
        if isinstance(definition.value, Unknown):
            value = "a value that cannot be known here"
        lines.append(f"{code(name)} is {value}, set by {kind}.")
    elif placed and index != placed.first and placed.stage.base_image:
        environment = placed.stage.base_image.environment
        base_value = environment.get(name)
        if base_value is not None:
            lines.append(f"{code(name)} is {code(base_value) if base_value else 'empty'}, set by the base image.")
        elif name in environment:
            lines.append(f"{code(name)} is set by the base image.")
    if known:
        lines.append(_page(known))
    if lines:
        # The base image's own variables are facts about that image.
        part = Part.AZUREML if known else Part.DOCKERFILE if definition else part_of(placed.stage if placed else None)
        yield LocalHover(span, "\n\n".join(lines), part)


def _page(variable: Variable) -> str:
    default = f"default `{variable.default}`" if variable.default else "no default"
    reader = f"read by the {variable.scope}" if variable.has_effect else "without effect"
    return f"**{variable.name}** ({variable.type}, {default}; {reader})\n\n{variable.description}"
