"""What a menu offers, and the few ways in which all of it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from azureml_dockerfile_ls.features.cursor import Cursor
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


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
    FILE = "file"
    FOLDER = "folder"
    SNIPPET = "snippet"


CHOSEN_BY_WHAT_IS_TYPED = frozenset((Kind.IMAGE, Kind.VALUE, Kind.FILE, Kind.FOLDER))
"""Which items of these kinds there are depends on the text before the cursor, so with every letter an editor has to ask
again. What it finds by its own rules may be far from what is meant: the letters of `/app` are all, one after the other,
in `/var/azureml-app`."""


@dataclass(frozen=True, slots=True)
class Item:
    """One offer. `span` is what it replaces; all items of one answer replace from the same place on.

    `filter_text` is what the editor compares with the text from there to the cursor. `key` finds the documentation.
    `snippet` is the text with places to fill in, for an editor that takes them. `is_optional` says that the text is
    complete without it: a menu that opens by itself, because a space or a `/` was typed, must not show it, as the Enter
    after it is meant to end the line.
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
    is_optional: bool = False


def plain(cursor: Cursor, text: str, kind: Kind, detail: str = "", key: str = "") -> Item:
    """An item that replaces the word at the cursor, and that is shown and found as what it inserts."""
    return Item(text, kind, cursor.word, text, text, detail, key)


def fitting(snapshot: Snapshot, cursor: Cursor, words: Iterable[str]) -> list[str]:
    """Words in the letter case of what is typed, else of the instruction there, else of the file."""
    instructions = snapshot.tree.instructions
    model = cursor.typed or (instructions[cursor.index or 0].keyword.value if instructions else "")
    return [word.lower() if model.islower() else word for word in words]


def name_before_equals(snapshot: Snapshot, cursor: Cursor) -> Span | None:
    """The name at the cursor where `=` follows it; None where it does not."""
    following = snapshot.text[cursor.offset : cursor.word.end]
    return cursor.part(0, following.index("=")) if "=" in following else None
