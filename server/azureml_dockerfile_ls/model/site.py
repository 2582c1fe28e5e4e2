"""Sites: instructions with the state in which they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azureml_dockerfile_ls.records import NamedTuple, dataclass
from azureml_dockerfile_ls.syntax.expansion import Lookup
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction

if TYPE_CHECKING:
    from azureml_dockerfile_ls.model.stages import Stage


@dataclass(slots=True)
class Site:
    """An instruction with its state, but without its index.

    A value that is computed from a site stays valid while the instruction and its state stay the same, even if an edit
    moves the instruction.
    """

    _stage: Stage
    _index: int
    variables_are_read: bool = False
    """Whether a caller has read a variable of the file."""

    @property
    def instruction(self) -> Instruction:
        """The instruction."""
        return self._stage.instructions[self._index]

    @property
    def image(self) -> ImageReference | None:
        """The base image of the stage."""
        return self._stage.image

    @property
    def image_name(self) -> str | None:
        """The name of the base image, as it is meant."""
        return self._stage.image_name

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
        """The words of the effective SHELL; None if the base image decides."""
        in_force = self._stage.shell_at(self._index)
        if in_force.stage is None:
            return None
        return tuple(word.value for word in in_force.stage.instructions[in_force.index].words)

    @property
    def workdir(self) -> str | None:
        """The working directory; None if the base image decides it."""
        return self._stage.workdir_at(self._index)

    @property
    def lookup(self) -> Lookup:
        """The lookup of `$NAME`, as in `Stage.lookup_at`."""
        self.variables_are_read = True
        return self._stage.lookup_at(self._index)

    def variable(self, name: str) -> str | None:
        """The value of a variable; None if it is unset or unknown."""
        self.variables_are_read = True
        return self._stage.variable_at(name, self._index)

    def defines(self, name: str) -> bool:
        """Whether an ARG or ENV sets a variable before the instruction, in this stage or one that it is built on."""
        self.variables_are_read = True
        return self._stage.definition_at(name, self._index) is not None

    def names(self, most: int) -> frozenset[str]:
        """The names of the variables with a value that the file sets before the instruction; none if it sets too many.

        That is more than `most` in the stage, or in those that it is built on.
        """
        self.variables_are_read = True
        if self._stage.number_of_names > most:
            return frozenset()
        definitions = self._stage.definitions_at(self._index)
        return frozenset(name for name, definition in definitions.items() if isinstance(definition.value, str))

    @property
    def base_variables(self) -> frozenset[str] | None:
        """The names of the variables that the base image sets; None if they are unknown."""
        self.variables_are_read = True
        return self._stage.base_variables


class User(NamedTuple):
    """The effective user: the name without its group, None if it is unknown.

    `written` is the first word of the USER that sets it, None if the base image sets it. `is_own` is True if that USER
    is in the same stage.
    """

    name: str | None
    written: str | None
    is_own: bool
