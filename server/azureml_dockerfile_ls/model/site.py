"""An instruction in its stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from azureml_dockerfile_ls.syntax.expansion import Lookup
from azureml_dockerfile_ls.syntax.nodes import ImageReference, Instruction

if TYPE_CHECKING:
    from azureml_dockerfile_ls.model.stages import Stage


@dataclass(slots=True)
class Site:
    """An instruction in its stage: what is in force there, but not where it is.

    What is worked out from a site holds as long as the instruction and the state before it stay the same, wherever an
    edit moves it.
    """

    _stage: Stage
    _index: int
    variables_are_read: bool = False
    """Whether anything asked for a variable of the file."""

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
        self.variables_are_read = True
        return self._stage.lookup_at(self._index)

    def variable(self, name: str) -> str | None:
        """The value of a variable; None if it is not set, or not known."""
        self.variables_are_read = True
        return self._stage.variable_at(name, self._index)

    def defines(self, name: str) -> bool:
        """Whether an ARG or ENV before the instruction, in this stage or one that it builds on, sets a variable."""
        self.variables_are_read = True
        return self._stage.definition_at(name, self._index) is not None


class User(NamedTuple):
    """The user in force: the name without its group, None where it is not known.

    `written` is the first word of the USER that sets it, None where the base image does; `is_own` says that this USER
    is in the same stage.
    """

    name: str | None
    written: str | None
    is_own: bool
