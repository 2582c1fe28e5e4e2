"""Completion of parser directives, and of the rules in `# check=skip=` comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.rules.registry import RULES
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import CHECK_OPTIONS, DIRECTIVES, ValueKind
from azureml_dockerfile_ls.syntax.nodes import SegmentKind
from azureml_dockerfile_ls.text import Span

_NAME = lazy_pattern(r"[ \t]*#(?P<gap>[ \t]*)(?P<name>[A-Za-z]*)")
_VALUE = lazy_pattern(r"[ \t]*#[ \t]*(?P<name>[A-Za-z]+)[ \t]*=[ \t]*(?P<value>\S*)")
_REST_OF_NAME = lazy_pattern(r"[A-Za-z]*")
_REST_OF_VALUE = lazy_pattern(r"[^\s]*")
_REST_OF_OPTION = lazy_pattern(r"[^\s,;=]*")


def directive_items(snapshot: Snapshot, offset: int, number: int) -> Iterator[Item]:
    """The directives and their values at `offset`, in the comment or directive that is segment `number`."""
    text, start = snapshot.text, snapshot.tree.starts[number]
    before = text[start:offset].removeprefix("\ufeff")
    is_at_top = all(segment.kind is SegmentKind.DIRECTIVE for segment in snapshot.tree.segments[:number]) or (
        number == 1 and text.startswith("\ufeff")
    )
    if match := _NAME.fullmatch(before):
        if is_at_top:
            yield from _names(snapshot, offset, match)
    elif match := _VALUE.fullmatch(before):
        name, value = match["name"].lower(), match["value"]
        if name == "check":
            yield from _check_options(snapshot, offset, value)
        elif is_at_top and name in DIRECTIVES:
            spec = DIRECTIVES[name]
            end = _end(_REST_OF_VALUE, text, offset)
            for choice in spec.values or spec.likely:
                yield Item(choice, Kind.VALUE, Span(offset - len(value), end), choice, choice)


def _names(snapshot: Snapshot, offset: int, match: re.Match[str]) -> Iterator[Item]:
    """The directives that the file does not have, with the value that most files give them."""
    text, typed = snapshot.text, match["name"]
    end = _end(_REST_OF_NAME, text, offset)
    line_end = text.find("\n", end)
    rest = text[end : None if line_end < 0 else line_end].strip()
    # A comment that merely begins with a letter of a directive stays a comment.
    if rest and not rest.startswith("="):
        return
    given = {directive.name for directive in snapshot.tree.directives if not directive.name_span.touches(offset)}
    for spec in DIRECTIVES.values():
        if spec.name in given or not spec.name.startswith(typed.lower()) or (rest and typed.lower() == spec.name):
            continue
        value = "" if rest else f"={spec.likely[0] if spec.likely else 'skip=' if spec.options else ''}"
        gap = "" if match["gap"] or typed else " "
        span = Span(offset - len(typed), end)
        detail = spec.documentation.partition(":")[0].partition(",")[0].rstrip(".")
        # Enter after `#` must leave an empty line of a comment.
        yield Item(
            spec.name,
            Kind.INSTRUCTION,
            span,
            f"{gap}{spec.name}{value}",
            spec.name,
            detail,
            is_optional=not typed,
        )


def _check_options(snapshot: Snapshot, offset: int, typed: str) -> Iterator[Item]:
    """The options of `check=`, then the names of rules or the values of one."""
    option = typed.rpartition(";")[2]
    name, equals, value = option.partition("=")
    text = snapshot.text
    if not equals:
        given = {part.partition("=")[0] for part in typed.split(";")[:-1]}
        end = _end(_REST_OF_OPTION, text, offset)
        for known in CHECK_OPTIONS.values():
            if known.name not in given:
                equals = "" if text.startswith("=", end) else "=true" if known.kind is ValueKind.BOOLEAN else "="
                inserted = f"{known.name}{equals}"
                span = Span(offset - len(name), end)
                yield Item(inserted, Kind.FLAG, span, inserted, inserted, known.documentation)
        return
    spec = CHECK_OPTIONS.get(name)
    if spec is None:
        return
    begun = value.rpartition(",")[2]
    span = Span(offset - len(begun), _end(_REST_OF_OPTION, text, offset))
    if spec.kind is ValueKind.BOOLEAN:
        for choice in ("true", "false"):
            yield Item(choice, Kind.VALUE, span, choice, choice)
    else:
        given = {part.lower() for part in value.split(",")[:-1]}
        if not given:
            yield Item("all", Kind.VALUE, span, "all", "all", "every check")
        for rule in RULES:
            if rule.is_lint and rule.name.lower() not in given:
                part = Part.DOCKERFILE if rule.source == "dockerfile" else Part.AZUREML
                yield Item(rule.name, Kind.VALUE, span, rule.name, rule.name, part=part)


def _end(pattern: re.Pattern[str], text: str, offset: int) -> int:
    match = pattern.match(text, offset)
    return match.end() if match else offset
