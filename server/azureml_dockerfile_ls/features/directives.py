"""The parser directive at a place, also one whose value is still missing."""

from __future__ import annotations

from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import DIRECTIVES, DirectiveSpec
from azureml_dockerfile_ls.text import Span

_LINE = lazy_pattern(r"\ufeff?\s*#[ \t]*(?P<name>[A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(?P<value>.*)")


class DirectiveLine(NamedTuple):
    """A directive that the table has: its span, and the span and text of its value, which may be empty."""

    spec: DirectiveSpec
    span: Span
    value_span: Span
    value: str


def directive_at(snapshot: Snapshot, offset: int) -> DirectiveLine | None:
    """The directive in the line of `offset`; None below the directives at the top of the file."""
    text = snapshot.text
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    above = [each for each in snapshot.tree.directives if each.span.end < start]
    if text.count("\n", 0, start) != len(above):
        return None
    match = _LINE.fullmatch(text, start, len(text) if end < 0 else end)
    spec = DIRECTIVES.get(match["name"].lower()) if match else None
    if match is None or spec is None:
        return None
    value = match["value"].rstrip()
    span = Span(text.index("#", start), match.start("value") + len(value))
    return DirectiveLine(spec, span, Span(span.end - len(value), span.end), value) if span.touches(offset) else None
