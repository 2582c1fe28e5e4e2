"""The stages of a file together, and how they are built from its tree."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from azureml_dockerfile_ls.model.sections import State, sections_of
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS, BaseImage, Definition, Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Lookup, Unknown
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction, Tree
from azureml_dockerfile_ls.syntax.reference import split_reference


class PlacedStage(NamedTuple):
    """A stage, and the index in the tree of its first instruction."""

    first: int
    stage: Stage


@dataclass(frozen=True, eq=False)
class Model:
    """The stages of a file in order, and the ARGs before the first one."""

    stages: tuple[PlacedStage, ...]
    global_definitions: tuple[Definition, ...]
    before_first_stage: int
    """How many instructions are before the first FROM."""
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def final(self) -> Stage | None:
        """The stage that becomes the image."""
        return self.stages[-1].stage if self.stages else None

    @cached_property
    def _first_of(self) -> dict[Stage, int]:
        return {stage: first for first, stage in self.stages}

    def first_of(self, stage: Stage) -> int:
        """The index in the tree of the FROM of a stage of this file."""
        return self._first_of[stage]

    def stage_at(self, index: int) -> PlacedStage | None:
        """The stage of instruction `index` of the tree; None before the first FROM."""
        position = bisect_left(self.stages, index + 1, key=lambda placed: placed.first)
        return self.stages[position - 1] if position else None

    def find_stage(self, name: str, before: int) -> PlacedStage | None:
        """The last stage of this name that begins before instruction `before` of the tree."""
        named = self._by_name.get(name.lower(), [])
        position = bisect_left(named, before, key=lambda placed: placed.first)
        return named[position - 1] if position else None

    @cached_property
    def _by_name(self) -> dict[str, list[PlacedStage]]:
        by_name: dict[str, list[PlacedStage]] = {}
        for placed in self.stages:
            if placed.stage.name:
                by_name.setdefault(placed.stage.name, []).append(placed)
        return by_name

    def copy_source(self, instruction: Instruction, index: int) -> PlacedStage | None:
        """The earlier stage that `COPY --from` of instruction `index` of the tree names, by name or number."""
        own = self.stage_at(index)
        if instruction.image is None or own is None:
            return None
        text = instruction.image.text
        if text.isdecimal():
            number = int(text[:9])
            return self.stages[number] if number < len(self.stages) and self.stages[number].first < own.first else None
        return self.find_stage(text, own.first)

    def final_ancestry(self) -> frozenset[Stage]:
        """The stages whose layers are in the final image."""
        return frozenset(self.final.ancestry()) if self.final else frozenset()


BaseImages = Callable[[ImageReference], BaseImage | None]
"""Tells what an image starts with, as far as it is known."""


def build(tree: Tree, previous: Model | None = None, base_images: BaseImages = lambda _: None) -> Model:
    """The model of a tree. What nothing has changed for is taken from `previous`: stages, or sections of them."""
    instructions = tree.instructions
    starts = list(_indexes_of("FROM", list(map(attrgetter("name"), instructions))))
    first = starts[0] if starts else len(instructions)
    global_definitions = tuple(_global_definitions(instructions[:first]))
    global_arguments: Mapping[str, str | Unknown]
    global_arguments = {definition.name: definition.value for definition in global_definitions}
    earlier = [placed.stage for placed in previous.stages] if previous is not None else []
    if earlier and earlier[0].global_arguments == global_arguments:
        # One and the same while they are equal, so that comparing stages costs little.
        global_arguments = earlier[0].global_arguments
    parts = [instructions[start:stop] for start, stop in pairwise([*starts, len(instructions)])]
    stages: list[PlacedStage] = []
    by_name: dict[str, Stage] = {}
    for start, part, known in zip(starts, parts, _versions_before(parts, earlier), strict=True):
        stage = _stage(part, _origin(part[0], global_arguments, by_name, base_images), known)
        stages.append(PlacedStage(start, stage))
        if stage.name:
            by_name[stage.name] = stage
        # From the first stage on, so that a long chain of stages is not climbed by recursion.
        _ = stage.inherited
    return Model(tuple(stages), global_definitions, first)


def _indexes_of(name: str, names: list[str]) -> Iterator[int]:
    with suppress(ValueError):
        index = -1
        while True:
            index = names.index(name, index + 1)
            yield index


def _versions_before(parts: Sequence[tuple[Instruction, ...]], earlier: Sequence[Stage]) -> Iterator[Stage | None]:
    """For each part of a file that is a stage, the earlier version of this stage: each is given once.

    That is one with the same instructions, else the next of those that no part is the same as.
    """
    same: dict[tuple[Instruction, ...], list[Stage]] = {}
    for stage in reversed(earlier):
        same.setdefault(stage.instructions, []).append(stage)
    found = [known.pop() if (known := same.get(part)) else None for part in parts]
    rest = set(earlier).difference(found)
    changed = (stage for stage in earlier if stage in rest)
    return (stage or next(changed, None) for stage in found)


class _Origin(NamedTuple):
    """What the FROM of a stage decides, with what is before it in the file."""

    name: str | None
    base: Stage | None
    image: ImageReference | None
    base_image: BaseImage | None
    global_arguments: Mapping[str, str | Unknown]

    def begins_like(self, stage: Stage) -> bool:
        """Whether the same is in force at the start of a stage, even if an edit has changed the stage below it."""
        mine = self.base.sections[-1].states[-1] if self.base else None
        other = stage.base.sections[-1].states[-1] if stage.base else None
        same_image = (self.image and self.image.text) == (stage.image and stage.image.text)
        same_base = mine is other and self.base_image == stage.base_image
        return same_image and same_base and self.global_arguments is stage.global_arguments


def _stage(instructions: tuple[Instruction, ...], origin: _Origin, known: Stage | None) -> Stage:
    """The stage of these instructions; the one that is `known` where it is the same, else with what it shares."""
    is_like = known is not None and origin.begins_like(known)
    if known is not None and is_like and known.base is origin.base and known.instructions == instructions:
        return known
    sections = known.sections if known is not None else ()
    state = sections[0].states[0] if sections and is_like else State()
    return Stage(instructions, *origin, sections_of(instructions, state, sections))


def _origin(
    start: Instruction,
    global_arguments: Mapping[str, str | Unknown],
    by_name: Mapping[str, Stage],
    base_images: BaseImages,
) -> _Origin:
    name = start.stage_name.value.lower() if start.stage_name else None
    reference = start.image
    text = expand_word(reference.text, start.escape, global_lookup(global_arguments)) if reference is not None else None
    if reference is None or text is None:
        return _Origin(name, None, None, None, global_arguments)
    # Names of stages are lower case inside, and FROM, unlike `COPY --from`, takes the text as it is.
    base = by_name.get(text)
    if base is not None:
        return _Origin(name, base, base.image, base.base_image, global_arguments)
    image = reference if text == reference.text else split_reference(text)
    return _Origin(name, None, image, base_images(image), global_arguments)


def global_lookup(global_arguments: Mapping[str, str | Unknown]) -> Lookup:
    """How `$NAME` in FROM is looked up: in the ARGs before the first FROM, and in BuildKit's own."""

    def lookup(name: str) -> str | Unknown | None:
        if name in global_arguments:
            return global_arguments[name]
        return UNKNOWN if name in PLATFORM_ARGUMENTS else None

    return lookup


def _global_definitions(instructions: tuple[Instruction, ...]) -> Iterator[Definition]:
    arguments: dict[str, str | Unknown] = {}
    lookup = global_lookup(arguments)
    for index, instruction in enumerate(instructions):
        if instruction.name != "ARG":
            continue
        for pair in instruction.pairs:
            value: str | Unknown = arguments.get(pair.name, UNKNOWN)
            if pair.value is not None:
                expanded = expand_word(pair.value, instruction.escape, lookup)
                value = UNKNOWN if expanded is None else expanded
            arguments[pair.name] = value
            yield Definition(pair.name, value, pair, True, None, index)
