"""The build stages of a Dockerfile, and the user, shell, working directory and variables at each instruction.

Scoping follows BuildKit's `frontend/dockerfile/dockerfile2llb`. FROM sees the ARGs before the first FROM, and a stage
sees them if it declares them again. A stage inherits the ARGs and ENVs of the stage that it is built on. If an ARG and
an ENV have the same name, the later one wins within a stage, but a stage inherits the ENV.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property, partial
from itertools import accumulate, chain, takewhile
from operator import itemgetter
from typing import Any, TypeVar

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.model.kept_values import KeptValues
from azureml_dockerfile_ls.model.layers import Layer, on_top
from azureml_dockerfile_ls.model.scope import Defined, Entry, Scope
from azureml_dockerfile_ls.model.sections import Block, Section, State
from azureml_dockerfile_ls.model.site import Site
from azureml_dockerfile_ls.model.values import expand_word
from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.syntax.expansion import UNKNOWN, Lookup, Unknown
from azureml_dockerfile_ls.syntax.language import BUILD_ARGUMENTS
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction, KeyValuePair

PLATFORM_ARGUMENTS = frozenset(BUILD_ARGUMENTS)
"""The ARGs that BuildKit sets for every FROM; a stage sees them after it declares them."""

PREDEFINED_ARGUMENTS = frozenset(
    variant
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for variant in (name, name.lower())
)
"""The ARGs that a RUN can use without a declaration."""


_MOST_ARGUMENTS = 200
"""The most ARGs among which the one that is meant is looked for."""


def argument_names(declared: Collection[str]) -> tuple[str, ...]:
    """The names that a misspelt variable of FROM may mean: the ARGs before it, if they are few, and BuildKit's own."""
    return (*(declared if len(declared) <= _MOST_ARGUMENTS else ()), *sorted(PLATFORM_ARGUMENTS))


T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """The effective value of a setting, None if it is unknown, and the instruction that sets it.

    `stage` is None if no instruction sets it. The value is then that of the base image.
    """

    value: str | None
    stage: Stage | None
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """The definition of a variable: a pair of instruction `index` of `stage`, None for an ARG before the first FROM."""

    name: str
    value: str | Unknown
    pair: KeyValuePair
    is_argument: bool
    stage: Stage | None
    index: int


@dataclass(frozen=True, slots=True)
class BaseImage:
    """The configuration of a base image.

    `user` is without its group and never empty. A value in `environment` is None if it is unknown.
    """

    user: str
    environment: Mapping[str, str | None]
    working_directory: str


_Layers = tuple[Mapping[str, Definition], ...]
"""Definitions by name: first those of a stage, then those that it inherits and can override."""

_WORKDIRS = "workdirs"
"""The key of a section's value: the working directory after each WORKDIR."""


@derived
def _by_name(block: Block) -> Mapping[str, Sequence[int]]:
    """The indexes in a block of its instructions, by instruction name."""
    indexes: dict[str, list[int]] = {}
    for at, instruction in enumerate(block.instructions):
        indexes.setdefault(instruction.name, []).append(at)
    return indexes


class _Answer(NamedTuple):
    """The value of a function for a site, valid in the same state.

    If the function reads no variable, the value is also valid in the same surroundings. Else these are None.
    """

    state: State
    surroundings: tuple[object, ...] | None
    value: Any


class _Inherited(NamedTuple):
    """The settings that a stage passes on to the stages that are built on it."""

    variables: _Layers = ()
    arguments: _Layers = ()
    user: EffectiveSetting | None = None
    shell: EffectiveSetting | None = None
    workdir: str | None = None


_NOTHING = _Inherited()


