"""Answers to the editor's requests: from the protocol's types to the features and back, as the editor can take them.

This brings the whole analysis along, so it is imported after the editor has its first answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lsprotocol import types

from azureml_dockerfile_ls.features.code_actions import Action, insertions, repairs
from azureml_dockerfile_ls.features.completion import CHOSEN_BY_WHAT_IS_TYPED, Item, Kind, complete, documentation
from azureml_dockerfile_ls.features.fix_all import fix_all
from azureml_dockerfile_ls.features.hover import hover
from azureml_dockerfile_ls.features.inlay_hints import inlay_hints
from azureml_dockerfile_ls.features.links import links
from azureml_dockerfile_ls.features.pins import pins
from azureml_dockerfile_ls.features.symbols import Symbol, symbols
from azureml_dockerfile_ls.lsp.client import Client
from azureml_dockerfile_ls.lsp.configuration import Configuration
from azureml_dockerfile_ls.lsp.contexts import Contexts, uri_of
from azureml_dockerfile_ls.lsp.convert import to_offset, to_range, to_span
from azureml_dockerfile_ls.lsp.diagnostics import Diagnostics, diagnostic
from azureml_dockerfile_ls.lsp.documents import Document
from azureml_dockerfile_ls.lsp.features import APPLY_EDIT
from azureml_dockerfile_ls.lsp.freshness import Freshness
from azureml_dockerfile_ls.lsp.protocol import Server
from azureml_dockerfile_ls.settings import SECTION
from azureml_dockerfile_ls.snapshot import Snapshot, analyse
from azureml_dockerfile_ls.text import LineIndex, Span, TextEdit

_ITEM_KINDS = {
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
}

_WATCHED_FILES = "**/*.{py,txt,yml,yaml,dockerignore,toml}"
"""What the rules read of a build context, and the settings of a project."""

_INSERT_KIND = types.CodeActionKind.RefactorRewrite


class Answers:
    """Answers requests about the open documents. It keeps the latest snapshot of each: the next is made from it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client = Client(server.client_capabilities, server.client_name)
        self._configuration = Configuration(server, self._client)
        self._contexts = Contexts(server.documents)
        self._diagnostics = Diagnostics(server, self._client)
        self._freshness = Freshness(server, self._client, self.look_anew)
        self._latest: dict[str, Snapshot] = {}
        self._asked: set[str] = set()
        """The documents whose images were asked for since they were opened."""

    def _dockerfile(self, uri: str) -> Document | None:
        document = self._server.documents.get(uri)
        return document if document is not None and document.is_dockerfile else None

    def _snapshot(self, document: Document) -> Snapshot:
        settings = self._configuration.of(document)
        context = self._contexts.of(document, settings.build_context)
        snapshot = analyse(document.text, self._latest.get(document.uri), context, settings, self._freshness.images)
        self._latest[document.uri] = snapshot
        return snapshot

    def changed(self, document: Document) -> None:
        """Show the findings of a document; of any other file, those of the Dockerfiles in whose context it is."""
        if not document.is_dockerfile:
            self.files_changed([document.uri])
            return
        snapshot = self._snapshot(document)
        if self._configuration.is_complete:
            self._freshness.want(snapshot, is_opened=document.uri not in self._asked)
            self._asked.add(document.uri)
        self._diagnostics.show(document, snapshot)

    def closed(self, uri: str) -> None:
        """Take back the findings of a document that was closed: its file is again what the disk holds."""
        if self._latest.pop(uri, None) is not None:
            self._diagnostics.forget(uri)
        self._asked.discard(uri)
        self._contexts.forget(uri)
        self.files_changed([uri])

    def connected(self) -> None:
        """Ask the editor for its settings, and to tell when they or the files that the rules read change."""
        self._configuration.ask(self.look_anew)
        registrations = []
        if self._client.can_watch_configuration:
            method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
            options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
            registrations.append(types.Registration("settings", method, options))
        if self._client.can_watch_files:
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            watchers = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(_WATCHED_FILES)])
            registrations.append(types.Registration("files", method, watchers))
        if registrations:
            self._server.client_register_capability(types.RegistrationParams(registrations))

    def configuration_changed(self, params: types.DidChangeConfigurationParams) -> None:
        """The editor has other settings."""
        self._configuration.changed(params.settings, self.look_anew)

    def folders_changed(self) -> None:
        """The workspace has other folders."""
        self._configuration.folders_changed(self.look_anew)

    def look_anew(self) -> None:
        """Look anew at every Dockerfile: the settings changed, or what is known of images."""
        for document in self._server.documents:
            if document.is_dockerfile:
                self._server.analyse_soon(document.uri)
        if self._client.refreshes_inlay_hints:
            self._server.workspace_inlay_hint_refresh(None)

    def files_changed(self, uris: Sequence[str]) -> None:
        """Look anew at the Dockerfiles in whose build contexts these files are."""
        if any(uri.endswith(".toml") for uri in uris):
            self.look_anew()
        for uri in self._contexts.changed(uris):
            self._server.analyse_soon(uri)

    def diagnostics(
        self, params: types.DocumentDiagnosticParams
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        """The findings of a document, for an editor that asks; of anything but a Dockerfile there are none."""
        document = self._dockerfile(params.text_document.uri)
        if document is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        return self._diagnostics.report(document, self._snapshot(document), params.previous_result_id)

    def complete(self, params: types.CompletionParams) -> types.CompletionList | None:
        """What can be typed at a position."""
        document = self._dockerfile(params.text_document.uri)
        if document is None:
            return None
        offset = to_offset(params.position, document.index)
        # Nobody who types a space at the end of `FROM x` and goes on with Enter wants the menu to add AS.
        asked = params.context is None or params.context.trigger_kind != types.CompletionTriggerKind.TriggerCharacter
        snapshot = self._snapshot(document)
        items = [
            item
            for item in complete(snapshot, offset)
            if (item.snippet is None or self._client.takes_blocks) and (asked or not item.is_optional)
        ]
        # What these are compared with depends on what was typed, so the editor is to ask again with every letter.
        is_incomplete = any(item.kind in CHOSEN_BY_WHAT_IS_TYPED for item in items)
        if self._configuration.is_complete and any(item.kind is Kind.IMAGE for item in items):
            self._freshness.want_names(snapshot.settings)
        if any(item.kind is Kind.TAG for item in items):
            # More may be on their way.
            is_incomplete = is_incomplete or self._freshness.is_busy
        index = document.index
        line = Span(index.line_span(index.line_at(offset)).start, offset)
        return types.CompletionList(
            is_incomplete,
            [_item(item, f"{number:04}", line, index, self._client) for number, item in enumerate(items)],
        )

    def resolve(self, item: types.CompletionItem) -> types.CompletionItem:
        """The item with its documentation."""
        text = documentation(item.data, self._freshness.images) if isinstance(item.data, str) else ""
        if text:
            item.documentation = self._client.completion_markup(text)
        return item

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """What is to be said about a position."""
        document = self._dockerfile(params.text_document.uri)
        if document is None:
            return None
        found = hover(self._snapshot(document), to_offset(params.position, document.index))
        if found is None:
            return None
        return types.Hover(self._client.hover_markup(found.markdown), to_range(found.span, document.index))

    def code_actions(self, params: types.CodeActionParams) -> list[types.CodeAction | types.Command] | None:
        """The repairs and the blocks for a range, of the kinds that are asked for."""
        document = self._dockerfile(params.text_document.uri)
        if document is None:
            return None
        snapshot = self._snapshot(document)
        span = to_span(params.range, document.index)
        found: list[tuple[types.CodeActionKind, Action]] = []
        if _is_wanted(types.CodeActionKind.QuickFix, params.context.only):
            found += [(types.CodeActionKind.QuickFix, action) for action in repairs(snapshot, span)]
        if _is_wanted(_INSERT_KIND, params.context.only):
            found += [(_INSERT_KIND, action) for action in (*pins(snapshot, span), *insertions(snapshot, span.end))]
        if _is_wanted(types.CodeActionKind.SourceFixAll, params.context.only) and (edits := fix_all(snapshot)):
            found.append((types.CodeActionKind.SourceFixAll, Action("Apply all safe fixes", edits)))
        if self._client.takes_action_literals:
            return [_action(action, kind, snapshot, document, self._client) for kind, action in found]
        return [self._command(action, document) for _, action in found]

    def _command(self, action: Action, document: Document) -> types.Command:
        edit = self._client.workspace_edit(document, _text_edits(action.edits, document.index), action.snippet)
        arguments = [action.title, document.uri, document.version, edit]
        return types.Command(action.title, APPLY_EDIT, arguments=arguments)

    def apply_edit(self, title: str, uri: str, version: int, edit: types.WorkspaceEdit) -> None:
        """Carry out what was offered as a command, if the document is still what it was offered for."""
        document = self._dockerfile(uri)
        if document is None or document.version != version:
            message = f"{title}: the file has been changed meanwhile"
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))
            return
        self._server.workspace_apply_edit(types.ApplyWorkspaceEditParams(edit, title))

    def links(self, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        """The links of a document, to pages and to files of its build context."""
        document = self._dockerfile(params.text_document.uri)
        if document is None:
            return None
        snapshot = self._snapshot(document)
        tooltips = self._client.takes_link_tooltips
        return [
            types.DocumentLink(
                to_range(link.span, document.index),
                link.url or uri_of(snapshot.context.absolute(link.path or "") if snapshot.context else ""),
                link.tooltip if tooltips else None,
            )
            for link in links(snapshot)
        ]

    def inlay_hints(self, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        """What is in force without being written, for a range."""
        document = self._dockerfile(params.text_document.uri)
        if document is None:
            return None
        snapshot = self._snapshot(document)
        settings = snapshot.settings
        span = to_span(params.range, document.index)
        return [
            types.InlayHint(
                types.Position(*document.index.position(hint.offset)),
                hint.label,
                tooltip=self._client.hover_markup(hint.tooltip),
                padding_left=True,
            )
            for hint in inlay_hints(snapshot, span, tags=settings.inlay_hint_tags, users=settings.inlay_hint_users)
        ]

    def symbols(
        self, params: types.DocumentSymbolParams
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
        """The outline of a document, flat where the editor has no tree."""
        document = self._dockerfile(params.text_document.uri)
        if document is None:
            return None
        found = symbols(self._snapshot(document))
        if self._client.nests_symbols:
            return [_symbol(symbol, document.index, self._client) for symbol in found]
        return [
            types.SymbolInformation(
                types.Location(document.uri, to_range(inner.span, document.index)),
                inner.name,
                _symbol_kind(inner),
                container_name=symbol.name if symbol.is_stage else None,
            )
            for symbol in found
            for inner in (symbol.children or (symbol,))
        ]


def _item(item: Item, sort_text: str, line: Span, index: LineIndex, can: Client) -> types.CompletionItem:
    """`line` is what its line has before the cursor."""
    text = item.snippet if item.snippet is not None and can.takes_snippets else item.text
    edit: types.TextEdit | types.InsertReplaceEdit
    if can.inserts_or_replaces:
        insert = to_range(Span(item.span.start, line.end), index)
        edit = types.InsertReplaceEdit(text, insert, to_range(item.span, index))
    else:
        edit = types.TextEdit(to_range(item.span, index), text)
    details = types.CompletionItemLabelDetails(description=item.detail) if can.takes_label_details else None
    result = types.CompletionItem(
        label=can.label(item.label, text, index.text, line, item.span.start),
        label_details=details if item.detail else None,
        kind=can.item_kind(_ITEM_KINDS[item.kind]),
        detail=item.detail if item.detail and details is None else None,
        sort_text=sort_text,
        # Neovim before 0.10 takes no edit of an item that has one, and compares with the edit's text.
        filter_text=item.filter_text if can.filters_by_text else None,
        text_edit=edit,
        data=item.key or None,
    )
    if text is item.snippet:
        result.insert_text_format = types.InsertTextFormat.Snippet
    if item.is_deprecated:
        can.mark_deprecated(result)
    return result


def _action(
    action: Action, kind: types.CodeActionKind, snapshot: Snapshot, document: Document, can: Client
) -> types.CodeAction:
    edit = can.workspace_edit(document, _text_edits(action.edits, document.index), action.snippet)
    finding = action.finding
    return types.CodeAction(
        title=action.title,
        kind=kind,
        diagnostics=[diagnostic(finding, snapshot, document, can)] if finding else None,
        is_preferred=(action.is_preferred and can.prefers_actions) or None,
        edit=edit,
    )


def _text_edits(edits: Sequence[TextEdit], index: LineIndex) -> list[types.TextEdit]:
    return [types.TextEdit(to_range(edit.span, index), edit.text) for edit in edits]


def _is_wanted(kind: types.CodeActionKind, only: Sequence[Any] | None) -> bool:
    """Whether the editor asks for a kind: for all, for it, or for one that it belongs to."""
    if not only:
        return True
    wanted = [str(getattr(entry, "value", entry)) for entry in only]
    return any(entry == "" or kind.value == entry or kind.value.startswith(f"{entry}.") for entry in wanted)


def _symbol(symbol: Symbol, index: LineIndex, can: Client) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=_symbol_kind(symbol),
        tags=[types.SymbolTag.Deprecated] if symbol.is_deprecated and can.strikes_symbols_through else None,
        range=to_range(symbol.span, index),
        selection_range=to_range(symbol.selection, index),
        children=[_symbol(child, index, can) for child in symbol.children] or None,
    )


def _symbol_kind(symbol: Symbol) -> types.SymbolKind:
    return types.SymbolKind.Class if symbol.is_stage else types.SymbolKind.Function
