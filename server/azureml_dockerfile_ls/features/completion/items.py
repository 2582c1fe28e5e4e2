"""The items of a menu, and the few ways in which all of them are made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from azureml_dockerfile_ls.features.cursor import Cursor, InInstruction
from azureml_dockerfile_ls.features.parts import Part
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.text import Span


class Kind(Enum):
    """The kind of thing that an item inserts."""

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
    COMMAND = "command"
    PACKAGE = "package"
    ARGUMENT = "argument"


class Trigger(Enum):
    """How a menu was opened: by the user or a letter that was typed, or by a trigger character, such as a space."""

    INVOKED = "invoked"
    CHARACTER = "trigger character"


class ItemKey(NamedTuple):
    """A reference to the documentation of an item: the name of a provider, and a key that only it understands."""

    provider: str
    key: str


@dataclass(frozen=True, slots=True)
class Item:
    """One offer. `span` is the text that it replaces; all items of one menu replace from the same place on.

    The editor compares `filter_text` with the text from there to the cursor. `key` refers to the documentation.
    `snippet` is the text with places to fill in, for an editor that accepts them. `is_optional` says that the text is
    complete without it: a menu that a trigger character opened does not show it, so that Enter ends the line. `begins`
    is where `text` begins in what is typed of the word.
    """

    label: str
    kind: Kind
    span: Span
    text: str
    filter_text: str
    detail: str = ""
    key: ItemKey | None = None
    snippet: str | None = None
    is_deprecated: bool = False
    is_optional: bool = False
    part: Part = Part.DOCKERFILE
    begins: int = 0


def plain(
    cursor: Cursor, text: str, kind: Kind, detail: str = "", key: ItemKey | None = None, *, is_optional: bool = False
) -> Item:
    """An item that replaces the word at the cursor, with one text to show, to filter by and to insert."""
    return Item(text, kind, cursor.word, text, text, detail, key, is_optional=is_optional)


def match_case(snapshot: Snapshot, cursor: Cursor, words: Iterable[str]) -> list[str]:
    """Words in the letter case of the typed text, else of the instruction there, else of the first instruction."""
    instructions = snapshot.tree.instructions
    index = cursor.index if isinstance(cursor, InInstruction) else 0
    model = cursor.typed or (instructions[index].keyword.value if instructions else "")
    return [word.lower() if model.islower() else word for word in words]


def name_before_equals(snapshot: Snapshot, cursor: InInstruction) -> Span | None:
    """The name at the cursor where `=` follows it; None where it does not."""
    following = snapshot.text[cursor.offset : cursor.word.end]
    return cursor.part(0, following.index("=")) if "=" in following else None
