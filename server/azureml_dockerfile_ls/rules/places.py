"""The places of findings: each is on the word that causes it, in any stage."""

from __future__ import annotations

from azureml_dockerfile_ls.azureml.families import ENTRY_SCRIPT
from azureml_dockerfile_ls.model.copies import Copy
from azureml_dockerfile_ls.model.origins import Origin
from azureml_dockerfile_ls.model.stages import Definition, EffectiveSetting, Stage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.rules.rule import Anchor, RelatedInstruction
from azureml_dockerfile_ls.text import LocalSpan


class Place(NamedTuple):
    """An instruction and a span in it."""

    at: int | Anchor
    span: LocalSpan


def in_stage(stage: Stage, part: Stage, index: int) -> int | Anchor:
    """Instruction `index` of `part`, for a finding on `stage`, which is `part` or is built on it."""
    return index if part is stage else Anchor(part, index)


def of_name(stage: Stage, definition: Definition) -> Place:
    """The name of a variable in its definition."""
    part = definition.stage or stage
    return Place(in_stage(stage, part, definition.index), definition.pair.name_span)


def of_value(stage: Stage, definition: Definition) -> Place:
    """The value of a variable with its quotes, or its name if it has no value."""
    span = definition.pair.value_span
    if span is None or span.start == span.end:
        return of_name(stage, definition)
    return Place(in_stage(stage, definition.stage or stage, definition.index), span)


def of_copy(stage: Stage, copy: Copy) -> Place:
    """The destination of a COPY or ADD."""
    return Place(in_stage(stage, copy.stage, copy.index), copy.destination_word.span)


def of_entry_script(stage: Stage, found: Origin) -> Place:
    """The value of the variable that names the entry script, or the COPY that adds the default script."""
    definition = stage.environment.get(ENTRY_SCRIPT)
    if definition is not None:
        return of_value(stage, definition)
    return of_copy(stage, found.copy) if found.copy is not None else of_base(stage)


def of_user(stage: Stage, user: EffectiveSetting) -> Place:
    """The user of a USER instruction."""
    part = user.stage or stage
    instruction = part.instructions[user.index]
    span = instruction.words[0].span if instruction.words else instruction.keyword.span
    return Place(in_stage(stage, part, user.index), span)


def of_base(stage: Stage) -> Place:
    """The base image in the FROM of a stage, or the stage that it names."""
    return Place(0, stage.instructions[0].words[0].span)


def inherited(stage: Stage, place: Place) -> tuple[RelatedInstruction, ...]:
    """The FROM of a stage that inherits a fault from a place in an earlier stage; empty for a place in the stage."""
    if not isinstance(place.at, Anchor):
        return ()
    return (RelatedInstruction(*of_base(stage), "This stage inherits it."),)
