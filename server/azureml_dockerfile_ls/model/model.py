"""The model of a file: its stages, and the function that builds them from the tree."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

from azureml_dockerfile_ls.model.sections import State, sections_of
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS, BaseImage, Definition, Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.syntax.expansion import NOT_GIVEN, UNKNOWN, Lookup, Unknown
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction, Tree
from azureml_dockerfile_ls.syntax.reference import split_reference


class PlacedStage(NamedTuple):
    """A stage, and the index in the tree of its first instruction."""

    first: int
    stage: Stage


@dataclass(frozen=True, eq=False)
class Model:
    """The stages of a file in order, and the ARGs before the first FROM."""

    stages: tuple[PlacedStage, ...]
    global_definitions: tuple[Definition, ...]
    before_first_stage: int
    """The number of instructions before the first FROM."""
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

    @cached_property
    def _numbers(self) -> dict[Stage, int]:
        return {placed.stage: number for number, placed in enumerate(self.stages)}

    def number_of(self, stage: Stage) -> int:
        """The number of a stage of this file, from 0 on."""
        return self._numbers[stage]

    def stage_at(self, index: int) -> PlacedStage | None:
        """The stage that holds instruction `index` of the tree; None before the first FROM."""
        position = bisect_left(self.stages, index + 1, key=lambda placed: placed.first)
        return self.stages[position - 1] if position else None

    def find_stage(self, name: str, before: int) -> PlacedStage | None:
        """The last stage with this name that starts before instruction `before` of the tree."""
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
        """The earlier stage that `COPY --from` in instruction `index` of the tree names, by name or number."""
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
"""A function that gives the known configuration of an image."""


MeantNames = Callable[[str], str | None]
"""A function that gives the name of the image that a misspelt name surely means; None for any other name."""


def build(
    tree: Tree,
    previous: Model | None = None,
    base_images: BaseImages = lambda _: None,
    meant_names: MeantNames = lambda _: None,
) -> Model:
    """The model of a tree. It shares with `previous` the stages, or their sections, that did not change."""
    instructions = tree.instructions
    starts = list(_indexes_of("FROM", list(map(attrgetter("name"), instructions))))
    first = starts[0] if starts else len(instructions)
    global_definitions = tuple(_global_definitions(instructions[:first]))
    global_arguments: Mapping[str, str | Unknown]
    global_arguments = {definition.name: definition.value for definition in global_definitions}
    earlier = [placed.stage for placed in previous.stages] if previous is not None else []
    if earlier and earlier[0].global_arguments == global_arguments:
        # The same object while they are equal, so that stages compare by identity.
        global_arguments = earlier[0].global_arguments
    parts = [instructions[start:stop] for start, stop in pairwise([*starts, len(instructions)])]
    stages: list[PlacedStage] = []
    by_name: dict[str, Stage] = {}
    for start, part, known in zip(starts, parts, _versions_before(parts, earlier), strict=True):
        stage = _stage(part, _origin(part[0], global_arguments, by_name, base_images, meant_names), known)
        stages.append(PlacedStage(start, stage))
        if stage.name:
            by_name[stage.name] = stage
        # Computed from the first stage on, because recursion through a long chain of stages is too deep.
        _ = stage.inherited
    return Model(tuple(stages), global_definitions, first)


def _indexes_of(name: str, names: list[str]) -> Iterator[int]:
    with suppress(ValueError):
        index = -1
        while True:
            index = names.index(name, index + 1)
            yield index


def _versions_before(parts: Sequence[tuple[Instruction, ...]], earlier: Sequence[Stage]) -> Iterator[Stage | None]:
    """The earlier version of each stage, given by its instructions; each earlier stage is used once.

    A stage with the same instructions is preferred, then the next of the earlier stages that match no part.
    """
    same: dict[tuple[Instruction, ...], list[Stage]] = {}
    for stage in reversed(earlier):
        same.setdefault(stage.instructions, []).append(stage)
    found = [known.pop() if (known := same.get(part)) else None for part in parts]
    rest = set(earlier).difference(found)
    changed = (stage for stage in earlier if stage in rest)
    return (stage or next(changed, None) for stage in found)


class _Origin(NamedTuple):
    """The parts of a stage that its FROM and the instructions before it decide."""

    name: str | None
    base: Stage | None
    image: ImageReference | None
    base_image: BaseImage | None
    meant_name: str | None
    global_arguments: Mapping[str, str | Unknown]

    def begins_like(self, stage: Stage) -> bool:
        """Whether a stage starts in the same state, even if an edit has changed the stage that it is built on."""
        mine = self.base.sections[-1].states[-1] if self.base else None
        other = stage.base.sections[-1].states[-1] if stage.base else None
        same_image = (self.image and self.image.text) == (stage.image and stage.image.text)
        same_base = mine is other and (self.base_image, self.meant_name) == (stage.base_image, stage.meant_name)
        return same_image and same_base and self.global_arguments is stage.global_arguments


def _stage(instructions: tuple[Instruction, ...], origin: _Origin, known: Stage | None) -> Stage:
    """The stage with these instructions: `known` if it is the same, else a new stage that shares its sections."""
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
    meant_names: MeantNames,
) -> _Origin:
    name = start.stage_name.value.lower() if start.stage_name else None
    reference = start.image
    text = expand_word(reference.text, start.escape, global_lookup(global_arguments)) if reference is not None else None
    if reference is None or text is None:
        return _Origin(name, None, None, None, None, global_arguments)
    # Stage names are stored in lower case, and FROM, unlike `COPY --from`, compares its text as it is.
    base = by_name.get(text)
    if base is not None:
        return _Origin(name, base, base.image, base.base_image, base.meant_name, global_arguments)
    image = reference if text == reference.text else split_reference(text)
    return _Origin(name, None, image, base_images(image), _meant_name(start, image.name, meant_names), global_arguments)


def _meant_name(start: Instruction, name: str, meant_names: MeantNames) -> str | None:
    """The answer of `meant_names`, which the FROM stores: to search a similar name takes long."""
    known = start.derived.get(_meant_name)
    if known is None or known[0] != (meant_names, name):
        known = start.derived[_meant_name] = ((meant_names, name), meant_names(name))
    found: str | None = known[1]
    return found


def global_lookup(global_arguments: Mapping[str, str | Unknown]) -> Lookup:
    """The lookup of `$NAME` in FROM: the ARGs before the first FROM and BuildKit's predefined ones."""

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
            value: str | Unknown = arguments.get(pair.name, NOT_GIVEN)
            if pair.value is not None:
                expanded = expand_word(pair.value, instruction.escape, lookup)
                value = UNKNOWN if expanded is None else expanded
            arguments[pair.name] = value
            yield Definition(pair.name, value, pair, True, None, index)
