"""What the editor can take, as it said when it connected, and answers in the form that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from azureml_dockerfile_ls.text import Span

if TYPE_CHECKING:
    from azureml_dockerfile_ls.lsp.documents import Document


_CUTS_LINES = ("Neovim", "ALE", "vim-lsp")
"""Without snippets these hand an item to Vim's own menu, which older versions put on one line, with NULs in it."""


_SYMBOL = "_%$*+-./<>&|"
"""With letters and digits the characters that Emacs and dockerfile-mode take for parts of a symbol, and the dot."""

_FIRST_ITEM_KINDS = range(types.CompletionItemKind.Text, types.CompletionItemKind.Reference + 1)
"""Those of LSP 1: the only ones that a client knows which lists none."""

_OLDER_ITEM_KINDS = {
    types.CompletionItemKind.Folder: types.CompletionItemKind.File,
    types.CompletionItemKind.Constant: types.CompletionItemKind.Value,
}


def pulls_diagnostics(capabilities: types.ClientCapabilities) -> bool:
    """Whether a client is to ask for findings, instead of being sent them.

    One that cannot be told to ask again would go on showing what was right before the settings or the images changed.
    """
    workspace, text = capabilities.workspace, capabilities.text_document
    can_refresh = workspace and workspace.diagnostics and workspace.diagnostics.refresh_support
    return bool(text and text.diagnostic and can_refresh)


def takes_action_literals(capabilities: types.ClientCapabilities) -> bool:
    """Whether a client takes code actions; an older one takes commands, which the server has to carry out."""
    text = capabilities.text_document
    return bool(text and text.code_action and text.code_action.code_action_literal_support)


def applies_edits(capabilities: types.ClientCapabilities) -> bool:
    """Whether a client changes a document when the server asks it to."""
    return bool(capabilities.workspace and capabilities.workspace.apply_edit)


