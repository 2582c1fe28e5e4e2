"""The outline: stages with their instructions, and the instructions before the first stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


@dataclass(frozen=True, slots=True)
class Symbol:
    """An entry of the outline. `selection` is the part of `span` that the editor shows as its name."""

    name: str
    detail: str
    is_stage: bool
    is_deprecated: bool
    span: Span
    selection: Span
    children: tuple[Symbol, ...]


LONGEST_NAME = 80


def symbols(snapshot: Snapshot) -> list[Symbol]:
    """The outline of a file."""
    model = snapshot.model
    found = [_instruction(snapshot, index) for index in range(model.before_first_stage)]
    for number, placed in enumerate(model.stages):
        last = placed.first + placed.stage.end
        children = tuple(_instruction(snapshot, index) for index in range(placed.first, last))
        start = placed.stage.instructions[0]
        offset = snapshot.tree.offset_of(placed.first)
        written = start.image.text if start.image else ""
        selection = start.stage_name.span if start.stage_name else start.image.span if start.image else start.span
        found.append(
            Symbol(
                start.stage_name.value if start.stage_name else written or f"stage {number}",
                written if start.stage_name else "",
                True,
                False,
                Span(children[0].span.start, children[-1].span.end),
                selection.at(offset),
                children,
            )
        )
    return found


def _instruction(snapshot: Snapshot, index: int) -> Symbol:
    instruction = snapshot.tree.instructions[index]
    name = " ".join(_words(snapshot, index)) or "(empty)"
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 1]}…"
    offset = snapshot.tree.offset_of(index)
    span = snapshot.tree.span_of(index)
    return Symbol(name, "", False, instruction.name == "MAINTAINER", span, instruction.keyword.span.at(offset), ())


def _words(snapshot: Snapshot, index: int) -> Iterator[str]:
    instruction = snapshot.tree.instructions[index]
    yield instruction.keyword.value
    yield from (flag.span.of(instruction.text) for flag in instruction.flags)
    if instruction.pairs:
        yield from (pair.span.of(instruction.text) for pair in instruction.pairs)
    elif instruction.trigger:
        yield instruction.trigger.keyword.value
    else:
        for word in instruction.words:
            yield from word.value.split()