@dataclass(frozen=True, eq=False)
class Stage:
    """A build stage: its instructions, FROM first, without their positions in the file.

    `base` is the earlier stage that FROM names. `image` is the base image of this stage, or of the stage that it is
    built on, with its variables replaced. Both are None if the image is unknown. `base_image` is the configuration of
    that image, None if it is unknown. `meant_name` is the name of the image that the file surely means if its own name
    is misspelt.
    """

    instructions: tuple[Instruction, ...]
    name: str | None
    base: Stage | None
    image: ImageReference | None
    base_image: BaseImage | None
    meant_name: str | None
    global_arguments: Mapping[str, str | Unknown]
    sections: tuple[Section, ...]
    values: KeptValues[Instruction] = field(repr=False)
    """Values that depend on an instruction alone."""
    site_values: KeptValues[Instruction] = field(repr=False)
    """Values that depend on an instruction and the state at it."""
    without: dict[Any, tuple[object, frozenset[str]]] = field(default_factory=dict, repr=False)
    """What was looked for in vain, such as a rule's findings: with which `source`, a build context for example, and the
    names of the instructions that can change that. The next version takes over what its edit does not concern."""
    derived: dict[Any, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def placed_sections(self) -> Sequence[tuple[int, Section]]:
        """The sections, each with the index of its first instruction."""
        lengths = (len(section.block.instructions) for section in self.sections)
        return list(zip(accumulate(lengths, initial=0), self.sections, strict=False))

    def to_look_for(self, keys: Iterable[K], source: object) -> list[K]:
        """The keys without those that were looked for in vain, in this version or an earlier one, with this source."""
        without = self.without
        return [key for key in keys if (known := without.get(key)) is None or known[0] is not source]

    def each(self, function: Callable[[Instruction], T | None]) -> Iterator[tuple[int, T]]:
        """The true values of a function of a module for the instructions, with their indexes.

        They are kept, so the function may depend only on the instruction.
        """
        return iter(self.values.of(function))

    def each_site(self, function: Callable[[Site], T | None], *names: str) -> Iterator[tuple[int, T]]:
        """The true values of a function of a module for the sites of the instructions with these names.

        They are kept with their indexes, so the function may depend only on the site.
        """
        return iter(self.site_values.by(function, partial(self._at_sites, function, names)))

    def _at_sites(
        self, function: Callable[[Site], T], names: tuple[str, ...], first: int, end: int
    ) -> Iterator[tuple[int, T]]:
        """The values for the instructions in `[first, end)`."""
        number = bisect_right(self.placed_sections, first, key=itemgetter(0)) - 1
        for start, section in self.placed_sections[number:]:
            if start >= end:
                return
            by_name = _by_name(section.block)
            for at in sorted([at for name in names for at in by_name.get(name, ()) if first <= start + at < end]):
                instruction = section.block.instructions[at]
                yield start + at, self._at_site(function, start + at, instruction, section.states[at])

    def _at_site(self, function: Callable[[Site], T], index: int, instruction: Instruction, state: State) -> T:
        # An edit changes many states, but most of the instructions and their surroundings are the same as before.
        known: _Answer | None = instruction.derived.get(function)
        if known is None or (known.state is not state and known.surroundings != self._surroundings(state, index)):
            site = Site(self, index)
            value = function(site)
            surroundings = None if site.variables_are_read else self._surroundings(state, index)
            known = instruction.derived[function] = _Answer(state, surroundings, value)
        answer: T = known.value
        return answer

    def _surroundings(self, state: State, index: int) -> tuple[object, ...]:
        """A state, which is that at an instruction, without variables, to compare with that of another version."""
        found = self._known_surroundings.get(state)
        if found is None:
            site = Site(self, index)
            image = self.image.text if self.image else None
            found = (image, self.meant_name, site.user, site.shell, site.workdir)
            self._known_surroundings[state] = found
        return found

    @cached_property
    def _known_surroundings(self) -> dict[State, tuple[object, ...]]:
        return {}

    def indexes(self, name: str) -> Sequence[int]:
        """The indexes of the instructions with this name, in order."""
        found = self._indexes.get(name)
        if found is None:
            found = self._indexes[name] = [
                start + at for start, section in self.placed_sections for at in _by_name(section.block).get(name, ())
            ]
        return found

    @cached_property
    def _indexes(self) -> dict[str, list[int]]:
        return {}

    def has_any(self, name: str) -> bool:
        """Whether this stage, or one that it is built on, has an instruction with this name."""
        return self.any_of_chain((Stage.has_any, name), lambda part: bool(part.indexes(name)))

    def any_of_chain(self, key: Hashable, is_in: Callable[[Stage], bool]) -> bool:
        """Whether a function is true for this stage or one that it is built on; each stage stores that under `key`."""
        walked: list[Stage] = []
        found: bool | None = None
        for part in self.ancestry():
            found = part.derived.get(key)
            if found is None:
                walked.append(part)
                found = is_in(part) or None
            if found is not None:
                break
        for part in walked:
            part.derived[key] = bool(found)
        return bool(found)

    @property
    def image_name(self) -> str | None:
        """The name of the base image without tag and digest, as it is meant; None if it is unknown."""
        return self.meant_name or (self.image.name if self.image else None)

    @property
    def end(self) -> int:
        """The index after the last instruction: its state is that of the image."""
        return len(self.instructions)

    def ancestry(self) -> Iterator[Stage]:
        """This stage, then the stage that it is built on, and so on."""
        stage: Stage | None = self
        while stage is not None:
            yield stage
            stage = stage.base

    def instructions_named(self, *names: str) -> Iterator[tuple[int, Instruction]]:
        """The instructions of this stage with one of these names, in order, with their indexes."""
        indexes = [index for name in names for index in self.indexes(name)]
        for index in sorted(indexes):
            yield index, self.instructions[index]

    def user_at(self, index: int) -> EffectiveSetting:
        """The user of instruction `index`, without the group."""
        found = self._last_text("USER", index) or self._below.user
        if found is None:
            return EffectiveSetting(self.base_image.user if self.base_image else None, None, -1)
        if found.value is None:
            return found
        return replace(found, value=found.value.partition(":")[0])

    def shell_at(self, index: int) -> EffectiveSetting:
        """The joined words of the effective SHELL instruction."""
        return self._last_text("SHELL", index) or self._below.shell or EffectiveSetting(None, None, -1)

    def workdir_at(self, index: int) -> str | None:
        """The working directory of instruction `index`; None if the base image decides it."""
        return self._workdirs[bisect_left(self.indexes("WORKDIR"), index)]

    @cached_property
    def _workdirs(self) -> list[str | None]:
        """The working directory before the first WORKDIR of this stage, then after each of them."""
        path = self._below.workdir if self.base else self._first_workdir
        paths = [path]
        for start, section in self.placed_sections:
            found = section.derived.get(_WORKDIRS)
            if found is None:
                found = section.derived[_WORKDIRS] = tuple(self._workdirs_in(section, start, path))
            if found:
                paths.extend(found)
                path = found[-1]
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
    def base_variables(self) -> frozenset[str] | None:
        """The names of the variables that the base image sets; None if they are unknown."""
        if self._is_from_scratch:
            return frozenset()
        return frozenset(self.base_image.environment) if self.base_image else None

    @property
    def _is_from_scratch(self) -> bool:
        return self.image is not None and self.image.text == "scratch"

    def _last_text(self, name: str, index: int) -> EffectiveSetting | None:
        indexes = self.indexes(name)
        count = bisect_left(indexes, index)
        return EffectiveSetting(self.text_of(indexes[count - 1]), self, indexes[count - 1]) if count else None

    def text_of(self, index: int) -> str | None:
        """The arguments of instruction `index` as one expanded text; None if they are unknown."""
        text = " ".join(word.value for word in self.instructions[index].words)
        return expand_word(text, self.instructions[index].escape, self.lookup_at(index))

    def lookup_at(self, index: int) -> Lookup:
        """The lookup of `$NAME` in instruction `index`: None for an unset variable, UNKNOWN for an unknown one."""
        return partial(self._value, self._scope, index)

    def variable_at(self, name: str, index: int) -> str | None:
        """The value of a variable at instruction `index`; None if it is unset or unknown."""
        value = self._value(self._scope, index, name)
        return value if isinstance(value, str) else None

    def definition_at(self, name: str, index: int) -> Definition | None:
        """The definition that instruction `index` sees, in this stage or in one that it is built on."""
        return self._find(self._scope, name, index)

    def definitions_at(self, index: int) -> dict[str, Definition]:
        """All definitions that instruction `index` sees, by name."""
        below = chain.from_iterable((*self._below.variables, *self._below.arguments))
        names = {*self._scope.last, *below}
        found = ((name, self.definition_at(name, index)) for name in sorted(names))
        return {name: definition for name, definition in found if definition is not None}

    @cached_property
    def number_of_names(self) -> int:
        """The number of names that are defined, those that a stage and one that it is built on define counted twice."""
        return len(self._scope.last) + sum(map(len, (*self._below.variables, *self._below.arguments)))

    @cached_property
    def environment(self) -> Mapping[str, Definition]:
        """The environment variables of an image of this stage, without ARGs."""
        layers = self.inherited.variables
        names = dict.fromkeys(chain.from_iterable(reversed(layers)))
        return Layer(names, lambda name: next(layer[name] for layer in layers if name in layer))

    @property
    def _below(self) -> _Inherited:
        return self.base.inherited if self.base else _NOTHING

    @cached_property
    def inherited(self) -> _Inherited:
        """The settings that stages start with that are built on this one."""
        # Recursion through a long chain of stages is too deep.
        unknown = list(takewhile(lambda stage: "inherited" not in vars(stage), self.ancestry()))
        for stage in reversed(unknown[1:]):
            _ = stage.inherited
        below = self._below
        scope = self._scope
        arguments = {name for name, entry in scope.last.items() if entry.is_argument}
        return _Inherited(
            on_top(Layer(scope.last_variables, self._variable), below.variables),
            on_top(Layer(arguments, self._argument), below.arguments),
            self._last_text("USER", self.end) or below.user,
            self._last_text("SHELL", self.end) or below.shell,
            self._workdirs[-1],
        )

    def _definition(self, index: int, entry: Entry) -> Definition:
        return Definition(entry.pair.name, entry.value, entry.pair, entry.is_argument, self, index)

    def _variable(self, name: str) -> Definition:
        return self._definition(*self._scope.find_variable(name))

    def _argument(self, name: str) -> Definition:
        found = self._scope.find(name, self.end)
        if found is None:
            raise KeyError(name)
        return self._definition(*found)

    def _find(self, scope: Scope, name: str, index: int) -> Definition | None:
        own = scope.find(name, index)
        if own is not None:
            return self._definition(*own)
        if self.base is None:
            return None
        below = self._below
        return next((layer[name] for layer in (*below.variables, *below.arguments) if name in layer), None)

    @cached_property
    def _scope(self) -> Scope:
        scope = Scope()
        for start, section in self.placed_sections:
            known = section.derived.get(Defined)
            if known is not None:
                scope.add_section(start, known)
            elif not _by_name(section.block).keys().isdisjoint(("ARG", "ENV")):
                known = section.derived[Defined] = Defined({}, {}, {})
                scope.add_section(start, known)
                self._define(scope, section.block, start)
        return scope

    def _define(self, scope: Scope, block: Block, start: int) -> None:
        """Add the definitions of a block to the last section of `scope`."""
        for at in sorted((*_by_name(block).get("ARG", ()), *_by_name(block).get("ENV", ()))):
            instruction = block.instructions[at]
            is_argument = instruction.name == "ARG"
            # A pair of ARG sees the pairs before it; a pair of ENV sees only the variables before the instruction.
            lookup = partial(self._value, scope, start + at + is_argument)
            variables = []
            for pair in instruction.pairs:
                value = self._defined(pair, instruction.escape, lookup)
                entry = Entry(at, pair, value, is_argument)
                if not is_argument:
                    variables.append(entry)
                # An ARG without a value does not change an existing variable.
                elif pair.value or value is not UNKNOWN or not self._find(scope, pair.name, start + at + 1):
                    scope.add(entry)
            for entry in variables:
                scope.add(entry)

    def _defined(self, pair: KeyValuePair, escape: str, lookup: Lookup) -> str | Unknown:
        if pair.value is None:
            value = self.global_arguments.get(pair.name)
            return value if isinstance(value, str) else UNKNOWN
        expanded = expand_word(pair.value, escape, lookup)
        return UNKNOWN if expanded is None else expanded

    def _value(self, scope: Scope, index: int, name: str) -> str | Unknown | None:
        definition = self._find(scope, name, index)
        if definition is not None:
            return definition.value
        if self._is_from_scratch:
            return None
        if self.base_image is None or name in PREDEFINED_ARGUMENTS:
            return UNKNOWN
        value = self.base_image.environment.get(name)
        return UNKNOWN if value is None and name in self.base_image.environment else value
