"""The definitions that a stage inherits, layer by layer: those of each stage that it is built on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")

_MAX_LAYERS = 50


class Layer(Mapping[str, T]):
    """Values by name, such as the definitions of a stage; each is made on first use."""

    def __init__(self, names: Collection[str], make: Callable[[str], T]) -> None:
        self._names = names
        self._make = make
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def on_top(own: Mapping[str, T], below: tuple[Mapping[str, T], ...]) -> tuple[Mapping[str, T], ...]:
    """Put the layer `own` on top of `below`, and merge many layers to keep look-ups cheap."""
    if not own:
        return below
    if len(below) < _MAX_LAYERS:
        return (own, *below)
    merged: dict[str, T] = {}
    for layer in reversed((own, *below)):
        merged.update(layer)
    return (merged,)
