"""The menu at the cursor of a fixture, as the editors show it.

An editor shows only some of the items. VS Code, and every editor that knows `filterText`, compares it with the text
from the start of the edit to the cursor, letter by letter in order. Neovim before 0.10 keeps the items whose new text
begins with what is typed, and wants one start for all.
"""

from __future__ import annotations

from typing import NamedTuple

from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.features.completion import Item, Kind, Trigger, complete
from azureml_dockerfile_ls.snapshot import analyse
from azureml_dockerfile_ls.text import LineIndex
from tests.annotated import cursor

BASE = "mcr.microsoft.com/azureml"
IMAGE = f"{BASE}/minimal-py312-inference"
TRAINING_IMAGE = f"{BASE}/openmpi4.1.0-ubuntu22.04"


class Menu(NamedTuple):
    """What is offered at `offset` of `text`."""

    text: str
    offset: int
    items: tuple[Item, ...]
    items_by_character: tuple[Item, ...]

    def typed(self, item: Item) -> str:
        """What an editor compares an item with."""
        return self.text[item.span.start : self.offset]

    def in_vscode(self, *kinds: Kind) -> list[str]:
        """The labels that VS Code shows, all or those of some kinds."""
        return [
            item.label
            for item in self.items
            if _is_subsequence(self.typed(item), item.filter_text) and (not kinds or item.kind in kinds)
        ]

    def by_itself(self) -> list[str]:
        """The labels of the menu that a trigger character opens, such as a space or a slash."""
        return [item.label for item in self.items_by_character]

    def in_neovim(self) -> list[str]:
        """The texts that Neovim 0.7 shows: it takes no snippets."""
        return [
            item.text for item in self.items if item.text.startswith(self.typed(item)) and item.kind is not Kind.SNIPPET
        ]

    def item(self, label: str) -> Item:
        """The one item of this label."""
        found = [item for item in self.items if item.label == label]
        assert len(found) == 1, f"{label}: {len(found)} of {[item.label for item in self.items]}"
        return found[0]

    def pick(self, label: str) -> str:
        """The text after an item was picked."""
        item = self.item(label)
        return self.text[: item.span.start] + item.text + self.text[item.span.end :]


def _is_subsequence(typed: str, text: str) -> bool:
    letters = iter(text.lower())
    return all(letter in letters for letter in typed.lower())


def menu(fixture: str, context: BuildContext | None = None) -> Menu:
    """What is offered at the cursor of a fixture; it holds for every item that the editors can take its edit."""
    text, offset = cursor(fixture)
    snapshot = analyse(text, context=context)
    items = complete(snapshot, offset).items
    found = Menu(text, offset, items, complete(snapshot, offset, Trigger.CHARACTER).items)
    index = LineIndex(text)
    line = index.line_span(index.line_at(offset))
    assert len({item.span.start for item in found.items}) <= 1
    for item in found.items:
        assert line.start <= item.span.start <= offset <= item.span.end <= line.end, item
        assert item.label
        typed = found.typed(item).lower()
        is_shown_by_filter = item.filter_text.lower().startswith(typed)
        is_shown_by_text = item.text.lower().startswith(typed)
        # An image is found without its registry too, a script without its folder; a block has a name to be found by.
        if item.kind not in (Kind.IMAGE, Kind.FILE, Kind.SNIPPET):
            assert is_shown_by_filter == is_shown_by_text, item
        elif is_shown_by_text and item.kind is Kind.IMAGE:
            assert is_shown_by_filter, item
    return found


def check_completion(fixture: str, *labels: str, context: BuildContext | None = None) -> None:
    """The menu at the cursor is exactly these labels, in this order."""
    assert menu(fixture, context).in_vscode() == list(labels)


def check_silent(fixture: str, context: BuildContext | None = None) -> None:
    """Nothing is offered at the cursor, not even for an editor to leave out."""
    assert menu(fixture, context).items == ()


def check_clean_after(fixture: str, label: str) -> None:
    """Picking an item leaves a Dockerfile without findings."""
    assert analyse(menu(fixture).pick(label)).findings == ()


def check_pick(fixture: str, label: str, after: str, context: BuildContext | None = None) -> None:
    """Picking an item turns the text of the fixture into `after`."""
    assert menu(fixture, context).pick(label) == after
