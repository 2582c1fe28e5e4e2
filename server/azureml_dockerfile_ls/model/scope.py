"""The variables that the ARG and ENV instructions of a stage define, section by section."""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter

from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.expansion import Unknown
from azureml_dockerfile_ls.syntax.nodes import KeyValuePair


class Entry(NamedTuple):
    """A variable that one pair of an ARG or ENV defines; `at` is the index of the instruction in its section."""

    at: int
    pair: KeyValuePair
    value: str | Unknown
    is_argument: bool


class Defined(NamedTuple):
    """The variables of a section by name: all entries in the order of the text, the last, and the last of ENV."""

    entries: dict[str, list[Entry]]
    last: dict[str, Entry]
    last_variables: dict[str, Entry]


class Scope:
    """The variables of a stage. Sections are added in the order of the text, a new one entry by entry."""

    def __init__(self) -> None:
        self._sections: list[tuple[int, Defined]] = []
        self.last: dict[str, Entry] = {}
        """The last entry of each name."""
        self.last_variables: dict[str, Entry] = {}
        """The last entry of each name that ENV sets."""

    def add_section(self, start: int, defined: Defined) -> None:
        """Add the section that starts at index `start` of the stage."""
        self._sections.append((start, defined))
        self.last.update(defined.last)
        self.last_variables.update(defined.last_variables)

    def add(self, entry: Entry) -> None:
        """Add an entry to the last section."""
        _, defined = self._sections[-1]
        name = entry.pair.name
        defined.entries.setdefault(name, []).append(entry)
        defined.last[name] = self.last[name] = entry
        if not entry.is_argument:
            defined.last_variables[name] = self.last_variables[name] = entry

    def find(self, name: str, before: int) -> tuple[int, Entry] | None:
        """The last entry of a name before an index of the stage, with its index in the stage."""
        if name in self.last:
            for start, defined in reversed(self._sections):
                if start < before and name in defined.last:
                    entries = defined.entries[name]
                    count = bisect_left(entries, before - start, key=attrgetter("at"))
                    if count:
                        return start + entries[count - 1].at, entries[count - 1]
        return None

    def find_variable(self, name: str) -> tuple[int, Entry]:
        """The last entry of a name in ENV, with its index in the stage. Raises KeyError."""
        entry = self.last_variables[name]
        start = next(start for start, defined in reversed(self._sections) if name in defined.last_variables)
        return start + entry.at, entry