class Client:
    """The capabilities of a client, by what they are for."""

    def __init__(self, capabilities: types.ClientCapabilities, name: str) -> None:
        self._workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
        self._text = capabilities.text_document or types.TextDocumentClientCapabilities()
        completion = self._text.completion or types.CompletionClientCapabilities()
        self._item = completion.completion_item or types.ClientCompletionItemOptions()
        self._item_kinds: Sequence[int] = _FIRST_ITEM_KINDS
        if completion.completion_item_kind and completion.completion_item_kind.value_set is not None:
            self._item_kinds = completion.completion_item_kind.value_set
        symbol = self._text.document_symbol or types.DocumentSymbolClientCapabilities()
        self.takes_snippets = bool(self._item.snippet_support)
        self.takes_blocks = self.takes_snippets or name not in _CUTS_LINES
        self.inserts_or_replaces = bool(self._item.insert_replace_support)
        is_known_to_filter = self.inserts_or_replaces or bool(self._item.resolve_support)
        # Eglot 1.9 does not tell its name, but in which context it completes.
        self._is_eglot = name == "Eglot" or not (name or is_known_to_filter or not completion.context_support)
        self.filters_by_text = is_known_to_filter and not self._is_eglot
        self.takes_label_details = bool(self._item.label_details_support)
        self.nests_symbols = bool(symbol.hierarchical_document_symbol_support)
        symbol_tags = symbol.tag_support.value_set if symbol.tag_support else ()
        self.strikes_symbols_through = types.SymbolTag.Deprecated in symbol_tags

        self.pulls_diagnostics = pulls_diagnostics(capabilities)
        # LSP 3.17 knows of these among what is published only, also for a client that asks.
        shows = [self._text.publish_diagnostics, self._text.diagnostic if self.pulls_diagnostics else None]
        diagnostic = [each for each in shows if each is not None]
        self.takes_code_descriptions = any(each.code_description_support for each in diagnostic)
        self.takes_related_information = any(each.related_information for each in diagnostic)
        self.strikes_findings_through = any(
            types.DiagnosticTag.Deprecated in each.tag_support.value_set for each in diagnostic if each.tag_support
        )

        self.takes_action_literals = takes_action_literals(capabilities)
        action = self._text.code_action
        self.prefers_actions = bool(action and action.is_preferred_support)

        window = capabilities.window or types.WindowClientCapabilities()
        self.shows_progress = bool(window.work_done_progress)
        link = self._text.document_link
        self.takes_link_tooltips = bool(link and link.tooltip_support)
        self.answers_configuration = bool(self._workspace.configuration)
        configuration = self._workspace.did_change_configuration
        self.can_watch_configuration = bool(configuration and configuration.dynamic_registration)
        hints = self._workspace.inlay_hint
        self.refreshes_inlay_hints = bool(hints and hints.refresh_support)
        watched = self._workspace.did_change_watched_files
        self.can_watch_files = bool(watched and watched.dynamic_registration)

    def item_kind(self, kind: types.CompletionItemKind) -> types.CompletionItemKind:
        """A kind of item that the client knows: this one, or one that is like it."""
        return kind if kind in self._item_kinds else _OLDER_ITEM_KINDS.get(kind, kind)

    def label(self, name: str, inserted: str, text: str, line: Span, start: int) -> str:
        """What names an item that inserts a text in the place of that from the offset `start` to the end of `line`.

        `line` is what its line has before the cursor, in the document's `text`.

        That is `name`, but Eglot offers an item only where its label goes on from the symbol before the cursor: a word
        of Emacs, which may begin before the item, and which our file for Eglot lets dots be a part of.
        """
        if not self._is_eglot:
            return name
        begin, typed = start, text[start : line.end].lower()
        while begin > line.start and (text[begin - 1].isalnum() or text[begin - 1] in _SYMBOL):
            begin -= 1
        is_named_in_full = not name.lower().startswith(typed) and inserted.lower().startswith(typed)
        return text[begin:start] + (inserted if is_named_in_full and "\n" not in inserted else name)

    def mark_deprecated(self, item: types.CompletionItem) -> None:
        """Show an item as deprecated, in the newest way that the client knows."""
        tags = self._item.tag_support.value_set if self._item.tag_support else ()
        if types.CompletionItemTag.Deprecated in tags:
            item.tags = [types.CompletionItemTag.Deprecated]
        elif self._item.deprecated_support:
            item.deprecated = True

    def completion_markup(self, markdown: str) -> types.MarkupContent:
        """Documentation of an item, as Markdown if the client shows that."""
        return _markup(markdown, self._item.documentation_format)

    def hover_markup(self, markdown: str) -> types.MarkupContent:
        """A hover or the tooltip of a hint, as Markdown if the client shows that."""
        return _markup(markdown, self._text.hover.content_format if self._text.hover else None)

    def workspace_edit(
        self, document: Document, edits: list[types.TextEdit], snippet: str | None
    ) -> types.WorkspaceEdit:
        """An edit of one document, with the version it is for and places to fill in where the client takes them."""
        can = self._workspace.workspace_edit or types.WorkspaceEditClientCapabilities()
        if not can.document_changes:
            return types.WorkspaceEdit(changes={document.uri: edits})
        changes: list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit] = [*edits]
        if snippet is not None and can.snippet_edit_support:
            changes = [types.SnippetTextEdit(edits[0].range, types.StringValue(value=snippet))]
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri=document.uri, version=document.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, changes)])


def _markup(markdown: str, formats: Sequence[types.MarkupKind] | None) -> types.MarkupContent:
    if types.MarkupKind.Markdown in (formats or ()):
        return types.MarkupContent(types.MarkupKind.Markdown, markdown)
    # Not imported before the first answer, which few clients need it for.
    from azureml_dockerfile_ls.render.markdown import plain

    return types.MarkupContent(types.MarkupKind.PlainText, plain(markdown))
