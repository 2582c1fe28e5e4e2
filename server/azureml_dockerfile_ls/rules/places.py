"""Where a finding about a variable of the final stage goes."""

from __future__ import annotations

from azureml_dockerfile_ls.model.stages import Definition, Stage
from azureml_dockerfile_ls.text import Span


def place_of_name(stage: Stage, definition: Definition) -> tuple[int, Span]:
    """The index in the stage and the span of a variable's name; the image of FROM where a stage below sets it."""
    if definition.stage is stage:
        return definition.index, definition.pair.name_span
    return 0, stage.instructions[0].words[0].span


def place_of_value(stage: Stage, definition: Definition) -> tuple[int, Span]:
    """The index in the stage and the span of a variable's value, quotes included, if it has one, else of its name."""
    span = definition.pair.value_span
    if definition.stage is stage and span is not None and span.start < span.end:
        return definition.index, span
    return place_of_name(stage, definition)


def shown(value: str) -> str:
    """A value of the user for a message: on one line, and not too long."""
    line = " ".join(value.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
