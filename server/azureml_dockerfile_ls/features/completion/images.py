"""Completion of images, of their tags and of earlier stages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from azureml_dockerfile_ls.azureml.families import is_azureml
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind, match_case, plain
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE, Image
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.images.tags import LATEST
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.render import image_facts
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.reference import split_reference
from azureml_dockerfile_ls.text import Span

PROVIDER = "image"
TAG_PROVIDER = "tag"

_FILES_ONLY = "o16n-base/python-assets"
"""An image that exists to be copied from."""

_MOST_TAGS = 8
"""The number of tags to choose from when an image was picked."""

_SHORTEST_PART = 3
"""The length from which on a part inside a name finds an image."""

_OTHER_IMAGES = frozenset(
    "alpine amazonlinux busybox centos debian fedora golang node openjdk postgres python r-base redis ruby rust "
    "scratch spark ubuntu".split()
)
"""Official images of Docker Hub: after such a name, Enter must leave it as it is."""


def base_image_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The images and stages that FROM can name, then AS."""
    arguments = cursor.arguments_before
    if len(arguments) == 1:
        for text in match_case(snapshot, cursor, ("AS",)):
            yield plain(cursor, text, Kind.VALUE, is_optional=True)
    elif not arguments:
        yield from image_items(snapshot, cursor, 0)


def image_items(snapshot: Snapshot, cursor: InInstruction, start: int) -> Iterator[Item]:
    """Tags after the colon, else earlier stages and images, for the reference from `start` in what is typed."""
    typed = cursor.typed[start:]
    if ":" in typed or "@" in typed:
        yield from _tags(snapshot, cursor, typed, start)
        return
    # A tag or digest after the cursor stays, and so does the next key of a mount.
    following = snapshot.text[cursor.offset : cursor.word.end]
    length = len(re.split("[:@,]", following, maxsplit=1)[0])
    span = cursor.part(start, length)
    has_tag = following[length : length + 1] in (":", "@")
    if not cursor.is_trigger:  # the trigger of ONBUILD belongs to another file, with other stages
        yield from _stages(snapshot, cursor, span, start)
    for row, filter_text in found_images(snapshot.images, typed, is_base=cursor.keyword == "FROM"):
        yield Item(
            row.label,
            Kind.IMAGE,
            span,
            row.image.repository if has_tag else row.text,
            filter_text,
            row.detail,
            row.key,
            snippet=None if has_tag else row.snippet,
            is_deprecated=row.image.outdated,
            part=row.part,
            begins=start,
        )


def found_images(images: ImageIndex, typed: str, *, is_base: bool) -> Iterator[tuple[_Row, str]]:
    """The rows that fit what is typed, each with the text to compare."""
    rows = _rows(images)
    if not is_base:
        rows = tuple(sorted(rows, key=lambda row: row.image.name != _FILES_ONLY))
    offered = [(row, _filter_text(row.image, typed)) for row in rows]
    # Helix compares only the last word that is typed: it is not given the names that have its letters elsewhere. Where
    # no name has them all are offered, for then the registry is asked, which may know one by now.
    is_known = any(filter_text and _has_letters(filter_text, typed) for _, filter_text in offered)
    for row, filter_text in offered:
        if filter_text is None and row.is_likely:
            filter_text = _found_by_part(row, typed.lower())
        elif filter_text is not None and is_known and not _has_letters(filter_text, typed):
            continue
        if filter_text is None:
            continue
        # A bare word probably names another image or a stage, so offer only likely matches.
        if filter_text == row.image.repository or row.is_likely or "/" in typed:
            yield row, filter_text


class _Row(NamedTuple):
    """A row of the menu: what is the same for every text that is typed."""

    image: Image
    label: str
    text: str
    snippet: str
    detail: str
    words: tuple[str, ...]
    key: ItemKey
    part: Part

    @property
    def is_likely(self) -> bool:
        """Whether a word may mean this image although it is not the start of its name."""
        return self.image.status == "current" and self.image.kind != "other"


@lru_cache(maxsize=1)
def _rows(images: ImageIndex) -> tuple[_Row, ...]:
    """The rows of all images but the unconfirmed ones, in the order of a menu."""
    names = Counter(image.name.rpartition("/")[2] for image in images.all)
    return tuple(
        _Row(
            image,
            label := _label(image, names),
            *_with_tag(image),
            image_facts.short_line(image, label),
            image_facts.words_of(image),
            ItemKey(PROVIDER, image.repository),
            _part_of(image),
        )
        for image in images.all
        if not image.unconfirmed
    )


