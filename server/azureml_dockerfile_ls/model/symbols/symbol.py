"""A symbol and its occurrences."""

from __future__ import annotations

from enum import Enum

from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.text import LocalSpan


class SymbolKind(Enum):
    """The kind of thing that a symbol names."""

    STAGE = "stage"
    VARIABLE = "variable"
    HEREDOC = "heredoc"


class Form(Enum):
    """The form of an occurrence, which decides how BuildKit or the shell resolves the name."""

    ARGUMENT = "ARG NAME=value"
    BARE_ARGUMENT = "ARG NAME"
    VARIABLE = "ENV NAME=value"
    REFERENCE = "$NAME that BuildKit replaces"
    SHELL = "$NAME that the shell of a RUN replaces"
    STARTED = "$NAME that the shell of the container replaces"
    ASSIGNED = "NAME=value in the shell"
    STAGE = "FROM image AS NAME"
    UNNAMED_STAGE = "FROM image"
    BASE = "FROM NAME"
    SOURCE = "--from=NAME"
    NUMBER = "--from=0"
    HEREDOC = "<<NAME"
    TERMINATOR = "NAME on the last line of a heredoc"

    @property
    def is_definition(self) -> bool:
        """Whether the occurrence defines the name for BuildKit."""
        return self in _DEFINITIONS

    @property
    def is_write(self) -> bool:
        """Whether the occurrence defines the name or sets it."""
        return self in _DEFINITIONS or self is Form.ASSIGNED


_DEFINITIONS = frozenset(
    (Form.ARGUMENT, Form.BARE_ARGUMENT, Form.VARIABLE, Form.STAGE, Form.UNNAMED_STAGE, Form.HEREDOC)
)


class Occurrence(NamedTuple):
    """A name at `span` of its instruction. A cursor in `reach` is on it."""

    name: str
    span: LocalSpan
    form: Form
    reach: LocalSpan


HEAD = -1
"""The scope of the instructions before the first FROM, and of what every FROM reads."""


class Place(NamedTuple):
    """An occurrence in instruction `at` of the tree; `scope` is the number of its stage, or HEAD."""

    at: int
    occurrence: Occurrence
    scope: int

    @property
    def form(self) -> Form:
        """The form of the occurrence."""
        return self.occurrence.form


class Symbol(NamedTuple):
    """A name with all its places.

    The places in one instruction are in the order in which BuildKit reads them: `ENV A=$A` reads A, then defines it.
    """

    kind: SymbolKind
    name: str
    places: tuple[Place, ...]
