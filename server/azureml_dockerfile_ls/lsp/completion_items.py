"""Completion items in the form that the client shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from lsprotocol import types

from azureml_dockerfile_ls.features.completion import Item, ItemKey, Kind
from azureml_dockerfile_ls.lsp.json_text import range_json
from azureml_dockerfile_ls.lsp.session.view import AnyView
from azureml_dockerfile_ls.text import Span

Json = dict[str, Any]
"""An object of JSON."""

_KINDS = {
    Kind.IMAGE: types.CompletionItemKind.Module,
    Kind.TAG: types.CompletionItemKind.Constant,
    Kind.STAGE: types.CompletionItemKind.Class,
    Kind.INSTRUCTION: types.CompletionItemKind.Keyword,
    Kind.FLAG: types.CompletionItemKind.Field,
    Kind.VALUE: types.CompletionItemKind.Value,
    Kind.VARIABLE: types.CompletionItemKind.Variable,
    Kind.USER: types.CompletionItemKind.Value,
    Kind.FILE: types.CompletionItemKind.File,
    Kind.FOLDER: types.CompletionItemKind.Folder,
    Kind.SNIPPET: types.CompletionItemKind.Snippet,
    Kind.COMMAND: types.CompletionItemKind.Function,
    Kind.ARGUMENT: types.CompletionItemKind.Variable,
    Kind.PACKAGE: types.CompletionItemKind.Module,
}

_SYMBOL = "_%$*+-./<>&|"
"""The characters, beside letters and digits, that Emacs takes for parts of a symbol in dockerfile-mode, and the dot."""


def to_items(items: Iterable[Item], offset: int, view: AnyView) -> list[Json]:
    """Completion items for the cursor at `offset`, to be sorted as they are.

    The items are made as JSON: a menu can have hundreds, and lsprotocol's objects take twice as long.
    """
    index = view.document.index
    before = Span(index.line_span(index.line_at(offset)).start, offset)
    if view.client.is_eglot:
        items = _continuing(items, before, view)
    # Most items replace the same word.
    range_of = cache(lambda span: range_json(index.position(span.start), index.position(span.end)))
    return [_item(item, f"{number:04}", before, view, range_of) for number, item in enumerate(items)]


def _item(item: Item, sort_text: str, before: Span, view: AnyView, range_of: Callable[[Span], Json]) -> Json:
    """The JSON of `types.CompletionItem`; `before` is the part of the line before the cursor."""
    client = view.client
    snippet = item.snippet if client.supports_snippets else None
    text = item.text if snippet is None else view.snippet(snippet)
    if client.supports_insert_replace:
        insert = range_of(Span(item.span.start, before.end))
        edit = {"newText": text, "insert": insert, "replace": range_of(item.span)}
    else:
        edit = {"newText": text, "range": range_of(item.span)}
    written: Json = {
        "label": _eglot_label(item, before, view) if client.is_eglot else item.label,
        "kind": client.item_kind(_KINDS[item.kind]).value,
        "sortText": sort_text,
        "textEdit": edit,
    }
    if item.detail and client.supports_label_details:
        written["labelDetails"] = {"description": item.detail}
    elif item.detail:
        written["detail"] = item.detail
    if client.uses_filter_text:
        written["filterText"] = item.filter_text
    if item.key is not None:
        written["data"] = {"provider": item.key.provider, "key": item.key.key}
    if snippet is not None:
        written["insertTextFormat"] = types.InsertTextFormat.Snippet.value
    if item.is_deprecated and client.supports_deprecated_item_tag:
        written["tags"] = [types.CompletionItemTag.Deprecated.value]
    elif item.is_deprecated and client.supports_deprecated_item_flag:
        written["deprecated"] = True
    return written


def from_data(data: object) -> ItemKey | None:
    """The key in the data of an item that the client sends back; None for an item that is not ours."""
    provider, key = (data.get("provider"), data.get("key")) if isinstance(data, dict) else (None, None)
    return ItemKey(provider, key) if isinstance(provider, str) and isinstance(key, str) else None


def _continuing(items: Iterable[Item], before: Span, view: AnyView) -> list[Item]:
    """The items whose label for Eglot continues the symbol before the cursor; all where none does.

    Eglot also finds the letters of the symbol one after the other in a label. Where it finds them in two, it completes
    what both have in common as plain text, without the edit of an item.
    """
    found, text = list(items), view.snapshot.text
    typed = {item.span.start: text[_symbol_start(item, before, text) : before.end].lower() for item in found}
    continuing = [item for item in found if _eglot_label(item, before, view).lower().startswith(typed[item.span.start])]
    return continuing or found


def _eglot_label(item: Item, before: Span, view: AnyView) -> str:
    """The label of an item for Eglot, which offers only an item whose label continues the symbol before the cursor.

    That symbol is a word of Emacs. It may begin before the item, and our file for Eglot makes dots a part of it.
    """
    text, start, inserted = view.snapshot.text, item.span.start, item.text
    typed = text[start : before.end].lower()
    is_named_in_full = not item.label.lower().startswith(typed) and inserted.lower().startswith(typed)
    label = inserted if is_named_in_full and "\n" not in inserted else item.label
    return text[_symbol_start(item, before, text) : start] + label


def _symbol_start(item: Item, before: Span, text: str) -> int:
    start = item.span.start
    while start > before.start and (text[start - 1].isalnum() or text[start - 1] in _SYMBOL):
        start -= 1
    return start
