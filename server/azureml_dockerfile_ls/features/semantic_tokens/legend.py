"""The types of tokens. A module of its own, because a client gets them before the analysis is imported."""

from __future__ import annotations

from enum import Enum


class TokenType(Enum):
    """The type of a token, by its name in the protocol. All are standard, so that every theme has a colour for them."""

    KEYWORD = "keyword"
    """An instruction, `AS`, `NONE`, or a word of the shell's own language."""
    FUNCTION = "function"
    """A command of the shell."""
    PARAMETER = "parameter"
    """A flag of an instruction, or an option of a command, with its dashes."""
    NAMESPACE = "namespace"
    """The registry and repository of an image."""
    CLASS = "class"
    """A stage."""
    ENUM_MEMBER = "enumMember"
    """A tag, or one of a fixed list of words: a signal, a protocol, a type of mount."""
    NUMBER = "number"
    """A number, duration, size, port or digest."""
    STRING = "string"
    """A value, a path, or the content of a file."""
    COMMENT = "comment"
    VARIABLE = "variable"
    """A variable, where it is set and where it is read."""
    PROPERTY = "property"
    """A key of a label or a mount."""
    OPERATOR = "operator"
    """`=`, the operators of the shell, `<<`, and the escape character at the end of a line."""
    MACRO = "macro"
    """A parser directive, and the name of a heredoc."""


class TokenModifier(Enum):
    """A modifier of tokens, by its name in the protocol."""

    DECLARATION = "declaration"
    """The place that names a stage or sets a variable."""


TYPES = tuple(TokenType)
MODIFIERS = tuple(TokenModifier)
