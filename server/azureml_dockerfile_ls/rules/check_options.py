"""The options of `# check=…`, as BuildKit's `linter.ParseLintOptions` reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import dataclass
from azureml_dockerfile_ls.rules.rule import Rule
from azureml_dockerfile_ls.syntax.language import CHECK_OPTIONS
from azureml_dockerfile_ls.text import Span

_COMMENT = lazy_pattern(r"#\s*check\s*=\s*(?=\S)(?P<options>[^ ]*\S)", re.IGNORECASE)
_MOST_OPTIONS = 3
"""BuildKit reads all text after the second `;` as one option."""

_TRUE = frozenset(("1", "t", "T", "TRUE", "true", "True"))
_FALSE = frozenset(("0", "f", "F", "FALSE", "false", "False"))
"""The texts that Go's `strconv.ParseBool` reads."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A name in `skip=`, and its span in the options."""

    name: str
    span: Span


@dataclass(frozen=True)
class CheckOptions:
    """The options of one comment or directive. Names of rules keep their letter case, which matters to BuildKit."""

    skipped: tuple[Skipped, ...] = ()
    experimental: frozenset[str] = frozenset()
    makes_errors: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in `skip=`."""
        return frozenset(skipped.name for skipped in self.skipped)

    def skips(self, rule: Rule) -> bool:
        """Whether the options skip a rule. `all` skips all checks that are not experimental."""
        return rule.name in self.names or (ALL in self.names and not rule.is_experimental)

    def asks_for(self, rule: Rule) -> bool:
        """Whether the options ask for an experimental rule."""
        return rule.name in self.experimental or ALL in self.experimental


ALL = "all"
"""The name that means all checks."""


def parse_options(text: str) -> CheckOptions | None:
    """The options of a text up to its first space; None if BuildKit refuses them."""
    skipped: tuple[Skipped, ...] = ()
    experimental: frozenset[str] = frozenset()
    makes_errors = False
    start = 0
    for part in text.split(";", _MOST_OPTIONS - 1):
        name, separator, value = part.partition("=")
        value_start = start + len(name) + len(separator)
        start += len(part) + 1
        if not separator or name.strip() not in CHECK_OPTIONS:
            return None
        if name.strip() == "error":
            if value.strip() not in _TRUE | _FALSE:
                return None
            makes_errors = value.strip() in _TRUE
        elif name.strip() == "skip":
            skipped += tuple(_names(value, value_start))
        else:
            experimental |= {item.name for item in _names(value, value_start)}
    return CheckOptions(skipped, experimental, makes_errors)


def _names(value: str, start: int) -> list[Skipped]:
    names = []
    for item in value.split(","):
        first = start + len(item) - len(item.lstrip())
        name = item.strip()
        names.append(Skipped(name, Span(first, first + len(name))))
        start += len(item) + 1
    return names


def options_span(comment: str) -> Span | None:
    """The span of the options in a comment line that begins with `#`; None for a comment without `check=`."""
    match = _COMMENT.match(comment)
    return Span(*match.span("options")) if match else None


def skipping_too(options: str, names: Sequence[str]) -> tuple[int, str] | None:
    """The offset and the text of an insertion into the options of a `# check=` that makes them skip more rules.

    None if the options are full, because BuildKit reads three at most.
    """
    parts = options.split(";")
    end = len(options)
    for part in reversed(parts):
        name, _, value = part.partition("=")
        if name.strip() == "skip":
            comma = "," if value.strip() and not value.rstrip().endswith(",") else ""
            return end, f"{comma}{','.join(names)}"
        end -= len(part) + 1
    return (len(options), f";skip={','.join(names)}") if len(parts) < _MOST_OPTIONS else None
