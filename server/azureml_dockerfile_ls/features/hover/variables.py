"""Hover on variables, where they are set and where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from azureml_dockerfile_ls.azureml.variables.table import find, page
from azureml_dockerfile_ls.features.hover.readers import Reader, reader_of, references_of
from azureml_dockerfile_ls.features.hover.result import LocalHover
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.features.stages import part_of
from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.render.markdown import code, value
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.expansion import Unknown
from azureml_dockerfile_ls.syntax.language import BUILD_ARGUMENTS, BUILD_ARGUMENTS_URL
from azureml_dockerfile_ls.syntax.nodes import Instruction, KeyValuePair, VariableReference

_MOST_AROUND = 16
"""The most references, one inside the other, of which the value is looked for."""


def name_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The value of the variable at `at`, where ENV or ARG sets it, and its meaning for Azure ML."""
    instruction = snapshot.tree.instructions[index]
    for setting in (instruction, instruction.trigger):
        for pair in setting.pairs if setting is not None and setting.name != "LABEL" else ():
            if not pair.name_span.touches(at):
                continue
            known = find(pair.name)
            # What ONBUILD keeps is set in another file.
            line = _set_by(snapshot, index, pair) if setting is instruction else ""
            if line:
                yield LocalHover(pair.name_span, f"{line}\n\n{page(known)}" if known else line)
            if known:
                yield LocalHover(pair.name_span, page(known), Part.AZUREML)


def _set_by(snapshot: Snapshot, index: int, pair: KeyValuePair) -> str:
    """The value of a variable after the pair that sets it; empty if it is unknown."""
    is_argument = snapshot.tree.instructions[index].name == "ARG"
    if is_argument and pair.name in BUILD_ARGUMENTS and pair.value is None:
        return _about_build_argument(pair.name)
    placed = snapshot.model.stage_at(index)
    if placed is None:
        definitions = snapshot.model.global_definitions
        definition = next((one for one in definitions if one.index == index and one.pair is pair), None)
    else:
        definition = placed.stage.definition_at(pair.name, index - placed.first + 1)
        if definition is not None and definition.pair is not pair and pair.value is not None:
            # The same instruction sets the variable once more.
            return ""
    if definition is not None and isinstance(definition.value, str):
        return _sentence(definition)
    if is_argument and pair.value is None:
        return f"{code(pair.name)} has no default: {code(f'docker build --build-arg {pair.name}=…')} gives it a value."
    return ""


def reference_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The value of the variable that a `$NAME` at `at` refers to."""
    instruction = snapshot.tree.instructions[index]
    around = (reference for reference in references_of(instruction) if reference.span.touches(at))
    for reference in islice(around, _MOST_AROUND):
        yield from _reference(snapshot, index, instruction, reference)


def _reference(
    snapshot: Snapshot, index: int, instruction: Instruction, reference: VariableReference
) -> Iterator[LocalHover]:
    placed = snapshot.model.stage_at(index)
    stage = placed.stage if placed is not None and index != placed.first else None
    own = index - placed.first if placed is not None else index
    reader = reader_of(stage, own, instruction, reference)
    if reader is Reader.UNKNOWN:
        return
    known = find(reference.name)
    if stage is None:
        definition, line = _global(snapshot, index, reference.name)
    elif reader is Reader.NOBODY:
        definition, line = stage.definition_at(reference.name, own), ""
        if definition is not None:
            written = reference.span.of(instruction.text)
            line = f"The exec form runs no shell, so {code(written)} is not replaced."
    elif reader is Reader.CONTAINER:
        definition, line = _at_run_time(stage, reference.name, instruction)
    else:
        definition, line = _at_build_time(stage, own, instruction, reference)
    lines = [line] if line else []
    if known:
        lines.append(page(known))
    if lines:
        # The base image's own variables are facts about that image.
        part = Part.AZUREML if known else Part.DOCKERFILE if definition or stage is None else part_of(stage)
        yield LocalHover(reference.span, "\n\n".join(lines), part)


def _global(snapshot: Snapshot, index: int, name: str) -> tuple[Definition | None, str]:
    """The ARG before the first FROM that FROM, or another such ARG, reads."""
    found = [one for one in snapshot.model.global_definitions if one.name == name and one.index < index]
    if found:
        return found[-1], _sentence(found[-1])
    return None, _about_build_argument(name) if name in BUILD_ARGUMENTS else ""


def _at_build_time(
    stage: Stage, index: int, instruction: Instruction, reference: VariableReference
) -> tuple[Definition | None, str]:
    definition = stage.definition_at(reference.name, index)
    if instruction.name == "ARG":
        # A pair of ARG sees the pairs before it.
        later = stage.definition_at(reference.name, index + 1)
        is_before = later is not None and later.stage is stage and later.index == index
        if later is not None and is_before and later.pair.span.end <= reference.span.start:
            definition = later
    if definition is None:
        return None, _of_base_image(stage, reference.name)
    if isinstance(definition.value, Unknown) and definition.pair.value is None and definition.name in BUILD_ARGUMENTS:
        return definition, _about_build_argument(definition.name)
    return definition, _sentence(definition)


def _at_run_time(stage: Stage, name: str, instruction: Instruction) -> tuple[Definition | None, str]:
    """The value in a container of the stage, which has the variables of ENV but no ARG."""
    definition = stage.environment.get(name)
    if definition is not None:
        return definition, _sentence(definition)
    if line := _of_base_image(stage, name):
        return None, line
    definition = stage.definition_at(name, stage.end)
    if definition is None:
        return None, ""
    line = (
        f"{code(name)} is an ARG, which does not exist any more when the container runs this {instruction.name}. "
        f"{code(f'ENV {name}=${name}')} keeps its value."
    )
    return definition, line


def _of_base_image(stage: Stage, name: str) -> str:
    environment = stage.base_image.environment if stage.base_image else {}
    if name not in environment:
        return ""
    known = environment[name]
    return _is(name, known, "the base image") if known is not None else f"{code(name)} is set by the base image."


def _sentence(definition: Definition) -> str:
    setter = "ARG" if definition.is_argument else "ENV"
    if isinstance(definition.value, Unknown):
        return f"{code(definition.name)} is a value that cannot be known here, set by {setter}."
    return _is(definition.name, definition.value, setter)


def _is(name: str, known: str, setter: str) -> str:
    shown = value(known)
    if shown.startswith("\n"):
        return f"{code(name)}, set by {setter}, is{shown.rstrip()}"
    return f"{code(name)} is {shown}, set by {setter}."


def _about_build_argument(name: str) -> str:
    return (
        f"{code(name)} is set by BuildKit: {BUILD_ARGUMENTS[name]}\n\n[Docker's documentation]({BUILD_ARGUMENTS_URL})"
    )
