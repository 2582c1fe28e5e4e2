"""The model of a file: its stages, and the function that builds them from the tree."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from functools import cached_property
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any

from azureml_dockerfile_ls.model.kept_values import KeptValues
from azureml_dockerfile_ls.model.sections import State, sections_of, state_at
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS, BaseImage, Definition, Stage
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.syntax.expansion import NOT_GIVEN, UNKNOWN, Lookup, Unknown
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction, Tree
from azureml_dockerfile_ls.syntax.reference import split_reference
from azureml_dockerfile_ls.text import common_ends


class PlacedStage(NamedTuple):
    """A stage, and the index in the tree of its first instruction."""

    first: int
    stage: Stage


BaseImages = Callable[[ImageReference], BaseImage | None]
"""A function that gives the known configuration of an image."""

MeantNames = Callable[[str], str | None]
"""A function that gives the name of the image that a misspelt name surely means; None for any other name."""


class KnownImages(NamedTuple):
    """What is known of images."""

    base_images: BaseImages
    meant_names: MeantNames


@dataclass(frozen=True, eq=False)
class Model:
    """The stages of a file in order, and the ARGs before the first FROM."""

    instructions: tuple[Instruction, ...] = field(repr=False)
    """The instructions of the file."""
    stages: tuple[PlacedStage, ...]
    global_definitions: tuple[Definition, ...]
    before_first_stage: int
    """The number of instructions before the first FROM."""
    images: KnownImages = field(repr=False)
    """What was known of images when the stages were built."""
    values: KeptValues[Instruction] = field(repr=False)
    """Values of functions for all instructions of the file, by their indexes in the tree."""
    stage_values: KeptValues[Stage] = field(repr=False)
    """Values of functions for all stages, by their numbers."""
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


def build(
    tree: Tree,
    previous: Model | None = None,
    base_images: BaseImages = lambda _: None,
    meant_names: MeantNames = lambda _: None,
) -> Model:
    """The model of a tree. It shares with `previous` the stages, or their sections, that did not change."""
    instructions, images = tree.instructions, KnownImages(base_images, meant_names)
    first = next((at for at, each in enumerate(instructions) if each.name == "FROM"), len(instructions))
    global_definitions = tuple(_global_definitions(instructions[:first]))
    global_arguments: Mapping[str, str | Unknown]
    global_arguments = {definition.name: definition.value for definition in global_definitions}
    earlier = previous.stages if previous is not None else ()
    same = common_ends(previous.instructions, instructions) if previous is not None else (0, 0)
    head: _Stages = ()
    replaced, tail = earlier, head
    if previous is not None and earlier and earlier[0].stage.global_arguments == global_arguments:
        # The same object while they are equal, so that stages compare by identity.
        global_arguments = earlier[0].stage.global_arguments
        if previous.images == images:
            head, replaced, tail = _around_edit(previous, instructions, *same)
    shift = len(instructions) - len(previous.instructions) if previous is not None else 0
    by_name: dict[str, Stage] = {stage.name: stage for _, stage in head if stage.name}

    def made(part: tuple[Instruction, ...], known: Stage | None) -> Stage:
        return _stage(part, _origin(part[0], global_arguments, by_name, images), known)

    stages = list(head)
    start, stop = _end_of(head[-1]) if head else first, tail[0].first + shift if tail else len(instructions)
    starts = [start + at for at in _indexes_of("FROM", instructions[start:stop])]
    parts = [instructions[start:stop] for start, stop in pairwise([*starts, stop])]
    for start, part, known in zip(starts, parts, _versions_before(parts, replaced), strict=True):
        stage = made(part, known)
        stages.append(PlacedStage(start, stage))
        if stage.name:
            by_name[stage.name] = stage
    changed = {stage.name for _, stage in (*replaced, *stages[len(head) :]) if stage.name}
    named = _named_bases(previous, len(head) + len(replaced)) if previous is not None and tail else ()
    if any(text in changed for _, text in named):
        for start, stage in tail:
            if _named_base(stage) in changed:
                stage = made(stage.instructions, stage)
                changed |= {stage.name} if stage.name else set()
            stages.append(PlacedStage(start + shift, stage))
            if stage.name:
                by_name[stage.name] = stage
    else:
        stages += [PlacedStage(start + shift, stage) for start, stage in tail] if shift else tail
    every = tuple([stage for _, stage in stages])
    if previous is None:
        values, stage_values = KeptValues(instructions), KeptValues(every)
    else:
        values = previous.values.edited(instructions, *same)
        stage_values = previous.stage_values.edited(every, *common_ends(previous.stage_values.items, every))
    return Model(instructions, tuple(stages), global_definitions, first, images, values, stage_values)


_Stages = tuple[PlacedStage, ...]


def _around_edit(
    previous: Model, instructions: tuple[Instruction, ...], start: int, end: int
) -> tuple[_Stages, _Stages, _Stages]:
    """The stages of `previous` before an edit, those that it changes, and those after it.

    The first `start` and the last `end` of the instructions are the same.
    """
    stages = previous.stages
    count = bisect_right(stages, start, key=_end_of)
    if count:
        stop = _end_of(stages[count - 1])
        # A stage that ends where the edit begins may go on now.
        count -= stop < len(instructions) and instructions[stop].name != "FROM"
    rest = bisect_left(stages, len(previous.instructions) - end, lo=count, key=_start_of)
    return stages[:count], stages[count:rest], stages[rest:]


def _start_of(placed: PlacedStage) -> int:
    return placed.first


def _end_of(placed: PlacedStage) -> int:
    return placed.first + placed.stage.end


def _named_bases(model: Model, start: int) -> Sequence[tuple[int, str]]:
    """The texts of `_named_base` of the stages from number `start` on, with their numbers."""
    found = model.stage_values.of(_named_base)
    return found[bisect_left(found, start, key=itemgetter(0)) :]


def _named_base(stage: Stage) -> str | None:
    """The text of FROM with its variables replaced, by which an earlier stage is found; None if it is unknown."""
    if stage.base is not None:
        return stage.base.name
    return stage.image.text if stage.image else None


def _indexes_of(name: str, instructions: tuple[Instruction, ...]) -> Iterator[int]:
    names = list(map(attrgetter("name"), instructions))
    with suppress(ValueError):
        index = -1
        while True:
            index = names.index(name, index + 1)
            yield index


def _versions_before(parts: Sequence[tuple[Instruction, ...]], placed: _Stages) -> Iterator[Stage | None]:
    """The earlier version of each stage, given by its instructions; each earlier stage is used once.

    A stage with the same instructions is preferred, then the next of the earlier stages that match no part.
    """
    earlier = [stage for _, stage in placed]
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
    if known is None:
        sections = sections_of(instructions, State())
        return Stage(instructions, *origin, sections, KeptValues(instructions), KeptValues(instructions))
    sections = sections_of(instructions, known.sections[0].states[0] if is_like else State(), known.sections)
    start, end = common_ends(known.instructions, instructions)
    values = known.values.edited(instructions, start, end)
    is_same_before = state_at(sections, start) is state_at(known.sections, start)
    is_same_after = state_at(sections, len(instructions) - end) is state_at(known.sections, known.end - end)
    site_values = known.site_values.edited(instructions, start if is_same_before else 0, end if is_same_after else 0)
    stage = Stage(instructions, *origin, sections, values, site_values)
    is_like = is_like and is_same_before and is_same_after and known.base is origin.base
    # What depends on the order of the instructions may change if one comes or goes.
    if is_like and known.end == stage.end:
        edited = (*known.instructions[start : known.end - end], *instructions[start : stage.end - end])
        names = {instruction.name for instruction in edited}
        stage.without.update({key: found for key, found in known.without.items() if found[1].isdisjoint(names)})
    return stage


def _origin(
    start: Instruction,
    global_arguments: Mapping[str, str | Unknown],
    by_name: Mapping[str, Stage],
    images: KnownImages,
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
    meant_name = _meant_name(start, image.name, images.meant_names)
    return _Origin(name, None, image, images.base_images(image), meant_name, global_arguments)


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
