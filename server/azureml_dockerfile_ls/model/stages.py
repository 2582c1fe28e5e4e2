"""The build stages of a Dockerfile, and what is in force at each instruction.

Scoping follows the Dockerfile reference: an ARG before the first FROM is seen by FROM, and by a stage that declares it
again; ENV goes on in every stage built on this one; ENV hides an ARG of the same name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import NamedTuple

from azureml_dockerfile_ls.model.values import value_of
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Lookup, Unknown
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction, Pair, Tree
from azureml_dockerfile_ls.syntax.reference import split_reference

PLATFORM_ARGUMENTS = frozenset(
    f"{side}{part}" for side in ("BUILD", "TARGET") for part in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
) | {"TARGETSTAGE"}
"""The ARGs that BuildKit gives every FROM; a stage sees them once it declares them."""

PREDEFINED_ARGUMENTS = frozenset(
    variant
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for variant in (name, name.lower())
)
"""The ARGs that a RUN may use without a declaration."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting at some instruction: its value, None where it cannot be known, and the instruction that made it.

    `stage` is None where no instruction did: the value is then the base image's own.
    """

    value: str | None
    stage: Stage | None
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """Where a variable is set: `pair` of instruction `index` of `stage` (None for an ARG before the first FROM)."""

    name: str
    value: str | Unknown
    pair: Pair
    is_argument: bool
    stage: Stage | None
    index: int


class _Scope(NamedTuple):
    """The definitions of one stage by name, in the order of their instructions."""

    arguments: dict[str, list[Definition]]
    variables: dict[str, list[Definition]]


@dataclass(frozen=True, eq=False)
class Stage:
    """One build stage. It knows its instructions, FROM first, by index, but not where they stand in the file.

    `base` is the earlier stage that FROM names; `image` the base image with its variables replaced, of this stage or of
    the stage that it is built on. Both are None where the image cannot be known.
    """

    instructions: tuple[Instruction, ...]
    name: str | None
    base: Stage | None
    image: ImageReference | None
    global_arguments: Mapping[str, str | Unknown]

    @cached_property
    def by_name(self) -> Mapping[str, tuple[int, ...]]:
        """The indexes of the instructions, by instruction name."""
        indexes: dict[str, list[int]] = {}
        for index, instruction in enumerate(self.instructions):
            indexes.setdefault(instruction.name, []).append(index)
        return {name: tuple(found) for name, found in indexes.items()}

    @property
    def end(self) -> int:
        """The index after the last instruction: what is in force there is what the image has."""
        return len(self.instructions)

    def chain(self) -> Iterator[Stage]:
        """This stage, the stage that it is built on, and so on."""
        stage: Stage | None = self
        while stage is not None:
            yield stage
            stage = stage.base

    def having(self, *names: str) -> Iterator[tuple[int, Instruction]]:
        """The instructions of this stage with one of these names, in order, with their indexes."""
        indexes = [index for name in names for index in self.by_name.get(name, ())]
        for index in sorted(indexes):
            yield index, self.instructions[index]

    def user_at(self, index: int) -> InForce:
        """The user, without its group, as whom instruction `index` runs."""
        found = self._last_text("USER", index)
        if found is None or found.value is None:
            return found or InForce(None, None, -1)
        return replace(found, value=found.value.partition(":")[0])

    def shell_at(self, index: int) -> InForce:
        """The joined words of the SHELL instruction in force."""
        return self._last_text("SHELL", index) or InForce(None, None, -1)

    def workdir_at(self, index: int) -> str | None:
        """The working directory in which instruction `index` runs; None where the base image decides it."""
        path = ""
        for stage in reversed(list(self.chain())):
            stop = index if stage is self else stage.end
            for at in stage.by_name.get("WORKDIR", ()):
                if at >= stop:
                    break
                value = stage.text_of(at)
                if value is None:
                    path = ""
                elif value.startswith("/"):
                    path = value
                elif path:
                    path = f"{path.rstrip('/')}/{value}"
        return path or None

    def _last_text(self, name: str, index: int) -> InForce | None:
        for stage in self.chain():
            indexes = stage.by_name.get(name, ())
            count = bisect_left(indexes, index) if stage is self else len(indexes)
            if count:
                return InForce(stage.text_of(indexes[count - 1]), stage, indexes[count - 1])
        return None

    def text_of(self, index: int) -> str | None:
        """The arguments of instruction `index` as one text, expanded; None where they cannot be known."""
        text = " ".join(word.value for word in self.instructions[index].words)
        return value_of(text, self.instructions[index].escape, self.lookup_at(index))

    def lookup_at(self, index: int) -> Lookup:
        """How `$NAME` in instruction `index` is looked up: None is surely unset, UNKNOWN what nobody can say."""
        return partial(self._value, self._scope, index)

    def variable_at(self, name: str, index: int) -> str | None:
        """The value of a variable at instruction `index`; None if it is not set, or not known."""
        value = self._value(self._scope, index, name)
        return value if isinstance(value, str) else None

    def definition_at(self, name: str, index: int) -> Definition | None:
        """Where the variable that instruction `index` sees is set, in this stage or in one that it builds on."""
        return self._find(self._scope, name, index)

    def definitions_at(self, index: int) -> dict[str, Definition]:
        """Every variable that instruction `index` sees, by name."""
        names = {*self._scope.arguments, *self._scope.variables, *(self.base.environment if self.base else ())}
        found = ((name, self.definition_at(name, index)) for name in sorted(names))
        return {name: definition for name, definition in found if definition is not None}

    @cached_property
    def environment(self) -> Mapping[str, Definition]:
        """The variables, without ARGs, that an image of this stage has."""
        inherited = self.base.environment if self.base else {}
        return {**inherited, **{name: definitions[-1] for name, definitions in self._scope.variables.items()}}

    def _find(self, scope: _Scope, name: str, index: int) -> Definition | None:
        inherited = self.base.environment.get(name) if self.base else None
        return (
            _before(scope.variables.get(name, []), index) or inherited or _before(scope.arguments.get(name, []), index)
        )

    @cached_property
    def _scope(self) -> _Scope:
        scope = _Scope({}, {})
        for index, instruction in self.having("ARG", "ENV"):
            is_argument = instruction.name == "ARG"
            kind = scope.arguments if is_argument else scope.variables
            # `NAME=…` sees the variables as they were before this instruction.
            lookup = partial(self._value, scope, index)
            definitions = [
                Definition(pair.name, self._defined(pair, instruction.escape, lookup), pair, is_argument, self, index)
                for pair in instruction.pairs
            ]
            for definition in definitions:
                kind.setdefault(definition.name, []).append(definition)
        return scope

    def _defined(self, pair: Pair, escape: str, lookup: Lookup) -> str | Unknown:
        if pair.value is None:
            return self.global_arguments.get(pair.name, UNKNOWN)
        value = value_of(pair.value, escape, lookup)
        return UNKNOWN if value is None else value

    def _value(self, scope: _Scope, index: int, name: str) -> str | Unknown | None:
        definition = self._find(scope, name, index)
        if definition is not None:
            return definition.value
        return None if self.image is not None and self.image.text == "scratch" else UNKNOWN


def _before(definitions: list[Definition], index: int) -> Definition | None:
    position = bisect_left(definitions, index, key=lambda definition: definition.index)
    return definitions[position - 1] if position else None


class PlacedStage(NamedTuple):
    """A stage, and the index in the tree of its first instruction."""

    first: int
    stage: Stage


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The stages of a file in order, and the ARGs before the first one."""

    stages: tuple[PlacedStage, ...]
    global_definitions: tuple[Definition, ...]
    before_first_stage: int
    """How many instructions stand before the first FROM."""

    @property
    def final(self) -> Stage | None:
        """The stage that becomes the image."""
        return self.stages[-1].stage if self.stages else None

    def stage_at(self, index: int) -> PlacedStage | None:
        """The stage of instruction `index` of the tree; None before the first FROM."""
        position = bisect_left(self.stages, index + 1, key=lambda placed: placed.first)
        return self.stages[position - 1] if position else None

    def find_stage(self, name: str, before: int) -> PlacedStage | None:
        """The last stage of this name that begins before instruction `before` of the tree."""
        for placed in reversed(self.stages):
            if placed.first < before and placed.stage.name == name.lower():
                return placed
        return None

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

    def reaching(self) -> frozenset[Stage]:
        """The stages whose layers are in the final image."""
        return frozenset(self.final.chain()) if self.final else frozenset()


