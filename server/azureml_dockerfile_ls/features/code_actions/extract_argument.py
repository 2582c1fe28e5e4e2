"""A value as the default of a new ARG."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azureml_dockerfile_ls.features.action_kinds import ActionKind
from azureml_dockerfile_ls.features.code_actions.action import Action
from azureml_dockerfile_ls.features.code_actions.refactoring import PLAIN_VALUE, Target, refactoring, target_of
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.shell.reader import commands_of
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import LocalSpan, Span, TextEdit

_WORD = lazy_pattern(r"\w+")
_LOOK_BEHIND = 100
_SAFE = lazy_pattern(r"[A-Za-z0-9._/:@+=,-]+")
_EXPANDING = ("ENV", "LABEL", "WORKDIR", "USER", "EXPOSE", "COPY", "ADD")


def extract_argument(snapshot: Snapshot, span: Span) -> Iterator[Action]:
    """An ARG above the instruction for the selected value, or for the tag of FROM at the cursor."""
    target = target_of(snapshot, span, "FROM", "RUN", *_EXPANDING)
    if target is None:
        return
    place = _selected(target, span) if span.end > span.start else _tag_at(target, span)
    if place is None:
        return
    text = place.of(target.instruction.text)
    if not PLAIN_VALUE.fullmatch(text):
        return
    name = _free_name(snapshot, _suggested(target, place))
    definition = f"{_keyword(target)} {name}={text}{snapshot.tree.newline}"
    line = _line_of(target)
    yield from refactoring(
        snapshot,
        ActionKind.EXTRACT,
        f"Extract to ARG {name}",
        TextEdit(Span(line, line), definition),
        target.edit(place, f"${{{name}}}"),
    )


def _selected(target: Target, span: Span) -> LocalSpan | None:
    """The selection, if BuildKit or the shell expands variables there and it is not in the keyword or a flag."""
    instruction, place = target.instruction, span.inside(target.offset)
    if instruction.is_json:
        return None
    if instruction.name == "FROM":
        image = instruction.image
        if target.placed.stage.base is not None or (image and image.text == "scratch"):
            return None
        return place if image and image.span.start <= place.start and place.end <= image.span.end else None
    if instruction.name == "RUN":
        words = [word for command in commands_of(instruction) for word in command.arguments if not word.quotes]
        is_script = not any(heredoc for heredoc in instruction.heredocs) and target.is_posix
        written = [word.span for word in words if _SAFE.fullmatch(word.span.of(instruction.text))]
        scripts = {command.script.span for command in commands_of(instruction)}
        return place if is_script and len(scripts) == 1 and _is_in(place, written) else None
    spans = [word.span for word in instruction.words]
    spans += [pair.value_span for pair in instruction.pairs if pair.value_span is not None]
    values = [each for each in spans if not set("'\"\\`\n") & set(each.of(instruction.text))]
    return place if _is_in(place, values) else None


def _is_in(place: LocalSpan, spans: list[LocalSpan]) -> bool:
    return any(span.start <= place.start and place.end <= span.end for span in spans)


def _tag_at(target: Target, span: Span) -> LocalSpan | None:
    image = target.instruction.image if target.instruction.name == "FROM" else None
    if image is None or image.tag_span is None or not image.tag or image.digest is not None:
        return None
    return image.tag_span if target.touches(image.tag_span, span) else None


def _suggested(target: Target, place: LocalSpan) -> str:
    instruction = target.instruction
    image = instruction.image
    if instruction.name == "FROM" and image is not None:
        last = image.repository.rsplit("/", 1)[-1]
        kind = {image.tag_span: "TAG", image.span: "IMAGE", image.digest_span: "DIGEST"}.get(place, "PART")
        return f"{_as_name(last)}_{kind}"
    pair = next((pair for pair in instruction.pairs if pair.span.start <= place.start < pair.span.end), None)
    if pair is not None:
        return f"{_as_name(pair.name)}_VALUE"
    text = instruction.text[max(place.start - _LOOK_BEHIND, 0) : place.start]
    before = re.search(r"([A-Za-z][\w.-]*)(?:==?|/v?|-)$", text)
    is_version = re.fullmatch(r"v?\d+(?:\.\d+)*", place.of(instruction.text))
    return f"{_as_name(before[1])}_VERSION" if before and is_version else f"{instruction.name}_VALUE"


def _as_name(text: str) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper()
    return name if name and not name[0].isdigit() else f"X{name}"


def _free_name(snapshot: Snapshot, name: str) -> str:
    """The name, with a number if the text has it already."""
    number, free = 1, name
    taken = set(_WORD.findall(snapshot.text))
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _keyword(target: Target) -> str:
    return "arg" if target.instruction.keyword.value.islower() else "ARG"


def _line_of(target: Target) -> int:
    """Where the ARG goes: above the instruction and its comments, for FROM above the first of the file."""
    tree = target.snapshot.tree
    index = target.index
    if target.instruction.name == "FROM":
        index = target.snapshot.model.stages[0].first
    above = tree.comments_above(index)
    start = above[0].start if above else tree.offset_of(index)
    line = tree.text.rfind("\n", 0, start) + 1
    return max(line, int(tree.text.startswith("\ufeff")))
