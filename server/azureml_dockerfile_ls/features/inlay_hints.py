"""Inlay hints: the tag that a moving tag means, and the user where a reader could err."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from azureml_dockerfile_ls.azureml.serving import user_at
from azureml_dockerfile_ls.features.stages import is_shown, part_of, part_of_image, stages_in
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import LATEST, is_template, resolve_template
from azureml_dockerfile_ls.model.stages import Stage
from azureml_dockerfile_ls.model.users import is_root
from azureml_dockerfile_ls.render.image_facts import source_of_tags
from azureml_dockerfile_ls.render.markdown import code
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import ImageReference
from azureml_dockerfile_ls.text import Span

_MOST_TEMPLATES = 10
"""A hostile template takes some hundredths of a second, and a real file has one or two."""

_MAX_WIDTH = 100
"""The number of columns of a window in which the longest lines of a Dockerfile for Azure ML, and a hint, have room."""

_GAP = 2
"""The columns around a label."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A few words that an editor shows behind the text before `offset`; `tooltip`, in Markdown, explains them."""

    offset: int
    label: str
    tooltip: str


def inlay_hints(snapshot: Snapshot, span: Span) -> list[Hint]:
    """The hints in `span`, in the order of the text: those about tags, and those about users. Each has its setting.

    At one place there is one hint: an editor need not keep several apart. A label that would push its line out of the
    window is left out, and what it says is in the tooltip of the other one at its place.
    """
    found = [
        *(_tags(snapshot, span) if snapshot.settings.inlay_hint_tags else ()),
        *(_users(snapshot, span) if snapshot.settings.inlay_hint_users else ()),
    ]
    result = list[Hint]()
    end, width = -1, 0
    for offset, hints in groupby(sorted(found, key=lambda hint: hint.offset), lambda hint: hint.offset):
        if offset > end:
            end, width = _line_of(snapshot.text, offset)
        here, labels = list(hints), list[str]()
        for hint in here:
            if width + len(hint.label) + _GAP <= _MAX_WIDTH:
                labels.append(hint.label)
                width += len(hint.label) + _GAP
        if labels:
            result.append(Hint(offset, ", ".join(labels), "\n\n".join(hint.tooltip for hint in here)))
    return result


def _line_of(text: str, offset: int) -> tuple[int, int]:
    """The end of the line at `offset`, and its length."""
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    return end, end - (text.rfind("\n", 0, offset) + 1)


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
    concrete = image.newest_tag if name == LATEST else resolve_template(name, image.tags)
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
    """The user where a reader could err: RUN instructions of a stage that does not begin as root, and USER $NAME."""
    for placed in stages_in(snapshot, span):
        stage = placed.stage
        if not is_shown(snapshot, part_of(stage)):
            continue
        for at, instruction in stage.instructions_named("FROM", "USER"):
            user = user_at(stage, at + 1)
            end = instruction.arguments_span.end + snapshot.tree.offset_of(placed.first + at)
            if user is None or not span.touches(end):
                continue
            if at == 0:
                if not is_root(user) and _runs_before_user(stage):
                    yield Hint(end, f"user: {user}", f"The stage begins as {code(user)}, not as root.")
            elif "$" in instruction.words[0].value:
                yield Hint(end, f"user: {user}", f"From here on the user is {code(user)}.")


def _runs_before_user(stage: Stage) -> bool:
    """Whether the first RUN of a stage comes before its first USER."""
    runs, users = stage.indexes("RUN"), stage.indexes("USER")
    return bool(runs) and (not users or runs[0] < users[0])
