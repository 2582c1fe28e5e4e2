"""Completion: the items that can be typed at a place. Each provider is a module of its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from azureml_dockerfile_ls.features.completion import flags, images, instructions, labels, mounts, variables
from azureml_dockerfile_ls.features.completion.arguments import argument_at
from azureml_dockerfile_ls.features.completion.commands import command_items
from azureml_dockerfile_ls.features.completion.directives import directive_items
from azureml_dockerfile_ls.features.completion.folders import folder_items
from azureml_dockerfile_ls.features.completion.heredocs import HEREDOC, heredoc_items
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind, Trigger
from azureml_dockerfile_ls.features.completion.keywords import keyword_items, likely_items
from azureml_dockerfile_ls.features.completion.ports import port_items
from azureml_dockerfile_ls.features.completion.signals import signal_items
from azureml_dockerfile_ls.features.completion.sources import source_items
from azureml_dockerfile_ls.features.completion.users import user_items
from azureml_dockerfile_ls.features.completion.values import value_items
from azureml_dockerfile_ls.features.cursor import Between, InInstruction, cursor_at, heredoc_cursor_at
from azureml_dockerfile_ls.features.stages import is_shown
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import Arguments
from azureml_dockerfile_ls.syntax.nodes import SegmentKind

__all__ = ["Completions", "Item", "ItemKey", "Kind", "Trigger", "complete", "documentation"]

Provider = Callable[[Snapshot, InInstruction], Iterable[Item]]
"""A function that gives the items for an argument of one instruction."""

_CHOSEN_BY_TYPED_TEXT = frozenset(
    (Kind.IMAGE, Kind.VALUE, Kind.FILE, Kind.FOLDER, Kind.PACKAGE, Kind.COMMAND, Kind.ARGUMENT)
)
"""The kinds whose items depend on the text before the cursor, so that an editor has to ask again with every letter.

Its own filter may find items far from the intended one: `/var/azureml-app` holds the letters of `/app` in order.
"""

_DOCUMENTATION: Mapping[str, Callable[[str, ImageIndex], str]] = {
    images.PROVIDER: images.documentation,
    images.TAG_PROVIDER: images.tag_documentation,
    instructions.PROVIDER: instructions.documentation,
    variables.PROVIDER: variables.documentation,
    flags.PROVIDER: flags.documentation,
    mounts.PROVIDER: mounts.documentation,
    labels.PROVIDER: labels.documentation,
}
"""The providers whose items have documentation, by name."""


@dataclass(frozen=True, slots=True)
class Completions:
    """The items of a menu, the likeliest first.

    `is_incomplete` says that more letters may bring other items. `wants_image_names` says that the items are images: a
    registry may know more of them.
    """

    items: tuple[Item, ...]
    is_incomplete: bool
    wants_image_names: bool


def complete(snapshot: Snapshot, offset: int, trigger: Trigger = Trigger.INVOKED) -> Completions:
    """The items that can be typed at `offset`."""
    cursor = cursor_at(snapshot, offset)
    number = _comment_at(snapshot, offset)
    found: Iterable[Item] = ()
    if number is not None:
        found = directive_items(snapshot, offset, number)
    elif isinstance(cursor, Between):
        found = instructions.instruction_items(snapshot, cursor)
    elif cursor is not None:
        found = _reachable(cursor, _items(snapshot, cursor))
    elif (in_heredoc := heredoc_cursor_at(snapshot, offset)) is not None:
        found = _items_of_heredoc(snapshot, in_heredoc)
    is_invoked = trigger is Trigger.INVOKED
    items = tuple(item for item in found if is_shown(snapshot, item.part) and (is_invoked or not item.is_optional))
    kinds = {item.kind for item in items}
    return Completions(items, not kinds.isdisjoint(_CHOSEN_BY_TYPED_TEXT), Kind.IMAGE in kinds)


def documentation(key: ItemKey, index: ImageIndex) -> str:
    """The documentation of an item, in Markdown; empty when there is none."""
    provide = _DOCUMENTATION.get(key.provider)
    return provide(key.key, index) if provide else ""


def _comment_at(snapshot: Snapshot, offset: int) -> int | None:
    """The number of the comment or directive, outside instructions, whose `#` is on the same line before `offset`."""
    tree = snapshot.tree
    number = bisect_right(tree.starts, offset) - 1
    if number >= 0 and offset == tree.starts[number] and offset == len(snapshot.text):
        number -= 0 if snapshot.text.endswith("\n") else 1
    if number < 0 or tree.segments[number].kind not in (SegmentKind.COMMENT, SegmentKind.DIRECTIVE):
        return None
    before = snapshot.text[tree.starts[number] : offset]
    return number if "#" in before and "\n" not in before else None


def _reachable(cursor: InInstruction, items: Iterable[Item]) -> Iterator[Item]:
    """The items that agree with the part of the word on earlier lines, without that part."""
    for item in items:
        begun = cursor.typed[item.begins : cursor.hidden] if item.span.start == cursor.word.start else ""
        if not begun:
            yield item
        elif item.text.startswith(begun):
            length = len(begun)
            yield replace(item, text=item.text[length:], filter_text=item.filter_text[length:], snippet=None)


def _items(snapshot: Snapshot, cursor: InInstruction) -> Iterable[Item]:
    spec = cursor.spec
    if not cursor.keyword:
        return instructions.instruction_items(snapshot, cursor)
    if spec is None:
        return ()
    reference = variables.REFERENCE.search(cursor.typed)
    if reference and spec.arguments is not Arguments.INSTRUCTION:
        return variables.reference_items(snapshot, cursor, reference)
    if cursor.typed.startswith("--") and not cursor.arguments_before:
        return flags.flag_items(snapshot, cursor)
    heredoc = HEREDOC.search(cursor.typed) if spec.heredocs else None
    if heredoc:
        return heredoc_items(snapshot, cursor, heredoc)
    return chain.from_iterable(provide(snapshot, cursor) for provide in _PROVIDERS.get(spec.name, ()))


def _items_of_heredoc(snapshot: Snapshot, cursor: InInstruction) -> Iterable[Item]:
    """The items in the body of a heredoc: variables, and in a RUN also what its commands take."""
    reference = variables.REFERENCE.search(cursor.typed)
    if reference:
        return variables.reference_items(snapshot, cursor, reference)
    return command_items(snapshot, cursor) if cursor.keyword == "RUN" else ()


def _path_items(snapshot: Snapshot, cursor: InInstruction) -> Iterable[Item]:
    argument = argument_at(snapshot, cursor)
    if argument is None:
        return ()
    return (*folder_items(cursor, argument), *source_items(snapshot, cursor, argument))


_PROVIDERS: Mapping[str, tuple[Provider, ...]] = {
    "FROM": (images.base_image_items,),
    "RUN": (command_items,),
    "CMD": (likely_items, command_items),
    "ENTRYPOINT": (command_items,),
    "COPY": (_path_items,),
    "ADD": (_path_items,),
    "WORKDIR": (_path_items,),
    "ENV": (value_items, variables.environment_items),
    "ARG": (variables.argument_items,),
    "USER": (user_items,),
    "EXPOSE": (port_items,),
    "LABEL": (labels.label_items,),
    "HEALTHCHECK": (keyword_items, command_items),
    "SHELL": (likely_items,),
    "STOPSIGNAL": (signal_items,),
}
"""The providers of the arguments of each instruction, in the order of a menu."""