def build(tree: Tree, previous: Model | None = None) -> Model:
    """The model of a tree. Stages of `previous` are used again where nothing that they depend on has changed."""
    instructions = tree.instructions
    starts = [index for index, instruction in enumerate(instructions) if instruction.name == "FROM"]
    first = starts[0] if starts else len(instructions)
    global_definitions = tuple(_global_definitions(instructions[:first]))
    global_arguments = {definition.name: definition.value for definition in global_definitions}
    earlier = {placed.stage.instructions: placed.stage for placed in previous.stages} if previous else {}
    stages: list[PlacedStage] = []
    by_name: dict[str, Stage] = {}
    for start, stop in pairwise([*starts, len(instructions)]):
        own = instructions[start:stop]
        stage = _stage(own, global_arguments, by_name)
        known = earlier.get(own)
        if known is not None and _is_same(stage, known):
            stage = known
        stages.append(PlacedStage(start, stage))
        if stage.name:
            by_name[stage.name] = stage
        # From the first stage on, so that a long chain of stages is not climbed by recursion.
        _ = stage.environment
    return Model(tuple(stages), global_definitions, first)


def _is_same(stage: Stage, known: Stage) -> bool:
    same_image = (stage.image and stage.image.text) == (known.image and known.image.text)
    return same_image and stage.base is known.base and stage.global_arguments == known.global_arguments


