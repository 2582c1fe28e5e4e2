"""The sections of a stage, which make the cost of an edit independent of the length of the stage.

The next version of a document shares a section if its instructions and the state before them stay the same, and with it
every value stored in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.nodes import Instruction

STATE_CHANGING = frozenset(("FROM", "ARG", "ENV", "USER", "SHELL", "WORKDIR"))
"""The instructions that change the state for the instructions after them."""

_LENGTH = 32
"""The number of instructions in a new block; a block that grows is split at twice the length."""

_LEAST = 8
"""The least number of instructions in a block; fewer are merged into the block before them."""


class State:
    """The state at an instruction: base image, variables, user, shell and working directory.

    States compare by identity: the same object means the same state.
    """

    __slots__ = ()


@dataclass(frozen=True, eq=False, slots=True)
class Block:
    """Consecutive instructions of a stage; `derived` stores values that depend on them alone."""

    instructions: tuple[Instruction, ...]
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, eq=False, slots=True)
class Section:
    """A block and its states; `derived` stores values that depend on both.

    `states` holds the state at each instruction, then the state after the block.
    """

    block: Block
    states: tuple[State, ...]
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)


def sections_of(
    instructions: tuple[Instruction, ...], state: State, previous: Sequence[Section] = ()
) -> tuple[Section, ...]:
    """The sections of a stage that starts in `state`; unchanged ones are taken from its previous version."""
    head, middle, tail = _blocks(instructions, [section.block for section in previous])
    known = {(section.block, section.states[0]): section for section in previous}
    replaced = previous[len(head) : len(previous) - len(tail)]
    transitions = {
        (before, instruction): after
        for section in replaced
        for instruction, before, after in zip(
            section.block.instructions, section.states, section.states[1:], strict=False
        )
        if before is not after
    }
    sections: list[Section] = []
    for block in (*head, *middle, *tail):
        section = known.get((block, state)) or Section(block, tuple(_states(block, state, transitions)))
        sections.append(section)
        state = section.states[-1]
    return tuple(sections)


def state_at(sections: Sequence[Section], index: int) -> State:
    """The state at an instruction of a stage, or at its end."""
    for section in sections:
        if index < len(section.block.instructions):
            return section.states[index]
        index -= len(section.block.instructions)
    return sections[-1].states[-1]


def _states(block: Block, state: State, transitions: dict[tuple[State, Instruction], State]) -> Iterator[State]:
    yield state
    for instruction in block.instructions:
        if instruction.name in STATE_CHANGING:
            # The same transition leads to the same state as before, so the sections after it stay unchanged.
            state = transitions.get((state, instruction)) or State()
        yield state


def _blocks(
    instructions: tuple[Instruction, ...], previous: Sequence[Block]
) -> tuple[Sequence[Block], list[Block], Sequence[Block]]:
    """The blocks of a stage: the previous ones before an edit, new ones, and the previous ones after the edit."""
    start, head = 0, 0
    for block in previous:
        length = len(block.instructions)
        if instructions[start : start + length] != block.instructions:
            break
        start += length
        head += 1
    end, tail = len(instructions), len(previous)
    while tail > head:
        length = len(previous[tail - 1].instructions)
        if end - length < start or instructions[end - length : end] != previous[tail - 1].instructions:
            break
        end -= length
        tail -= 1
    if 0 < end - start < _LEAST and head:
        head -= 1
        start -= len(previous[head].instructions)
    middle = instructions[start:end]
    length = len(middle) if len(middle) < 2 * _LENGTH else _LENGTH
    new = [Block(middle[at : at + length]) for at in range(0, len(middle), length or 1)]
    return previous[:head], new, previous[tail:]
