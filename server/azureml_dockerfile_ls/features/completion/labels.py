"""Completion of the keys of LABEL."""

from __future__ import annotations

from collections.abc import Iterator

from azureml_dockerfile_ls.features.completion.items import Item, ItemKey, Kind
from azureml_dockerfile_ls.features.completion.names import name_at
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.images.image_index import ImageIndex
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.language import LABEL_KEYS

PROVIDER = "label"


def label_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The keys of the OCI image specification that the instruction does not set yet."""
    place = name_at(snapshot, cursor)
    if place is None:
        return
    for key in LABEL_KEYS:
        if key not in place.given:
            text = f"{key}{place.equals}"
            item_key = ItemKey(PROVIDER, key)
            yield Item(key, Kind.VARIABLE, place.span, text, text, key=item_key, is_optional=place.is_optional)


def documentation(key: str, _: ImageIndex) -> str:
    """The meaning of a key; empty for an unknown one."""
    return LABEL_KEYS.get(key, "")
