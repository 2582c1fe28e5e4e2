"""What the server offers to the editor. The answers are in `answers.py`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lsprotocol import types

from azureml_dockerfile_ls.lsp.client import applies_edits, pulls_diagnostics, takes_action_literals
from azureml_dockerfile_ls.lsp.collector import collector_off

if TYPE_CHECKING:
    from azureml_dockerfile_ls.lsp.answers import Answers
    from azureml_dockerfile_ls.lsp.documents import Document
    from azureml_dockerfile_ls.lsp.protocol import Server

APPLY_EDIT = "azureml-dockerfile-ls.applyEdit"
"""The command for editors that take no code actions."""

_ACTION_KINDS = [
    types.CodeActionKind.QuickFix,
    types.CodeActionKind.RefactorRewrite,
    types.CodeActionKind.SourceFixAll,
]


def register(server: Server) -> None:
    """Make the server answer what it can, and show findings."""

    @functools.cache
    def answers() -> Answers:
        with collector_off():
            from azureml_dockerfile_ls.lsp.answers import Answers

        return Answers(server)

    def changed(document: Document) -> None:
        answers().changed(document)

    def closed(uri: str) -> None:
        answers().closed(uri)

    server.document_changed.append(changed)
    server.document_closed.append(closed)

    def diagnostics(
        params: types.DocumentDiagnosticParams,
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        return answers().diagnostics(params)

    def code_actions(params: types.CodeActionParams) -> list[types.CodeAction | types.Command] | None:
        return answers().code_actions(params)

    def apply_edit(title: str, uri: str, version: int, edit: types.WorkspaceEdit) -> None:
        answers().apply_edit(title, uri, version, edit)

    @server.feature(types.INITIALIZE)
    def _initialize(params: types.InitializeParams) -> None:
        """Offer what depends on what the editor can take."""
        if pulls_diagnostics(params.capabilities):
            # A script can change the findings of a Dockerfile, but then the editor is told to ask again. Where it hears
            # of such dependencies it asks about every open file over and over.
            options = types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False)
            server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(diagnostics)
        if takes_action_literals(params.capabilities):
            server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(_ACTION_KINDS))(code_actions)
        elif applies_edits(params.capabilities):
            # It takes no options, and commands instead of actions. No other editor is told of the command: VS Code
            # would offer it to all its extensions.
            server.feature(types.TEXT_DOCUMENT_CODE_ACTION)(code_actions)
            server.command(APPLY_EDIT)(apply_edit)

    @server.feature(types.INITIALIZED)
    def _initialized(_: types.InitializedParams) -> None:
        # The editor has its answer, and no document open yet: now there is time to load the analysis.
        answers().connected()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def _configuration_changed(params: types.DidChangeConfigurationParams) -> None:
        answers().configuration_changed(params)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def _folders_changed(_: types.DidChangeWorkspaceFoldersParams) -> None:
        answers().folders_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        answers().files_changed([change.uri for change in params.changes])

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[":", "/", "=", "-", "$", " ", '"'], resolve_provider=True),
    )
    def _complete(params: types.CompletionParams) -> types.CompletionList | None:
        return answers().complete(params)

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    def _resolve(item: types.CompletionItem) -> types.CompletionItem:
        return answers().resolve(item)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def _hover(params: types.HoverParams) -> types.Hover | None:
        return answers().hover(params)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def _symbols(
        params: types.DocumentSymbolParams,
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation] | None:
        return answers().symbols(params)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    def _links(params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        return answers().links(params)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def _inlay_hints(params: types.InlayHintParams) -> list[types.InlayHint] | None:
        return answers().inlay_hints(params)
