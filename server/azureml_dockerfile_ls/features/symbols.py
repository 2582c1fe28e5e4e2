"""The outline: stages with their instructions, and the instructions before the first stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from azureml_dockerfile_ls.derived import derived
from azureml_dockerfile_ls.snapshot import Snapshot
from azureml_dockerfile_ls.syntax.nodes import Instruction, Tree
from azureml_dockerfile_ls.syntax.scan import join_continuations
from azureml_dockerfile_ls.text import Span


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


@dataclass(frozen=True, slots=True)
class Symbol:
    """An entry of the outline. `selection` is the part of `span` that the editor shows as its name."""

    name: str
    detail: str
    kind: SymbolKind
    is_deprecated: bool
    span: Span
    selection: Span
    children: tuple[Symbol, ...] = ()


LONGEST_NAME = 80


def symbols(snapshot: Snapshot) -> list[Symbol]:
    """The outline of a file. The FROM of a stage is the stage itself, so that no line is there twice."""
    model, tree = snapshot.model, snapshot.tree
    found = [_instruction(tree, index) for index in range(model.before_first_stage)]
    for number, placed in enumerate(model.stages):
        last = placed.first + placed.stage.end
        children = tuple(_instruction(tree, index) for index in range(placed.first + 1, last))
        found.append(_stage(tree, number, placed.first, last, children))
    return found


def _stage(tree: Tree, number: int, first: int, end: int, children: tuple[Symbol, ...] = ()) -> Symbol:
    start = tree.instructions[first]
    offset = tree.offset_of(first)
    written = start.image.text if start.image else ""
    selection = start.stage_name.span if start.stage_name else start.image.span if start.image else start.span
    return Symbol(
        start.stage_name.value if start.stage_name else written or f"stage {number}",
        written if start.stage_name else "",
        SymbolKind.STAGE,
        False,
        Span(tree.span_of(first).start, tree.span_of(end - 1).end),
        selection.at(offset),
        children,
    )


def _instruction(tree: Tree, index: int) -> Symbol:
    instruction = tree.instructions[index]
    name, kind = _label(instruction)
    offset = tree.offset_of(index)
    span = instruction.span.at(offset)
    selection = instruction.keyword.span.at(offset)
    return Symbol(name, "", kind, instruction.name == "MAINTAINER", span, selection)


@derived
def _label(instruction: Instruction) -> tuple[str, SymbolKind]:
    name = " ".join(_words(instruction)) or "(empty)"
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 1]}…"
    return name, _KINDS.get(instruction.name, SymbolKind.OTHER)


def _words(instruction: Instruction) -> Iterator[str]:
    yield instruction.keyword.value
    yield from (flag.span.of(instruction.text) for flag in instruction.flags)
    if instruction.pairs:
        yield from (_one_line(pair.span.of(instruction.text), instruction.escape) for pair in instruction.pairs)
    elif instruction.trigger:
        yield from _words(instruction.trigger)
    else:
        for word in instruction.words:
            yield from word.value.split()


def _one_line(text: str, escape: str) -> str:
    return " ".join(join_continuations(text, escape).text.split()) if "\n" in text else text


@dataclass(frozen=True, slots=True)
class Definition:
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
            stage = _stage(tree, number, index, index + 1)
            container, number = stage.name, number + 1
            yield Definition(stage.name, stage.detail, stage.kind, "", stage.selection)
        elif instruction.name == "ARG":
            for pair in instruction.pairs:
                span = pair.name_span.at(tree.offset_of(index))
                yield Definition(pair.name, pair.value or "", SymbolKind.ARGUMENT, container, span)


def is_asked_for(name: str, query: str) -> bool:
    """Whether the letters of a query are in a name in the same order, in either case."""
    rest = iter(name.lower())
    return all(letter in rest for letter in query.lower() if not letter.isspace())
