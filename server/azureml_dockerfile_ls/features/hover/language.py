"""Hover on the words of the language: directives, keywords, flags, mounts and their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azureml_dockerfile_ls.features.directives import directive_at
from azureml_dockerfile_ls.features.hover.commands import command_facts
from azureml_dockerfile_ls.features.hover.result import Hover, LocalHover
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.features.stages import is_shown
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.render.file_facts import of_context
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import (
    CHECK_OPTIONS,
    MOUNT_KEYS,
    MOUNTS,
    FlagSpec,
    MountSpec,
    ValueKind,
)
from azureml_dockerfile_ls.syntax.nodes import Flag, Instruction
from azureml_dockerfile_ls.text import LocalSpan, Span

_OPTION = lazy_pattern(r"(?<![^;=\s])[^;=\s]+(?==)")


def language_hovers(snapshot: Snapshot, index: int, at: int) -> Iterator[LocalHover]:
    """The documentation of the keyword or flag at `at`; for RUN also how its command runs."""
    instruction = snapshot.tree.instructions[index]
    facts = _facts(snapshot, index) if instruction.keyword.span.touches(at) else ""
    yield from _language(instruction, at, facts)
    if instruction.trigger is not None:
        yield from _language(instruction.trigger, at, "")


def _facts(snapshot: Snapshot, index: int) -> str:
    """How the command of RUN runs; for FROM, COPY and ADD the folder of the build context."""
    if snapshot.context is not None and snapshot.tree.instructions[index].name in ("FROM", "COPY", "ADD"):
        return of_context(snapshot.context)
    return command_facts(snapshot, index)


def directive_hover(snapshot: Snapshot, offset: int) -> Hover | None:
    """The documentation of the parser directive at `offset`, of its value, or of an option in it."""
    directive = directive_at(snapshot, offset)
    if directive is None or not is_shown(snapshot, Part.DOCKERFILE):
        return None
    spec, place = directive.spec, directive.value_span
    more = _more(spec.since, spec.url)
    if directive.value and place.touches(offset):
        if directive.value in spec.meanings:
            return Hover(place, f"{code(directive.value)}: {spec.meanings[directive.value]}\n\n{more}")
        for match in _OPTION.finditer(directive.value) if spec.options else ():
            option = CHECK_OPTIONS.get(match.group())
            span = Span(place.start + match.start(), place.start + match.end())
            if option is not None and span.touches(offset):
                return Hover(span, f"`{option.name}`: {option.documentation}\n\n{more}")
    return Hover(
        directive.span, f"`# {spec.name}`: {spec.documentation}{_values(spec.values, spec.meanings)}\n\n{more}"
    )


def _language(part: Instruction, at: int, facts: str) -> Iterator[LocalHover]:
    spec = part.spec
    if spec is None:
        return
    if part.keyword.span.touches(at):
        forms = "\n".join(["```dockerfile", *spec.forms, "```", spec.documentation])
        yield LocalHover(part.keyword.span, "\n\n".join(filter(None, (forms, facts, _more("", spec.url)))))
    for flag in part.flags:
        known = spec.flag(flag.name)
        if known and flag.span.touches(at):
            yield from _value(part, flag, known, at)
            values = _values(known.values, known.meanings)
            text = f"`--{flag.name}`: {known.documentation}{values}\n\n{_more(known.since, known.url)}"
            yield LocalHover(flag.span, text)
    for number, word in enumerate(part.words[:2] if spec.keywords else ()):
        keyword = next((each for each in spec.keywords if each.name == word.value.upper()), None)
        # The name of an image can be `as`, too.
        if keyword and word.span.touches(at) and (part.name != "FROM" or number == 1):
            yield LocalHover(word.span, f"`{keyword.name}`: {keyword.documentation}\n\n{_more('', spec.url)}")


def _value(part: Instruction, flag: Flag, known: FlagSpec, at: int) -> Iterator[LocalHover]:
    """What the value of a flag at `at` means, or the key or value of a mount."""
    if flag.value is None or flag.value_span is None or not flag.value_span.touches(at):
        return
    if known.kind is ValueKind.MOUNT:
        yield from _mount(part, flag.value_span, flag.value, at)
    elif flag.value in known.meanings:
        meaning = known.meanings[flag.value]
        yield LocalHover(flag.value_span, f"{code(flag.value)}: {meaning}\n\n{_more(known.since, known.url)}")


def _mount(part: Instruction, span: LocalSpan, value: str, at: int) -> Iterator[LocalHover]:
    # Quotes and continuations leave no place for the parts.
    if span.of(part.text) != value:
        return
    fields = value.split(",")
    kinds = (field.partition("=")[2].lower() for field in fields if field.lower().startswith("type="))
    mount = MOUNTS.get(next(kinds, next(iter(MOUNTS))))
    end = span.start - 1
    for field in fields:
        start, end = end + 1, end + 1 + len(field)
        name, equals, text = field.partition("=")
        key = MOUNT_KEYS.get(name.lower())
        if key is None or not LocalSpan(start, end).touches(at):
            continue
        name_span = LocalSpan(start, start + len(name))
        url = mount.url if mount is not None else part.spec.url if part.spec else ""
        if equals and at > name_span.end:
            if text.lower() in key.meanings:
                more = _keys(mount) if key.name == "type" and mount is not None else ""
                meaning = f"{code(text)}: {key.meanings[text.lower()]}{more}\n\n{_more(key.since, url)}"
                yield LocalHover(LocalSpan(name_span.end + 1, end), meaning)
            return
        aliases = f" Also written {', '.join(f'`{alias}`' for alias in key.aliases)}." if key.aliases else ""
        text = f"`{key.name}`: {key.documentation}{aliases}{_values(key.values, key.meanings)}"
        yield LocalHover(name_span, f"{text}\n\n{_more(key.since, url)}")


def _keys(mount: MountSpec) -> str:
    return f"\n\nKeys: {', '.join(f'`{key}`' for key in mount.keys)}."


def _values(values: tuple[str, ...], meanings: Mapping[str, str]) -> str:
    rows = (f"\n- {code(value)}{f': {meanings[value]}' if value in meanings else ''}" for value in values)
    return f"\n{''.join(rows)}" if values else ""


def _more(since: str, url: str) -> str:
    """Since when the Dockerfile syntax has it, and the link to its documentation."""
    version = f"Since version {since.removesuffix('-labs')} of the Dockerfile syntax"
    channel = ", in the `labs` channel only" if since.endswith("-labs") else ""
    return f"{f'{version}{channel}. ' if since else ''}[Docker's documentation]({url})"
