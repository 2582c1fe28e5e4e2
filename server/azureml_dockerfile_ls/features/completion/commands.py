"""Completion in the commands of RUN, CMD and ENTRYPOINT: actions, options, packages and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azureml_dockerfile_ls.features.completion.container_files import file_items
from azureml_dockerfile_ls.features.completion.items import Item, Kind
from azureml_dockerfile_ls.features.cursor import InInstruction
from azureml_dockerfile_ls.images.package_names import package_names
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern
from azureml_dockerfile_ls.model.run_commands import commands_of_text
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.shell.programs.vocabulary import PROGRAMS, Place, is_operand, operands_before, place_in
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.scan import join_continuations

MOST_PACKAGES = 100
"""The number of packages in a menu. The next letter brings others."""

_MARK = "cursor0mark"
"""A word that stands for the one at the cursor, so that the reader of shell text finds its place."""

_TYPED = lazy_pattern(r"(?P<quote>[\"']?)(?P<text>[A-Za-z0-9_./+-]*)")
_REST = lazy_pattern(r"[A-Za-z0-9_.+-]*")
_SHORTEST_PROGRAM = 2
_SHORTEST_PART = 3


class _Word(NamedTuple):
    """The word at the cursor: its text before the cursor without a quote, and where that begins in what is typed."""

    text: str
    begins: int


def command_items(snapshot: Snapshot, cursor: InInstruction) -> Iterator[Item]:
    """The items for the word of a command at the cursor."""
    typed = _TYPED.fullmatch(cursor.typed)
    if typed is None or cursor.stage is None or "".join(cursor.arguments_before[:1]).startswith("["):
        return
    word = _Word(typed["text"], len(typed["quote"]))
    found = _place(snapshot, cursor, typed["quote"])
    if found is None:
        return
    number, place = found
    if number == 0:
        if len(word.text) >= _SHORTEST_PROGRAM and not typed["quote"]:
            yield from _plain(snapshot, cursor, word, dict.fromkeys(PROGRAMS, ""), Kind.COMMAND)
    elif place is not None:
        yield from _arguments(snapshot, cursor, word, place)


def _place(snapshot: Snapshot, cursor: InInstruction, quote: str) -> tuple[int, Place | None] | None:
    """The number of the word in its command, and its place there; None where no command is."""
    instruction = snapshot.tree.instructions[cursor.index]
    head = instruction.text[: cursor.offset - snapshot.tree.offset_of(cursor.index)]
    joined = head if cursor.heredoc is not None else join_continuations(head, instruction.escape).text
    before = joined[: len(joined) - len(cursor.typed)] if cursor.typed else joined
    if cursor.heredoc is not None:
        text = f"{before}{quote}{_MARK}{quote}\n{cursor.heredoc.name}\n"
    else:
        text = f"{before.rstrip()} {quote}{_MARK}{quote}"
    found: tuple[int, Place | None] | None = None
    for command in commands_of_text(cursor.stage, cursor.at, text, instruction.escape) if cursor.stage else ():
        for number, word in enumerate(command.words):
            if word.value == _MARK:
                found = number, place_in(command, number)
    return found


def _arguments(snapshot: Snapshot, cursor: InInstruction, word: _Word, place: Place) -> Iterator[Item]:
    option = place.between[-1] if place.between else ""
    if option in place.program.file_options:
        yield from file_items(snapshot, cursor, word.text, word.begins, place.program.file_options[option])
    elif not is_operand(place):
        return
    elif word.text.startswith("-"):
        if place.action is not None:
            options = {name: text for name, text in place.action.options.items() if name not in place.between}
            yield from _plain(snapshot, cursor, word, options, Kind.FLAG)
    elif place.action is None:
        actions = {name: action.documentation for name, action in place.program.actions.items()}
        yield from _plain(snapshot, cursor, word, actions, Kind.COMMAND)
    elif place.action.operands:
        instruction = snapshot.tree.instructions[cursor.index]
        following = instruction.text[cursor.word.end - snapshot.tree.offset_of(cursor.index) :].split()
        given = {*place.between, *following}
        names = _packages(word.text, (name for name in package_names(place.action.operands) if name not in given))
        is_optional = not word.text and operands_before(place) > 0
        yield from _plain(snapshot, cursor, word, dict.fromkeys(names, ""), Kind.PACKAGE, is_optional=is_optional)


def _packages(typed: str, names: Iterable[str]) -> list[str]:
    """The names that begin with what is typed, then those that have it after a hyphen; none once one is complete."""
    begun = typed.lower().replace("_", "-")
    starting: list[str] = []
    others: list[str] = []
    for name in names:
        if name == typed:
            return []
        if name.startswith(begun):
            starting.append(name)
        elif len(begun) >= _SHORTEST_PART and f"-{begun}" in name:
            others.append(name)
    return [*starting, *others][:MOST_PACKAGES]


def _plain(
    snapshot: Snapshot,
    cursor: InInstruction,
    word: _Word,
    found: dict[str, str],
    kind: Kind,
    *,
    is_optional: bool = False,
) -> Iterator[Item]:
    """Items for the words of `found` that go on from what is typed; nothing once one of them is complete."""
    if word.text in found:
        return
    following = _REST.match(snapshot.text, cursor.offset)
    span = cursor.part(word.begins, len(following.group()) if following else 0)
    for text, detail in found.items():
        if kind is Kind.PACKAGE or text.startswith(word.text):
            yield Item(text, kind, span, text, text, detail, is_optional=is_optional, begins=word.begins)
