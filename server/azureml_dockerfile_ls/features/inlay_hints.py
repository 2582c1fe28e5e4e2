"""Inlay hints: the tag that a moving tag means, and the user in force where it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from azureml_dockerfile_ls.azureml.serving import user_at
from azureml_dockerfile_ls.features.stages import is_shown, part_of, part_of_image, stages_in
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import LATEST, is_template, newest, resolve_template
from azureml_dockerfile_ls.render.image_facts import source_of_tags
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.text import Span

_MOST_TEMPLATES = 10
"""A hostile template takes some hundredths of a second, and a real file has one or two."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A few words that an editor shows behind the text before `offset`; `tooltip`, in Markdown, explains them."""

    offset: int
    label: str
    tooltip: str


def inlay_hints(snapshot: Snapshot, span: Span) -> list[Hint]:
    """The hints in `span`, in the order of the text: those about tags, and those about users. Each has its setting.

    At one place there is one hint: an editor need not keep several apart.
    """
    found = [
        *(_tags(snapshot, span) if snapshot.settings.inlay_hint_tags else ()),
        *(_users(snapshot, span) if snapshot.settings.inlay_hint_users else ()),
    ]
    by_place = groupby(sorted(found, key=lambda hint: hint.offset), lambda hint: hint.offset)
    return [_together(offset, list(hints)) for offset, hints in by_place]


def _together(offset: int, hints: Sequence[Hint]) -> Hint:
    return Hint(offset, ", ".join(hint.label for hint in hints), "\n\n".join(hint.tooltip for hint in hints))


def _tags(snapshot: Snapshot, span: Span) -> Iterator[Hint]:
    templates = 0
    for placed in stages_in(snapshot, span):
        for at, instruction in placed.stage.instructions_named("FROM", "COPY"):
            written, resolved = instruction.image, instruction.image
            if at == 0:
                resolved = None if placed.stage.base else placed.stage.image
            if written is None or resolved is None or not is_shown(snapshot, part_of_image(resolved)):
                continue
            place = (written.tag_span or written.span).end + snapshot.tree.offset_of(placed.first + at)
            if not span.touches(place):
                continue
            templates += is_template(written.tag or "")
            if templates <= _MOST_TEMPLATES:
                yield from _tag(written, resolved, place, snapshot.images)


def _tag(written: ImageReference, resolved: ImageReference, place: int, images: ImageIndex) -> Iterator[Hint]:
    """The tag that a moving tag means in this catalogue; no hint for any other tag, and beside a digest."""
    image = images.find(resolved.name)
    if image is None or resolved.digest is not None:
        return
    # A template is replaced before a builder reads the file, so nothing in it is expanded.
    tag = written.tag if is_template(written.tag or "") else resolved.tag
    name = LATEST if tag is None else tag
    concrete = newest(image.tags) if name == LATEST else resolve_template(name, image.tags)
    if concrete is None:
        return
    what = "No tag means `latest`, which" if tag is None else code(name)
    listing = images.tags.get(resolved.name)
    if listing is not None and listing.is_complete:
        tooltip = f"{what} stands for `{concrete}`, the newest such tag of `{image.name}` that the registry lists."
        yield Hint(place, f"= {concrete}", tooltip)
    else:
        tooltip = (
            f"{what} stands for `{concrete}` or for a newer tag of `{image.name}`. The first is the newest such "
            f"tag{source_of_tags(image)}."
        )
        yield Hint(place, f"newest known: {concrete}", tooltip)


def _users(snapshot: Snapshot, span: Span) -> Iterator[Hint]:
    """The user behind FROM, where it is known, and behind every USER that changes it or hides it in a variable."""
    for placed in stages_in(snapshot, span):
        if not is_shown(snapshot, part_of(placed.stage)):
            continue
        before: str | None = None
        for at, instruction in placed.stage.instructions_named("FROM", "USER"):
            user = user_at(placed.stage, at + 1)
            end = instruction.arguments_span.end + snapshot.tree.offset_of(placed.first + at)
            if user is not None and user != before and span.touches(end):
                if at == 0:
                    yield Hint(end, f"as {user}", f"The stage begins as {code(user)}.")
                elif before is not None:
                    yield Hint(end, f"{before} → {user}", f"From here on it is {code(user)}, no longer {code(before)}.")
                elif instruction.words[0].value.partition(":")[0] != user:
                    yield Hint(end, f"as {user}", f"From here on it is {code(user)}.")
            before = user
