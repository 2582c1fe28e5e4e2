"""Completion items in the form that the client shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from lsprotocol import types

from azureml_dockerfile_ls.features.completion import Item, ItemKey, Kind
from azureml_dockerfile_ls.lsp.session.view import AnyView
from azureml_dockerfile_ls.text import Span

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


def to_items(items: Iterable[Item], offset: int, view: AnyView) -> list[types.CompletionItem]:
    """Completion items for the cursor at `offset`, to be sorted as they are."""
    index = view.document.index
    before = Span(index.line_span(index.line_at(offset)).start, offset)
    if view.client.is_eglot:
        items = _continuing(items, before, view)
    # Most items replace the same word.
    range_of = cache(view.range)
    return [_item(item, f"{number:04}", before, view, range_of) for number, item in enumerate(items)]


def _item(
    item: Item, sort_text: str, before: Span, view: AnyView, range_of: Callable[[Span], types.Range]
) -> types.CompletionItem:
    """`before` is the part of the line before the cursor."""
    client = view.client
    snippet = item.snippet if client.supports_snippets else None
    text = item.text if snippet is None else view.snippet(snippet)
    edit: types.TextEdit | types.InsertReplaceEdit
    if client.supports_insert_replace:
        insert = range_of(Span(item.span.start, before.end))
        edit = types.InsertReplaceEdit(text, insert, range_of(item.span))
    else:
        edit = types.TextEdit(range_of(item.span), text)
    details = types.CompletionItemLabelDetails(description=item.detail) if client.supports_label_details else None
    result = types.CompletionItem(
        label=_eglot_label(item, before, view) if client.is_eglot else item.label,
        label_details=details if item.detail else None,
        kind=client.item_kind(_KINDS[item.kind]),
        detail=item.detail if item.detail and details is None else None,
        sort_text=sort_text,
        filter_text=item.filter_text if client.uses_filter_text else None,
        text_edit=edit,
        data={"provider": item.key.provider, "key": item.key.key} if item.key is not None else None,
    )
    if snippet is not None:
        result.insert_text_format = types.InsertTextFormat.Snippet
    if item.is_deprecated and client.supports_deprecated_item_tag:
        result.tags = [types.CompletionItemTag.Deprecated]
    elif item.is_deprecated and client.supports_deprecated_item_flag:
        result.deprecated = True
    return result


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
