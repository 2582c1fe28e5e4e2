"""Completion: the items that can be typed at a place. Each provider is a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from azureml_dockerfile_ls.features.completion import images, instructions, variables
from azureml_dockerfile_ls.features.completion.arguments import argument_at
from azureml_dockerfile_ls.features.completion.flags import flag_items
from azureml_dockerfile_ls.features.completion.folders import folder_items
from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind, Trigger, match_case, plain
from azureml_dockerfile_ls.features.completion.sources import source_items
from azureml_dockerfile_ls.features.completion.users import user_items
from azureml_dockerfile_ls.features.completion.values import value_items
from azureml_dockerfile_ls.features.cursor import Between, InInstruction, cursor_at
from azureml_dockerfile_ls.features.stages import is_shown
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import Arguments

__all__ = ["Completions", "Item", "ItemKey", "Kind", "Trigger", "complete", "documentation"]

_CHOSEN_BY_TYPED_TEXT = frozenset((Kind.IMAGE, Kind.VALUE, Kind.FILE, Kind.FOLDER))
"""The kinds whose items depend on the text before the cursor, so that an editor has to ask again with every letter.

Its own filter may find items far from the intended one: `/var/azureml-app` holds the letters of `/app` in order.
"""

_DOCUMENTATION: Mapping[str, Callable[[str, ImageIndex], str]] = {
    images.PROVIDER: images.documentation,
    images.TAG_PROVIDER: images.tag_documentation,
    instructions.PROVIDER: instructions.documentation,
    variables.PROVIDER: variables.documentation,
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
    found: Iterable[Item] = ()
    if isinstance(cursor, Between):
        found = instructions.instruction_items(snapshot, cursor)
    elif cursor is not None:
        found = _reachable(cursor, _items(snapshot, cursor))
    is_invoked = trigger is Trigger.INVOKED
    items = tuple(item for item in found if is_shown(snapshot, item.part) and (is_invoked or not item.is_optional))
    kinds = {item.kind for item in items}
    return Completions(items, not kinds.isdisjoint(_CHOSEN_BY_TYPED_TEXT), Kind.IMAGE in kinds)


def documentation(key: ItemKey, index: ImageIndex) -> str:
    """The documentation of an item, in Markdown; empty when there is none."""
    provide = _DOCUMENTATION.get(key.provider)
    return provide(key.key, index) if provide else ""


def _reachable(cursor: InInstruction, items: Iterable[Item]) -> Iterable[Item]:
    """The items that agree with the part of the word on earlier lines, without that part."""
    if not cursor.hidden:
        return items
    begun = cursor.typed[: cursor.hidden]
    return [
        replace(item, text=item.text[cursor.hidden :], filter_text=item.filter_text[cursor.hidden :])
        for item in items
        if item.text.startswith(begun)
    ]


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
        return flag_items(snapshot, cursor)
    if spec.name == "FROM":
        return images.base_image_items(snapshot, cursor)
    if spec.name == "ENV":
        return (*value_items(snapshot, cursor), *variables.environment_items(snapshot, cursor))
    if spec.name == "USER":
        return user_items(cursor)
    if spec.name in ("COPY", "ADD", "WORKDIR"):
        argument = argument_at(snapshot, cursor)
        if argument is None:
            return ()
        return (*folder_items(cursor, argument), *source_items(snapshot, cursor, argument))
    if spec.name == "HEALTHCHECK" and not cursor.arguments_before:
        names = [keyword.name for keyword in spec.keywords]
        return [plain(cursor, value, Kind.VALUE) for value in match_case(snapshot, cursor, names)]
    return ()
