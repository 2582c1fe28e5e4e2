"""Completion: what can be typed at a place. Each kind of offer is a module of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from azureml_dockerfile_ls.azureml.variables.table import find as find_variable
from azureml_dockerfile_ls.features.completion.arguments import argument_at
from azureml_dockerfile_ls.features.completion.flags import flag_items
from azureml_dockerfile_ls.features.completion.folders import folder_items
from azureml_dockerfile_ls.features.completion.images import LONGEST_LABEL, base_image_items
from azureml_dockerfile_ls.features.completion.instructions import blocks_after, instruction_items
from azureml_dockerfile_ls.features.completion.items import CHOSEN_BY_WHAT_IS_TYPED, Item, Kind, fitting, plain
from azureml_dockerfile_ls.features.completion.sources import source_items
from azureml_dockerfile_ls.features.completion.users import user_items
from azureml_dockerfile_ls.features.completion.values import value_items
from azureml_dockerfile_ls.features.completion.variables import REFERENCE, environment_items, reference_items
from azureml_dockerfile_ls.features.cursor import Cursor, cursor_at
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.render import image_facts
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import INSTRUCTIONS, Arguments

__all__ = [
    "CHOSEN_BY_WHAT_IS_TYPED",
    "LONGEST_LABEL",
    "Item",
    "Kind",
    "blocks_after",
    "complete",
    "documentation",
]


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
        return instruction_items(snapshot, cursor)
    if spec is None:
        return ()
    reference = REFERENCE.search(cursor.typed)
    if reference and spec.arguments is not Arguments.INSTRUCTION:
        return reference_items(snapshot, cursor, reference)
    if cursor.typed.startswith("--") and not cursor.arguments_before:
        return flag_items(snapshot, cursor)
    if spec.name == "FROM":
        return base_image_items(snapshot, cursor)
    if spec.name == "ENV":
        return (*value_items(snapshot, cursor), *environment_items(snapshot, cursor))
    if spec.name == "USER":
        return user_items(snapshot, cursor)
    if spec.name in ("COPY", "ADD", "WORKDIR"):
        argument = argument_at(snapshot, cursor)
        if argument is None:
            return ()
        return (*folder_items(snapshot, cursor, argument), *source_items(snapshot, cursor, argument))
    if spec.name == "HEALTHCHECK" and not cursor.arguments_before:
        names = [keyword.name for keyword in spec.keywords]
        return [plain(cursor, value, Kind.VALUE) for value in fitting(snapshot, cursor, names)]
    return ()


def documentation(key: str, images: ImageIndex) -> str:
    """The documentation of an item, in Markdown, by its `key`; empty when there is none."""
    kind, _, rest = key.partition(" ")
    if kind == "image":
        image = images.find(rest)
        return image_facts.page(image) if image else ""
    if kind == "tag":
        repository, _, tag = rest.partition(" ")
        image = images.find(repository)
        return image_facts.of_tag(image, tag) if image else ""
    if kind == "variable":
        variable = find_variable(rest)
        return variable.description if variable else ""
    if kind == "instruction":
        spec = INSTRUCTIONS.get(rest)
        return "\n".join(["```dockerfile", *spec.forms, "```", spec.documentation]) if spec else ""
    return ""
