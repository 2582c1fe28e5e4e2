"""The place of a name in `NAME=value …`: that of ENV, LABEL and ARG."""

from __future__ import annotations

from azureml_dockerfile_ls.features.completion.items import name_before_equals
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


class NamePlace(NamedTuple):
    """The name at the cursor: its span, what follows a new one, and the names that the instruction has besides."""

    span: Span
    equals: str
    given: frozenset[str]
    is_optional: bool


def name_at(snapshot: Snapshot, cursor: InInstruction) -> NamePlace | None:
    """The place of the name that is typed; None inside a value."""
    instruction = snapshot.tree.instructions[cursor.index]
    at = cursor.offset - snapshot.tree.offset_of(cursor.index)
    if open_quote(instruction.text[:at], instruction.escape):
        return None
    span = name_before_equals(snapshot, cursor)
    equals = "" if span else "="
    pairs = (instruction.trigger or instruction).pairs
    given = set()
    for pair in pairs:
        # In the old form, `ENV name value`, all that follows the name is the value.
        if (pair.value_span and pair.value_span.touches(at)) or (pair.separator == " " and at > pair.name_span.end):
            return None
        if pair.separator == " " and pair.value and "=" not in pair.value:
            equals = ""
        if not pair.name_span.touches(at):
            given.add(pair.name)
    is_optional = not cursor.typed and any(pair.span.end < at for pair in pairs)
    return NamePlace(span or cursor.word, equals, frozenset(given), is_optional)


def open_quote(text: str, escape: str) -> str:
    """The quote that is open at the end of a text; empty if none is."""
    quote, is_escaped = "", False
    for character in text:
        if is_escaped:
            is_escaped = False
        elif character == escape and quote != "'":
            is_escaped = True
        elif character == quote:
            quote = ""
        elif character in "'\"" and not quote:
            quote = character
    return quote
