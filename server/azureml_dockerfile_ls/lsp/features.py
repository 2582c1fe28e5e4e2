"""What the server offers to the editor. The answers are in `answers.py`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lsprotocol import types

from azureml_dockerfile_ls.lsp.collector import collector_off

if TYPE_CHECKING:
    from azureml_dockerfile_ls.lsp.answers import Answers
    from azureml_dockerfile_ls.lsp.documents import Document
    from azureml_dockerfile_ls.lsp.protocol import Server


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

    @server.feature(types.INITIALIZED)
    def _initialized(_: types.InitializedParams) -> None:
        # The editor has its answer, and no document open yet: now there is time to load the analysis.
        answers().connected()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def _configuration_changed(params: types.DidChangeConfigurationParams) -> None:
        answers().configuration_changed(params)

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

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(
            code_action_kinds=[
                types.CodeActionKind.QuickFix,
                types.CodeActionKind.RefactorRewrite,
                types.CodeActionKind.SourceFixAll,
            ]
        ),
    )
    def _code_actions(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        return answers().code_actions(params)

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