def _with_tag(image: Image) -> tuple[str, str]:
    """The image with the tag that most files take, as text and with the newest tags to choose from."""
    tags = image.tags
    default = LATEST if not tags or LATEST in tags else image.newest_tag or tags[0]
    choices = [default, *(tag for tag in tags[:_MOST_TAGS] if tag != default)]
    field = f"${{1|{','.join(choices)}|}}" if len(choices) > 1 else f"${{1:{default}}}"
    return f"{image.repository}:{default}", f"{image.repository}:{field}"


def _found_by_part(row: _Row, typed: str) -> str | None:
    """The text to compare where all parts of a bare word, between its hyphens, are in the name or the facts.

    None where one is not, and for what is surely the name of another image. VS Code puts a text that is just what is
    typed before those that begin with it.
    """
    if "/" in typed or len(typed) < _SHORTEST_PART or typed in _OTHER_IMAGES:
        return None
    name = row.image.name.lower()
    at = name.find(typed)
    if 0 <= at < len(name) - len(typed):
        return name[at:]
    parts = [part for part in typed.split("-") if part]
    if parts and all(part in name or any(word.startswith(part) for word in row.words) for part in parts):
        return f"{typed} {row.image.repository}"
    return None


def _label(image: Image, names: Mapping[str, int]) -> str:
    """The last part of the name, by which people know an image; the whole name where another image has that part."""
    last = image.name.rpartition("/")[2]
    return last if names[last] == 1 else image.name


def _filter_text(image: Image, typed: str) -> str | None:
    """The part of the full name from where the user began to type it: all of it, or without registry or folders.

    None where the user types something else: some editors find the letters of `alpine`, in this order, in the name of
    almost any image, and Enter would put that image in place of the word. After the registry, or a folder of ours, any
    letters will do.
    """
    folder, slash, _ = typed.lower().partition("/")
    name, beginning = image.repository, f"{folder}{slash}"
    while not name.startswith(beginning):
        _, slash, name = name.partition("/")
        if not slash:
            return None
    return name


def _has_letters(name: str, typed: str) -> bool:
    """Whether what is typed is in the name, letter after letter, as editors look for it."""
    if name.startswith(typed):
        return True
    letters = iter(name)
    return all(letter in letters for letter in typed.lower())


def _tags(snapshot: Snapshot, cursor: InInstruction, typed: str, start: int) -> Iterator[Item]:
    reference = split_reference(typed)
    if reference.tag is None or reference.tag_span is None or reference.digest is not None:
        return
    image = snapshot.images.find(reference.name)
    if image is None:
        return
    following = re.split("[@,]", snapshot.text[cursor.offset : cursor.word.end], maxsplit=1)[0]
    begins = start + reference.tag_span.start
    yield from tags_of(image, cursor.part(begins, len(following)), begins)


def tags_of(image: Image, span: Span, begins: int = 0) -> Iterator[Item]:
    """The tags of an image, which replace `span`."""
    newest_tag, as_of = image.newest_tag, f"newest as of {image.listed_on or BUILT_IN_DATE}"
    for tag in image.tags:
        detail = "moves to every new release" if tag == LATEST else as_of if tag == newest_tag else ""
        key = ItemKey(TAG_PROVIDER, f"{image.repository} {tag}")
        yield Item(tag, Kind.TAG, span, tag, tag, detail, key, part=_part_of(image), begins=begins)


def _stages(snapshot: Snapshot, cursor: InInstruction, span: Span, begins: int) -> Iterator[Item]:
    limit = cursor.index - cursor.at if cursor.stage is not None else len(snapshot.tree.instructions)
    # A later stage of the same name hides an earlier one.
    found: dict[str, Item] = {}
    for number, placed in enumerate(snapshot.model.stages):
        written = placed.stage.instructions[0].stage_name
        if written and placed.first < limit:
            image = placed.stage.image.text if placed.stage.image else "an image that is not known here"
            detail = f"stage {number}, on {image}"
            name = written.value
            found[name.lower()] = Item(name, Kind.STAGE, span, name, name, detail, begins=begins)
    yield from found.values()


def _part_of(image: Image) -> Part:
    return Part.AZUREML if is_azureml(image.repository) else Part.DOCKERFILE


def documentation(repository: str, images: ImageIndex) -> str:
    """The facts about an image, in Markdown; empty for an unknown image."""
    image = images.find(repository)
    return image_facts.page(image) if image else ""


def tag_documentation(key: str, images: ImageIndex) -> str:
    """The facts about a tag of an image, in Markdown; empty for an unknown image."""
    repository, _, tag = key.partition(" ")
    image = images.find(repository)
    return image_facts.of_tag(image, tag) if image else ""