def _stage(
    instructions: tuple[Instruction, ...],
    global_arguments: Mapping[str, str | Unknown],
    by_name: Mapping[str, Stage],
) -> Stage:
    start = instructions[0]
    name = start.stage_name.value.lower() if start.stage_name else None
    reference = start.image
    if reference is None:
        return Stage(instructions, name, None, None, global_arguments)
    text = value_of(reference.text, start.escape, global_lookup(global_arguments))
    if text is None:
        return Stage(instructions, name, None, None, global_arguments)
    base = by_name.get(text.lower())
    if base is not None:
        return Stage(instructions, name, base, base.image, global_arguments)
    image = reference if text == reference.text else split_reference(text)
    return Stage(instructions, name, None, image, global_arguments)


def global_lookup(global_arguments: Mapping[str, str | Unknown]) -> Lookup:
    """How `$NAME` in FROM is looked up: in the ARGs before the first FROM, and in BuildKit's own."""

    def lookup(name: str) -> str | Unknown | None:
        if name in global_arguments:
            return global_arguments[name]
        return UNKNOWN if name in PLATFORM_ARGUMENTS else None

    return lookup


def _global_definitions(instructions: tuple[Instruction, ...]) -> Iterator[Definition]:
    arguments: dict[str, str | Unknown] = {}
    for index, instruction in enumerate(instructions):
        if instruction.name != "ARG":
            continue
        lookup = global_lookup(dict(arguments))
        for pair in instruction.pairs:
            value: str | Unknown = UNKNOWN
            if pair.value is not None:
                expanded = value_of(pair.value, instruction.escape, lookup)
                value = UNKNOWN if expanded is None else expanded
            arguments[pair.name] = value
            yield Definition(pair.name, value, pair, True, None, index)
