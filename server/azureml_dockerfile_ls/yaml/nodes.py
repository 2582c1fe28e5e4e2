"""The nodes of a YAML text. Spans are those of the file, in code points."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.text import Span

_TEMPLATE = lazy_pattern(r"\{\{|\}\}|\$\{|\$\(|\$\[|<[^<>\n]*>|%\(|__[A-Z][A-Z0-9_]*__")
_NULL = frozenset(("", "~", "null", "Null", "NULL"))

span_of: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)
"""A span, made in a third of the time that `Span(start, end)` takes."""


class Style(Enum):
    """How a scalar is written."""

    PLAIN = "plain"
    SINGLE = "'"
    DOUBLE = '"'
    BLOCK = "|"


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A scalar: its value, its span with the quotes, and the span of the text inside them."""

    span: Span
    value: str
    inner: Span
    style: Style = Style.PLAIN

    @property
    def is_literal(self) -> bool:
        """Whether the value is known: not empty, and without a template that a program fills in later."""
        return not self.is_null and _TEMPLATE.search(self.value) is None

    @property
    def is_null(self) -> bool:
        """Whether there is no value."""
        return (self.style is Style.PLAIN and self.value in _NULL) or not self.value

    def part(self, start: int, end: int) -> Span:
        """The span of a part of the value; that of the whole scalar if the text is not the value, as with escapes."""
        if self.inner.end - self.inner.start != len(self.value):
            return self.inner
        return Span(self.inner.start + start, self.inner.start + end)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A key and its value, None if there is none."""

    key: Scalar
    value: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A mapping. `is_complete` is False if it may have other keys: a line is not understood, or it merges another."""

    span: Span
    pairs: tuple[Pair, ...]
    is_complete: bool = True

    def pair(self, key: str) -> Pair | None:
        """The last pair with a key, as YAML libraries take it."""
        return next((pair for pair in reversed(self.pairs) if pair.key.value == key), None)

    def get(self, key: str) -> Node | None:
        """The value of a key; None without the key, and for a key without a value."""
        pair = self.pair(key)
        return pair.value if pair is not None else None

    def scalar(self, key: str) -> Scalar | None:
        """The value of a key if it is a scalar that is not null."""
        value = self.get(key)
        return value if isinstance(value, Scalar) and not value.is_null else None

    def mapping(self, key: str) -> Mapping | None:
        """The value of a key if it is a mapping."""
        value = self.get(key)
        return value if isinstance(value, Mapping) else None

    def has(self, key: str) -> bool:
        """Whether there is a key."""
        return self.pair(key) is not None


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """A sequence. `is_complete` is False if it may have other items."""

    span: Span
    items: tuple[Node | None, ...]
    is_complete: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A value that is not read: an alias of an unknown node, a value with a tag, a text that does not parse."""

    span: Span


Node = Scalar | Mapping | Sequence | Unknown
