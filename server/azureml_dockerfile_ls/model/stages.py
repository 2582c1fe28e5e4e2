"""The build stages of a Dockerfile, and what is in force at each instruction.

Scoping is that of BuildKit's `frontend/dockerfile/dockerfile2llb`: an ARG before the first FROM is seen by FROM, and by
a stage that declares it again; ARG and ENV go on in every stage built on this one. Of an ARG and an ENV of the same
name the later one counts, but where a new stage begins it is the ENV.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.model.sections import Block, Section, State, sections_of
from azureml_dockerfile_ls.model.values import value_of
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Lookup, Unknown
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction, KeyValuePair, Tree
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


T = TypeVar("T")


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
    pair: KeyValuePair
    is_argument: bool
    stage: Stage | None
    index: int


@dataclass(frozen=True, slots=True)
class BaseImage:
    """What a base image starts with, from its own configuration.

    `user` is without its group and never empty; a value in `environment` is None where it cannot be known.
    """

    user: str
    environment: Mapping[str, str | None]
    working_directory: str


class _Scope(NamedTuple):
    """The definitions of one stage by name, in the order of their instructions: all of them, and only those of ENV."""

    all: dict[str, list[Definition]]
    variables: dict[str, list[Definition]]

    def add(self, definition: Definition) -> None:
        """Append a definition, which is later than those that are there."""
        self.all.setdefault(definition.name, []).append(definition)
        if not definition.is_argument:
            self.variables.setdefault(definition.name, []).append(definition)


_Layers = tuple[dict[str, Definition], ...]
"""Definitions by name: those of a stage, then those of the stages below it, which it hides."""

_MAX_LAYERS = 50


_WORKDIRS, _DEFINITIONS = "workdirs", "definitions"
"""What a section keeps: the working directory after each WORKDIR, and what ARG and ENV define."""


@derived
def _by_name(block: Block) -> Mapping[str, Sequence[int]]:
    """The indexes in a block of its instructions, by instruction name."""
    indexes: dict[str, list[int]] = {}
    for at, instruction in enumerate(block.instructions):
        indexes.setdefault(instruction.name, []).append(at)
    return indexes


class _Inherited(NamedTuple):
    """What a stage hands on to those that are built on it."""

    variables: _Layers = ()
    arguments: _Layers = ()
    user: InForce | None = None
    shell: InForce | None = None
    workdir: str | None = None


@dataclass(frozen=True, eq=False)
class Stage:
    """One build stage. It knows its instructions, FROM first, by index, but not where they stand in the file.

    `base` is the earlier stage that FROM names; `image` the base image with its variables replaced, of this stage or of
    the stage that it is built on. Both are None where the image cannot be known. `base_image` is what that image starts
    with, None where nobody has seen its configuration.
    """

    instructions: tuple[Instruction, ...]
    name: str | None
    base: Stage | None
    image: ImageReference | None
    base_image: BaseImage | None
    global_arguments: Mapping[str, str | Unknown]
    sections: tuple[Section, ...]
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)

    def each(self, function: Callable[[Instruction], T | None]) -> Iterator[tuple[int, T]]:
        """The values of a function for the instructions that it has one for, with the indexes of these.

        They are remembered with each block: the function is a module's own, and looks at nothing but the instruction.
        """
        start = 0
        for section in self.sections:
            block = section.block
            found = block.derived.get(function)
            if found is None:
                values = enumerate(map(function, block.instructions))
                found = block.derived[function] = tuple((at, value) for at, value in values if value)
            for at, value in found:
                yield start + at, value
            start += len(block.instructions)

    def each_site(self, name: str, function: Callable[[Site], T | None]) -> Iterator[tuple[int, T]]:
        """The values of a function for the instructions called `name`, where it has one, with the indexes of these.

        They are remembered with each section: the function is a module's own, and looks at nothing but the site.
        """
        start = 0
        for section in self.sections:
            found = section.derived.get(function)
            if found is None:
                found = section.derived[function] = tuple(self._in_section(section, start, name, function))
            for at, value in found:
                yield start + at, value
            start += len(section.block.instructions)

    def _in_section(
        self, section: Section, start: int, name: str, function: Callable[[Site], T | None]
    ) -> Iterator[tuple[int, T]]:
        for at, instruction in enumerate(section.block.instructions):
            if instruction.name != name:
                continue
            # An edit makes a new section, but most of the instructions in it are the same in the same state.
            known = instruction.derived.get(function)
            if known is None or known[0] is not section.states[at]:
                value = function(Site(self, start + at))
                known = instruction.derived[function] = (section.states[at], value)
            if known[1]:
                yield at, known[1]

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[int]]:
        """The indexes of the instructions, by instruction name."""
        indexes: dict[str, list[int]] = {}
        start = 0
        for section in self.sections:
            for name, found in _by_name(section.block).items():
                indexes.setdefault(name, []).extend([start + at for at in found])
            start += len(section.block.instructions)
        return indexes

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
        found = self._last_text("USER", index) or self._below.user
        if found is None:
            return InForce(self.base_image.user if self.base_image else None, None, -1)
        if found.value is None:
            return found
        return replace(found, value=found.value.partition(":")[0])

    def shell_at(self, index: int) -> InForce:
        """The joined words of the SHELL instruction in force."""
        return self._last_text("SHELL", index) or self._below.shell or InForce(None, None, -1)

    def workdir_at(self, index: int) -> str | None:
        """The working directory in which instruction `index` runs; None where the base image decides it."""
        return self._workdirs[bisect_left(self.by_name.get("WORKDIR", ()), index)]

    @cached_property
    def _workdirs(self) -> list[str | None]:
        """The working directory before the first WORKDIR of this stage, and after each of them."""
        path = self._below.workdir if self.base else self._first_workdir
        paths = [path]
        start = 0
        for section in self.sections:
            found = section.derived.get(_WORKDIRS)
            if found is None:
                found = section.derived[_WORKDIRS] = tuple(self._workdirs_in(section, start, path))
            if found:
                paths.extend(found)
                path = found[-1]
            start += len(section.block.instructions)
        return paths

    def _workdirs_in(self, section: Section, start: int, path: str | None) -> Iterator[str | None]:
        for at in _by_name(section.block).get("WORKDIR", ()):
            value = self.text_of(start + at)
            if value is None or (path is None and not value.startswith("/")):
                path = None
            else:
                path = posixpath.normpath(posixpath.join(path or "/", value))
                path = f"/{path.lstrip('/')}"
            yield path

    @property
    def _first_workdir(self) -> str | None:
        if self._is_from_scratch:
            return "/"
        return posixpath.normpath(f"/{self.base_image.working_directory.lstrip('/')}") if self.base_image else None

    @property
    def _is_from_scratch(self) -> bool:
        return self.image is not None and self.image.text == "scratch"

    def _last_text(self, name: str, index: int) -> InForce | None:
        indexes = self.by_name.get(name, ())
        count = bisect_left(indexes, index)
        return InForce(self.text_of(indexes[count - 1]), self, indexes[count - 1]) if count else None

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
        names = {*self._scope.all, *ChainMap(*self._below.variables), *ChainMap(*self._below.arguments)}
        found = ((name, self.definition_at(name, index)) for name in sorted(names))
        return {name: definition for name, definition in found if definition is not None}

    @cached_property
    def environment(self) -> Mapping[str, Definition]:
        """The variables, without ARGs, that an image of this stage has."""
        return ChainMap(*self.inherited.variables)

    @property
    def _below(self) -> _Inherited:
        return self.base.inherited if self.base else _Inherited()

    @cached_property
    def inherited(self) -> _Inherited:
        """What the stages that are built on this one start with."""
        below = self._below
        variables = {name: definitions[-1] for name, definitions in self._scope.variables.items()}
        arguments = {
            name: last for name, definitions in self._scope.all.items() if (last := definitions[-1]).is_argument
        }
        return _Inherited(
            _on_top(variables, below.variables),
            _on_top(arguments, below.arguments),
            self._last_text("USER", self.end) or below.user,
            self._last_text("SHELL", self.end) or below.shell,
            self._workdirs[-1],
        )

    def _find(self, scope: _Scope, name: str, index: int) -> Definition | None:
        definitions = scope.all.get(name)
        own = _before(definitions, index) if definitions else None
        if own is not None or self.base is None:
            return own
        below = self._below
        return next((layer[name] for layer in (*below.variables, *below.arguments) if name in layer), None)

    @cached_property
    def _scope(self) -> _Scope:
        scope = _Scope({}, {})
        start = 0
        for section in self.sections:
            found = section.derived.get(_DEFINITIONS)
            if found is None:
                definitions = self._define(scope, section.block, start)
                found = section.derived[_DEFINITIONS] = tuple(
                    (definition.index - start, definition.pair, definition.value, definition.is_argument)
                    for definition in definitions
                )
            else:
                for at, pair, value, is_argument in found:
                    scope.add(Definition(pair.name, value, pair, is_argument, self, start + at))
            start += len(section.block.instructions)
        return scope

    def _define(self, scope: _Scope, block: Block, start: int) -> list[Definition]:
        """Add what the instructions of a block define to `scope`, and give that."""
        added = []
        for at in sorted((*_by_name(block).get("ARG", ()), *_by_name(block).get("ENV", ()))):
            instruction = block.instructions[at]
            is_argument = instruction.name == "ARG"
            # ARG takes its pairs one after the other; ENV sees the variables as they were before it.
            lookup = partial(self._value, scope, start + at + is_argument)
            definitions = []
            for pair in instruction.pairs:
                value = self._defined(pair, instruction.escape, lookup)
                definition = Definition(pair.name, value, pair, is_argument, self, start + at)
                if not is_argument:
                    definitions.append(definition)
                # An ARG without any value leaves what is there.
                elif pair.value or value is not UNKNOWN or not self._find(scope, pair.name, start + at + 1):
                    scope.add(definition)
                    added.append(definition)
            for definition in definitions:
                scope.add(definition)
            added += definitions
        return added

    def _defined(self, pair: KeyValuePair, escape: str, lookup: Lookup) -> str | Unknown:
        if pair.value is None:
            return self.global_arguments.get(pair.name, UNKNOWN)
        value = value_of(pair.value, escape, lookup)
        return UNKNOWN if value is None else value

    def _value(self, scope: _Scope, index: int, name: str) -> str | Unknown | None:
        definition = self._find(scope, name, index)
        if definition is not None:
            return definition.value
        if self._is_from_scratch:
            return None
        if self.base_image is None or name in PREDEFINED_ARGUMENTS:
            return UNKNOWN
        value = self.base_image.environment.get(name)
        return UNKNOWN if value is None and name in self.base_image.environment else value


@dataclass(frozen=True, slots=True)
class Site:
    """An instruction in its stage: what is in force there, but not where it is.

    What is worked out from a site holds as long as the instruction and the state before it stay the same, wherever an
    edit moves it.
    """

    _stage: Stage
    _index: int

    @property
    def instruction(self) -> Instruction:
        """The instruction."""
        return self._stage.instructions[self._index]

    @property
    def image(self) -> ImageReference | None:
        """The base image of the stage."""
        return self._stage.image

    @property
    def user(self) -> User:
        """The user who runs the instruction."""
        in_force = self._stage.user_at(self._index)
        if in_force.stage is None:
            return User(in_force.value, None, False)
        written = in_force.stage.instructions[in_force.index].words
        return User(in_force.value, written[0].value if written else "", in_force.stage is self._stage)

    @property
    def shell(self) -> tuple[str, ...] | None:
        """The words of the SHELL in force; None where the base image decides."""
        in_force = self._stage.shell_at(self._index)
        if in_force.stage is None:
            return None
        return tuple(word.value for word in in_force.stage.instructions[in_force.index].words)

    @property
    def workdir(self) -> str | None:
        """The working directory; None where the base image decides it."""
        return self._stage.workdir_at(self._index)

    @property
    def lookup(self) -> Lookup:
        """How `$NAME` is looked up: see `Stage.lookup_at`."""
        return self._stage.lookup_at(self._index)

    def variable(self, name: str) -> str | None:
        """The value of a variable; None if it is not set, or not known."""
        return self._stage.variable_at(name, self._index)

    def defines(self, name: str) -> bool:
        """Whether an ARG or ENV before the instruction, in this stage or one that it builds on, sets a variable."""
        return self._stage.definition_at(name, self._index) is not None


class User(NamedTuple):
    """The user in force: the name without its group, None where it is not known.

    `written` is the first word of the USER that sets it, None where the base image does; `is_own` says that this USER
    is in the same stage.
    """

    name: str | None
    written: str | None
    is_own: bool


def _on_top(own: dict[str, Definition], below: _Layers) -> _Layers:
    """`own` above `below`. Many layers become one, so that neither a look-up nor a long chain of stages costs much."""
    if not own:
        return below
    if len(below) < _MAX_LAYERS:
        return (own, *below)
    merged: dict[str, Definition] = {}
    for layer in reversed((own, *below)):
        merged.update(layer)
    return (merged,)


def _before(definitions: list[Definition], index: int) -> Definition | None:
    position = bisect_left(definitions, index, key=lambda definition: definition.index)
    return definitions[position - 1] if position else None


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

    def reaching(self) -> frozenset[Stage]:
        """The stages whose layers are in the final image."""
        return frozenset(self.final.chain()) if self.final else frozenset()


BaseImages = Callable[[ImageReference], BaseImage | None]
"""Tells what an image starts with, as far as it is known."""


def build(tree: Tree, previous: Model | None = None, base_images: BaseImages = lambda _: None) -> Model:
    """The model of a tree. What nothing has changed for is taken from `previous`: stages, or sections of them."""
    instructions = tree.instructions
    starts = [index for index, instruction in enumerate(instructions) if instruction.name == "FROM"]
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
    text = value_of(reference.text, start.escape, global_lookup(global_arguments)) if reference is not None else None
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
                expanded = value_of(pair.value, instruction.escape, lookup)
                value = UNKNOWN if expanded is None else expanded
            arguments[pair.name] = value
            yield Definition(pair.name, value, pair, True, None, index)
