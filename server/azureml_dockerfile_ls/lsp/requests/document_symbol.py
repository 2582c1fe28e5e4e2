"""textDocument/documentSymbol."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from functools import partial

from lsprotocol import types

from azureml_dockerfile_ls.derived import derived_for
from azureml_dockerfile_ls.features.symbols import Symbol, SymbolKind, entry_of, stage_entry, symbols
from azureml_dockerfile_ls.lsp.json_text import JsonText
from azureml_dockerfile_ls.lsp.session.session import Session
from azureml_dockerfile_ls.lsp.session.view import View
from azureml_dockerfile_ls.model.model import PlacedStage
from azureml_dockerfile_ls.records import NamedTuple
from azureml_dockerfile_ls.syntax.nodes import Instruction
from azureml_dockerfile_ls.text import Encoding, LineIndex, LocalSpan

KINDS = {
    SymbolKind.STAGE: types.SymbolKind.Class,
    SymbolKind.ARGUMENT: types.SymbolKind.Constant,
    SymbolKind.VARIABLE: types.SymbolKind.Variable,
    SymbolKind.LABEL: types.SymbolKind.Property,
    SymbolKind.FILE: types.SymbolKind.File,
    SymbolKind.FOLDER: types.SymbolKind.Package,
    SymbolKind.USER: types.SymbolKind.Field,
    SymbolKind.PORT: types.SymbolKind.Interface,
    SymbolKind.COMMAND: types.SymbolKind.Function,
    SymbolKind.START: types.SymbolKind.Method,
    SymbolKind.OTHER: types.SymbolKind.String,
}
"""The icons of the outline. Every client knows them: later versions of the protocol have more."""


def handle(session: Session, params: types.DocumentSymbolParams) -> JsonText | list[types.SymbolInformation] | None:
    """The outline of a document; a flat list for a client without a tree."""
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    if view.client.supports_symbol_tree:
        return outline(view)
    return [
        _flat(entry, None if entry is symbol else symbol.name, view)
        for symbol in symbols(view.snapshot)
        for entry in (symbol, *symbol.children)
    ]


def outline(view: View) -> JsonText:
    """The outline of a document as a tree."""
    return JsonText(f"[{','.join(_Outline(view).entries())}]")


def _flat(symbol: Symbol, container: str | None, view: View) -> types.SymbolInformation:
    location = types.Location(view.document.uri, view.range(symbol.span))
    return types.SymbolInformation(location, symbol.name, KINDS[symbol.kind], container_name=container)


class _Style(NamedTuple):
    """What the JSON of an instruction depends on beside its text; `column` is where its first line starts."""

    encoding: Encoding
    column: int
    marks_deprecated: bool


class _Template(NamedTuple):
    """The JSON of a symbol with `%d` for its lines, and these lines relative to the first one."""

    text: str
    lines: tuple[int, ...]

    def at(self, line: int) -> str:
        """The JSON of the symbol where its first line is `line`."""
        return self.text % tuple([line + number for number in self.lines])


class _Outline:
    """The outline as JSON. A stage keeps its part while it stays as it is and where it is."""

    def __init__(self, view: View) -> None:
        tree, index = view.snapshot.tree, view.document.index
        self._view = view
        self._style = _Style(index.encoding, 0, view.client.supports_deprecated_symbol_tag)
        starts = map(tree.starts.__getitem__, tree.instruction_segments)
        self._lines = [line - 1 for line in map(partial(bisect_right, index.starts), starts)]
        """The line of each instruction."""

    def entries(self) -> Iterator[str]:
        """The JSON of each entry of the outermost level."""
        model = self._view.snapshot.model
        yield from (self._instruction(index) for index in range(model.before_first_stage))
        for number, placed in enumerate(model.stages):
            lines = self._lines[placed.first : placed.first + placed.stage.end]
            source = (number, lines, self._style_of(placed.first))
            known = placed.stage.derived.get(_Outline)
            if known is None or known[0] != source:
                known = placed.stage.derived[_Outline] = (source, self._stage(number, placed))
            yield known[1]

    def _style_of(self, index: int) -> _Style:
        # A byte order mark is before the first column of the first line.
        offset = self._view.snapshot.tree.offset_of(index)
        return self._style._replace(column=self._view.document.index.position(1)[1]) if offset == 1 else self._style

    def _instruction(self, index: int) -> str:
        instruction, style = self._view.snapshot.tree.instructions[index], self._style_of(index)
        template: _Template = derived_for(instruction, _Outline, style, partial(_template, instruction, style))
        return template.at(self._lines[index])

    def _stage(self, number: int, placed: PlacedStage) -> str:
        first, end = placed.first, placed.first + placed.stage.end
        start, last = placed.stage.instructions[0], placed.stage.instructions[-1]
        entry = stage_entry(start, number)
        style = self._style_of(first)
        places = _places(start, LocalSpan(start.span.start, start.span.start), style)[:1]
        places += _places(last, last.span, self._style_of(end - 1))[1:]
        selection = _places(start, entry.selection, style)
        lines = [self._lines[first], self._lines[end - 1], self._lines[first], self._lines[first]]
        every = zip(lines, (*places, *selection), strict=True)
        ranges = _RANGES % tuple(part for base, (line, column) in every for part in (base + line, column))
        children = ",".join([self._instruction(index) for index in range(first, end)])
        detail = f'"detail":{json.dumps(entry.detail)},' if entry.detail else ""
        inner = f',"children":[{children}]' if children else ""
        kind = KINDS[SymbolKind.STAGE].value
        return f'{{"name":{json.dumps(entry.name)},{detail}"kind":{kind},{ranges}{inner}}}'


_LINE = "%d"
_POSITION = '{"line":%s,"character":%s}'
_RANGE = f'{{"start":{_POSITION},"end":{_POSITION}}}'
_RANGES = f'"range":{_RANGE},"selectionRange":{_RANGE}'


def _template(instruction: Instruction, style: _Style) -> _Template:
    entry = entry_of(instruction)
    places = (*_places(instruction, entry.span, style), *_places(instruction, entry.selection, style))
    # The columns are known; the lines follow from where the instruction is.
    ranges = _RANGES % tuple(part for _, column in places for part in (_LINE, column))
    name = json.dumps(entry.name).replace("%", "%%")
    is_marked = entry.is_deprecated and style.marks_deprecated
    tags = f'"tags":[{types.SymbolTag.Deprecated.value}],' if is_marked else ""
    text = f'{{"name":{name},"kind":{KINDS[entry.kind].value},{tags}{ranges}}}'
    return _Template(text, tuple(line for line, _ in places))


def _places(instruction: Instruction, span: LocalSpan, style: _Style) -> tuple[tuple[int, int], ...]:
    """The line and column of both ends of a span, with the lines relative to the instruction."""
    index = LineIndex(instruction.text, style.encoding)
    ends = (index.position(span.start), index.position(span.end))
    return tuple((line, column if line else column + style.column) for line, column in ends)
