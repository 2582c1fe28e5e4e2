"""The outline: stages with their instructions, and the instructions before the first stage."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.scan import join_continuations
from azureml_dockerfile_ls.text import LocalSpan, Span


class SymbolKind(Enum):
    """What an entry of the outline is."""

    STAGE = auto()
    ARGUMENT = auto()
    VARIABLE = auto()
    LABEL = auto()
    FILE = auto()
    """COPY and ADD."""
    FOLDER = auto()
    """WORKDIR and VOLUME."""
    USER = auto()
    PORT = auto()
    COMMAND = auto()
    """RUN."""
    START = auto()
    """CMD and ENTRYPOINT: what starts in the container."""
    OTHER = auto()


_KINDS = {
    "ARG": SymbolKind.ARGUMENT,
    "ENV": SymbolKind.VARIABLE,
    "LABEL": SymbolKind.LABEL,
    "COPY": SymbolKind.FILE,
    "ADD": SymbolKind.FILE,
    "WORKDIR": SymbolKind.FOLDER,
    "VOLUME": SymbolKind.FOLDER,
    "USER": SymbolKind.USER,
    "EXPOSE": SymbolKind.PORT,
    "RUN": SymbolKind.COMMAND,
    "CMD": SymbolKind.START,
    "ENTRYPOINT": SymbolKind.START,
}


class Symbol(NamedTuple):
    """An entry of the outline. `selection` is the part of `span` that the editor shows as its name."""

    name: str
    detail: str
    kind: SymbolKind
    is_deprecated: bool
    span: Span
    selection: Span
    children: tuple[Symbol, ...] = ()


LONGEST_NAME = 80


class Entry(NamedTuple):
    """The symbol of an instruction, with spans relative to the instruction."""

    name: str
    kind: SymbolKind
    is_deprecated: bool
    span: LocalSpan
    selection: LocalSpan


class StageEntry(NamedTuple):
    """The symbol of a stage, without its span; `selection` is relative to its FROM."""

    name: str
    detail: str
    selection: LocalSpan


def symbols(snapshot: Snapshot) -> list[Symbol]:
    """The outline of a file. A stage has the name and the image, its FROM the keyword alone."""
    model, tree = snapshot.model, snapshot.tree
    found = [_instruction(tree, index) for index in range(model.before_first_stage)]
    for number, placed in enumerate(model.stages):
        end = placed.first + placed.stage.end
        entry = stage_entry(tree.instructions[placed.first], number)
        span = Span(tree.span_of(placed.first).start, tree.span_of(end - 1).end)
        selection = entry.selection.at(tree.offset_of(placed.first))
        children = tuple(_instruction(tree, index) for index in range(placed.first, end))
        found.append(Symbol(entry.name, entry.detail, SymbolKind.STAGE, False, span, selection, children))
    return found


def stage_entry(start: Instruction, number: int) -> StageEntry:
    """The symbol of stage `number`, which starts with the FROM `start`: its name with its image, or its image."""
    written = start.image.text if start.image else ""
    if start.stage_name is not None:
        return StageEntry(_shown(start.stage_name.value), _shown(written), start.stage_name.span)
    return StageEntry(_shown(written) or f"stage {number}", "", start.image.span if start.image else start.span)


def _instruction(tree: Tree, index: int) -> Symbol:
    entry = entry_of(tree.instructions[index])
    offset = tree.offset_of(index)
    span, selection = entry.span.at(offset), entry.selection.at(offset)
    return Symbol(entry.name, "", entry.kind, entry.is_deprecated, span, selection)


@derived
def entry_of(instruction: Instruction) -> Entry:
    """The symbol of an instruction: all of it on one line, cut where it is long; of a FROM the keyword alone."""
    name = _shown(" ".join(_words(instruction))) or "(empty)"
    kind = _KINDS.get(instruction.name, SymbolKind.OTHER)
    return Entry(name, kind, instruction.name == "MAINTAINER", instruction.span, instruction.keyword.span)


def _shown(text: str) -> str:
    """A text for a list: cut where it is long, with a mark in place of each character that cannot be shown."""
    text = text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"
    return text if text.isprintable() else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _words(instruction: Instruction) -> Iterator[str]:
    yield instruction.keyword.value
    if instruction.name == "FROM":
        return
    yield from (_one_line(flag.span.of(instruction.text), instruction.escape) for flag in instruction.flags)
    if instruction.pairs:
        yield from (_one_line(pair.span.of(instruction.text), instruction.escape) for pair in instruction.pairs)
    elif instruction.trigger:
        yield from _words(instruction.trigger)
    else:
        for word in instruction.words:
            yield from word.value.split()


def _one_line(text: str, escape: str) -> str:
    return " ".join(join_continuations(text, escape).text.split()) if "\n" in text else text


class Definition(NamedTuple):
    """A stage, or an ARG of `container`, as one can search for it in all files."""

    name: str
    detail: str
    kind: SymbolKind
    container: str
    span: Span


def definitions(tree: Tree) -> Iterator[Definition]:
    """The stages and the ARGs of a file, in the order of the text."""
    container, number = "", 0
    for index, instruction in enumerate(tree.instructions):
        if instruction.name == "FROM":
            stage = stage_entry(instruction, number)
            container, number = stage.name, number + 1
            span = stage.selection.at(tree.offset_of(index))
            yield Definition(stage.name, stage.detail, SymbolKind.STAGE, "", span)
        elif instruction.name == "ARG":
            for pair in instruction.pairs:
                span = pair.name_span.at(tree.offset_of(index))
                yield Definition(_shown(pair.name), _shown(pair.value or ""), SymbolKind.ARGUMENT, container, span)


def is_asked_for(name: str, query: str) -> bool:
    """Whether the letters of a query are in a name in the same order, in either case."""
    rest = iter(name.lower())
    return all(letter in rest for letter in query.lower() if not letter.isspace())
