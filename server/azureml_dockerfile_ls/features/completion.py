"""Completion: images, tags, stages, instructions, flags, variables, users and whole blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from azureml_dockerfile_ls.azureml import variables
from azureml_dockerfile_ls.azureml.families import DOCKER_USER, Family, family_of
from azureml_dockerfile_ls.azureml.snippets import Snippet, snippets_in, whole_example
from azureml_dockerfile_ls.azureml.stages import azureml_repository
from azureml_dockerfile_ls.features import image_facts
from azureml_dockerfile_ls.features.cursor import Cursor, cursor_at, index_before
from azureml_dockerfile_ls.images.catalogue import Image, find, images
from azureml_dockerfile_ls.images.tags import LATEST, newest
from azureml_dockerfile_ls.model.shell import commands_of
from azureml_dockerfile_ls.model.stages import PLATFORM_ARGUMENTS, Stage
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, Arguments
from azureml_dockerfile_ls.syntax.reference import split_reference
from azureml_dockerfile_ls.text import Span

_VARIABLE = re.compile(r"\$\{?(\w*)$")
_NAME = re.compile(r"\w*")

_OPTIONS_WITH_VALUE = (
    "-b -c -d -e -f -g -G -h -k -K -p -s -u --base-dir --comment --conf --expiredate --gecos --gid --groups --home "
    "--home-dir --inactive --ingroup --key --password --shell --skel --uid"
).split()
"""Options of `useradd`, and of both kinds of `adduser`, whose value is the next word."""

LONGEST_LABEL = 40
"""VS Code cuts a label that is longer, so two labels may look the same."""


class Kind(Enum):
    """What an item stands for."""

    IMAGE = "image"
    TAG = "tag"
    STAGE = "stage"
    INSTRUCTION = "instruction"
    FLAG = "flag"
    VALUE = "value"
    VARIABLE = "variable"
    USER = "user"
    SNIPPET = "snippet"


@dataclass(frozen=True, slots=True)
class Item:
    """One offer. `span` is what it replaces; all items of one answer replace from the same place on.

    `filter_text` is what the editor compares with the text from there to the cursor. `key` finds the documentation.
    `snippet` is the text with places to fill in, for an editor that takes them.
    """

    label: str
    kind: Kind
    span: Span
    text: str
    filter_text: str
    detail: str = ""
    key: str = ""
    snippet: str | None = None
    is_deprecated: bool = False


def complete(snapshot: Snapshot, offset: int) -> list[Item]:
    """What can be typed at `offset`, the likeliest first."""
    cursor = cursor_at(snapshot, offset)
    if cursor is None:
        return []
    items = list(_items(snapshot, cursor))
    if not cursor.hidden:
        return items
    begun = cursor.typed[: cursor.hidden]
    return [
        replace(item, text=item.text[cursor.hidden :], filter_text=item.filter_text[cursor.hidden :])
        for item in items
        if item.text.startswith(begun)
    ]


def _items(snapshot: Snapshot, cursor: Cursor) -> Iterable[Item]:
    spec = cursor.spec
    if not cursor.keyword:
        return _keywords(snapshot, cursor)
    if spec is None:
        return ()
    variable = _VARIABLE.search(cursor.typed)
    if variable and spec.arguments is not Arguments.INSTRUCTION:
        return _variable_names(snapshot, cursor, variable)
    if cursor.typed.startswith("--") and not cursor.arguments_before:
        return _flags(snapshot, cursor)
    if spec.name == "FROM":
        return _base_images(snapshot, cursor)
    if spec.name == "ENV":
        return _environment_names(snapshot, cursor)
    if spec.name == "USER":
        return _users(snapshot, cursor)
    if spec.name == "HEALTHCHECK" and not cursor.arguments_before:
        return [_plain(cursor, value, Kind.VALUE) for value in _fitting(snapshot, cursor, ("CMD", "NONE"))]
    return ()


def documentation(key: str) -> str:
    """The documentation of an item, in Markdown, by its `key`; empty when there is none."""
    kind, _, rest = key.partition(" ")
    if kind == "image":
        image = find(rest)
        return image_facts.page(image) if image else ""
    if kind == "tag":
        repository, _, tag = rest.partition(" ")
        image = find(repository)
        return image_facts.of_tag(image, tag) if image else ""
    if kind == "variable":
        variable = variables.find(rest)
        return variable.description if variable else ""
    if kind == "instruction":
        spec = INSTRUCTIONS.get(rest)
        return "\n".join(["```dockerfile", *spec.forms, "```", spec.documentation]) if spec else ""
    return ""


def _plain(cursor: Cursor, text: str, kind: Kind, detail: str = "", key: str = "") -> Item:
    return Item(text, kind, cursor.word, text, text, detail, key)


def _fitting(snapshot: Snapshot, cursor: Cursor, words: Iterable[str]) -> list[str]:
    """Words in the letter case of what is typed, else of the instruction there, else of the file."""
    instructions = snapshot.tree.instructions
    model = cursor.typed or (instructions[cursor.index or 0].keyword.value if instructions else "")
    return [word.lower() if model.islower() else word for word in words]


def _name_before_equals(snapshot: Snapshot, cursor: Cursor) -> Span | None:
    """The name at the cursor where `=` follows it; None where it does not."""
    following = snapshot.text[cursor.offset : cursor.word.end]
    return cursor.part(0, following.index("=")) if "=" in following else None


# Instructions and blocks


def _keywords(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    before = index_before(snapshot, cursor.offset)
    placed = snapshot.model.stage_at(before) if before >= 0 else None
    names = [spec.name for spec in INSTRUCTIONS.values() if spec.trigger or not cursor.is_trigger]
    if placed is None and not cursor.is_trigger:
        names = ["FROM", "ARG"]
    for name, text in zip(names, _fitting(snapshot, cursor, names), strict=True):
        yield _plain(cursor, text, Kind.INSTRUCTION, INSTRUCTIONS[name].forms[0], f"instruction {name}")
    line_end = snapshot.text.find("\n", cursor.word.end)
    rest = snapshot.text[cursor.word.end : None if line_end < 0 else line_end]
    if not cursor.is_trigger and not rest.strip():
        for snippet in blocks_after(snapshot, before):
            yield Item(
                snippet.name,
                Kind.SNIPPET,
                cursor.word,
                snippet.text,
                snippet.name,
                snippet.documentation,
                snippet=snippet.body,
            )


def blocks_after(snapshot: Snapshot, index: int) -> tuple[Snippet, ...]:
    """The blocks that fit after instruction `index`; -1 is the top of the file."""
    placed = snapshot.model.stage_at(index) if index >= 0 else None
    if placed is None:
        return () if snapshot.model.stages else (whole_example(snapshot.tree.escape),)
    return snippets_in(placed.stage, index - placed.first + 1)


# Images and stages


def _base_images(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    arguments = cursor.arguments_before
    if len(arguments) == 1:
        yield from (_plain(cursor, text, Kind.VALUE) for text in _fitting(snapshot, cursor, ("AS",)))
    elif not arguments:
        yield from _sources(snapshot, cursor, 0)


def _sources(snapshot: Snapshot, cursor: Cursor, start: int) -> Iterator[Item]:
    """Tags after the colon, else earlier stages and images, for the reference from `start` in what is typed."""
    typed = cursor.typed[start:]
    if ":" in typed or "@" in typed:
        yield from _tags(snapshot, cursor, typed, start)
        return
    # A tag or digest after the cursor stays.
    following = snapshot.text[cursor.offset : cursor.word.end]
    span = cursor.part(start, len(re.split("[:@]", following, maxsplit=1)[0]))
    if not cursor.is_trigger:  # what ONBUILD keeps is for another file, with other stages
        yield from _stages(snapshot, cursor, span)
    for image in images():
        filter_text = _filter_text(image, typed)
        if image.doubtful or filter_text is None:
            continue
        # Who types `python` or `x` may well mean another image or a stage: then only what is likely is offered.
        is_likely = image.status == "current" and image.kind != "other"
        if filter_text != image.repository and not is_likely and "/" not in typed:
            continue
        yield Item(
            _label(image),
            Kind.IMAGE,
            span,
            image.repository,
            filter_text,
            image_facts.one_line(image),
            f"image {image.repository}",
            is_deprecated=image.outdated,
        )


@cache
def _last_parts() -> Mapping[str, int]:
    return Counter(image.name.rpartition("/")[2] for image in images())


def _label(image: Image) -> str:
    last = image.name.rpartition("/")[2]
    return last if len(image.name) > LONGEST_LABEL and _last_parts()[last] == 1 else image.name


def _filter_text(image: Image, typed: str) -> str | None:
    """The part of the full name from where the user began to type it: all of it, or without registry or folders.

    None where the user types something else: an editor that looks for the letters of `alpine` one after the other finds
    them in the name of almost any image, and its Enter would put that image in place of the word. After the registry or
    a folder of ours any letters will do.
    """
    folder, slash, _ = typed.lower().partition("/")
    name, beginning = image.repository, f"{folder}{slash}"
    while not name.startswith(beginning):
        _, slash, name = name.partition("/")
        if not slash:
            return None
    return name


def _tags(snapshot: Snapshot, cursor: Cursor, typed: str, start: int) -> Iterator[Item]:
    reference = split_reference(typed)
    if reference.tag is None or reference.tag_span is None or reference.digest is not None:
        return
    image = find(reference.name)
    if image is None:
        return
    following = snapshot.text[cursor.offset : cursor.word.end].partition("@")[0]
    span = cursor.part(start + reference.tag_span.start, len(following))
    newest_tag = newest(image.tags)
    for tag in image.tags:
        detail = "moves to every new release" if tag == LATEST else "newest known" if tag == newest_tag else ""
        yield Item(tag, Kind.TAG, span, tag, tag, detail, f"tag {image.repository} {tag}")


def _stages(snapshot: Snapshot, cursor: Cursor, span: Span) -> Iterator[Item]:
    own = snapshot.model.stage_at(cursor.index) if cursor.index is not None else None
    limit = own.first if own else len(snapshot.tree.instructions)
    for number, placed in enumerate(snapshot.model.stages):
        written = placed.stage.instructions[0].stage_name
        if written and placed.first < limit:
            image = placed.stage.image.text if placed.stage.image else "an image that is not known here"
            yield Item(written.value, Kind.STAGE, span, written.value, written.value, f"stage {number}, on {image}")


# Flags


def _flags(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    spec = cursor.spec
    if spec is None:
        return
    name, equals, _ = cursor.typed[2:].partition("=")
    if not equals:
        given = {word[2:].partition("=")[0] for word in cursor.before}
        span = _name_before_equals(snapshot, cursor)
        for flag in spec.flags:
            if flag.repeatable or flag.name not in given:
                text = f"--{flag.name}" if flag.boolean or span else f"--{flag.name}="
                yield Item(text, Kind.FLAG, span or cursor.word, text, text, flag.documentation)
        return
    start = len(name) + 3
    if spec.name == "COPY" and name == "from":
        yield from _sources(snapshot, cursor, start)
        return
    known = spec.flag(name)
    for text in ("true", "false") if known and known.boolean else known.values if known else ():
        yield Item(text, Kind.VALUE, cursor.part(start), text, text)


# Variables and users


def _variable_names(snapshot: Snapshot, cursor: Cursor, match: re.Match[str]) -> Iterator[Item]:
    placed = snapshot.model.stage_at(cursor.index or 0)
    if placed is None or cursor.keyword == "FROM":
        found = {definition.name: definition for definition in snapshot.model.global_definitions}
    else:
        found = placed.stage.definitions_at((cursor.index or 0) - placed.first)
    following = _NAME.match(snapshot.text, cursor.offset)
    span = cursor.part(match.start(1), len(following.group()) if following else 0)
    for name, definition in found.items():
        value = definition.value if isinstance(definition.value, str) else "not known here"
        yield Item(name, Kind.VARIABLE, span, name, name, value, f"variable {name}")
    if cursor.keyword == "FROM":
        for name in sorted(PLATFORM_ARGUMENTS - found.keys()):
            yield Item(name, Kind.VARIABLE, span, name, name, "set by the builder")


def _environment_names(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    index = cursor.index or 0
    instruction = snapshot.tree.instructions[index]
    at = cursor.offset - snapshot.tree.offset_of(index)
    span = _name_before_equals(snapshot, cursor)
    equals = "" if span else "="
    for pair in (instruction.trigger or instruction).pairs:
        # In the old form, `ENV name value`, all that follows the name is the value.
        if (pair.value_span and pair.value_span.touches(at)) or (pair.separator == " " and at > pair.name_span.end):
            return
        if pair.separator == " " and pair.value and "=" not in pair.value:
            equals = ""
    for variable in variables.all_variables():
        if variable.has_effect:
            detail = f"default {variable.default}" if variable.default else variable.type
            text, key = f"{variable.name}{equals}", f"variable {variable.name}"
            yield Item(variable.name, Kind.VARIABLE, span or cursor.word, text, text, detail, key)


def _users(snapshot: Snapshot, cursor: Cursor) -> Iterator[Item]:
    placed = snapshot.model.stage_at(cursor.index or 0)
    if placed is None or cursor.arguments_before or ":" in cursor.typed:
        return
    repository = azureml_repository(placed.stage)
    family = family_of(repository) if repository else Family.OTHER
    users = {"root": "may change everything"}
    if family is Family.INFERENCE:
        users = {DOCKER_USER: "the user of the inference images", **users}
    for user in _created_users(placed.stage, (cursor.index or 0) - placed.first):
        users.setdefault(user, "created in this file")
    for user, detail in users.items():
        yield _plain(cursor, user, Kind.USER, detail)


def _created_users(stage: Stage, index: int) -> Iterator[str]:
    for part in stage.chain():
        for at, instruction in part.having("RUN"):
            if part is stage and at >= index:
                break
            for command in commands_of(instruction):
                if command.program in ("useradd", "adduser"):
                    # `adduser NAME GROUP` names a group after the user.
                    yield from (user.value for user in command.operands(*_OPTIONS_WITH_VALUE)[:1] if user.is_literal)
