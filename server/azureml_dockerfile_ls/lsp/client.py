"""What the editor can take, as it said when it connected, and answers in the form that it takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from azureml_dockerfile_ls.lsp.documents import Document


_CUTS_LINES = ("Neovim", "ALE", "vim-lsp")
"""Without snippets these hand an item to Vim's own menu, which older versions put on one line, with NULs in it."""


class Client:
    """The capabilities of a client, by what they are for."""

    def __init__(self, capabilities: types.ClientCapabilities, name: str) -> None:
        self._workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
        self._text = capabilities.text_document or types.TextDocumentClientCapabilities()
        completion = self._text.completion or types.CompletionClientCapabilities()
        self._item = completion.completion_item or types.ClientCompletionItemOptions()
        publish = self._text.publish_diagnostics or types.PublishDiagnosticsClientCapabilities()
        symbol = self._text.document_symbol or types.DocumentSymbolClientCapabilities()
        self.takes_snippets = bool(self._item.snippet_support)
        self.takes_blocks = self.takes_snippets or name not in _CUTS_LINES
        self.inserts_or_replaces = bool(self._item.insert_replace_support)
        self.filters_by_text = self.inserts_or_replaces or bool(self._item.resolve_support)
        self.takes_code_descriptions = bool(publish.code_description_support)
        self.takes_related_information = bool(publish.related_information)
        tags = publish.tag_support.value_set if publish.tag_support else ()
        self.strikes_findings_through = types.DiagnosticTag.Deprecated in tags
        self.nests_symbols = bool(symbol.hierarchical_document_symbol_support)

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
        """A hover, as Markdown if the client shows that."""
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
    return types.MarkupContent(types.MarkupKind.PlainText, _plain(markdown))


def _plain(markdown: str) -> str:
    """Markdown as somebody would write it who has no Markdown."""
    text = re.sub(r"^```.*\n?", "", markdown, flags=re.MULTILINE)
    text = re.sub(r"^(#+ |---$)", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text.replace("**", "").replace("`", "")).strip()
