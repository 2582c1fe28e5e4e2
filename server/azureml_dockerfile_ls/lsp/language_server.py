"""The language server: registers what is offered with pygls, and passes every message on to the session."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.lsp.capabilities import APPLY_EDIT, COMMANDS, OFFERS, STATUS, needs_commands
from azureml_dockerfile_ls.lsp.client_capabilities import ClientCapabilities
from azureml_dockerfile_ls.lsp.converter import make_converter
from azureml_dockerfile_ls.lsp.garbage import gc_paused
from azureml_dockerfile_ls.lsp.protocol import Protocol

if TYPE_CHECKING:
    from azureml_dockerfile_ls.lsp.session.session import Session


logger = logging.getLogger(__name__)

_FIRST_SECONDS, _NEXT_SECONDS = 0.5, 0.1
"""The pause before the first handler is imported, while a client sends its first requests, and between two of them."""


class Server(LanguageServer):
    """A server for one client. `initialize` is answered before the analysis is imported."""

    protocol: Protocol
    _client: ClientCapabilities

    def __init__(self) -> None:
        super().__init__("azureml-dockerfile-ls", __version__, protocol_cls=Protocol, converter_factory=make_converter)
        self._initialization_options: object = None
        self._prepares = False
        self.feature(types.INITIALIZE)(partial(self._initialize))
        notifications: dict[str, Callable[[Any], None]] = {
            types.INITIALIZED: lambda _: self.session.connected(),
            types.TEXT_DOCUMENT_DID_OPEN: lambda params: self._opened(params),
            types.TEXT_DOCUMENT_DID_CHANGE: lambda params: self.session.edited(params),
            types.TEXT_DOCUMENT_DID_SAVE: lambda params: self.session.saved(params.text_document.uri),
            types.TEXT_DOCUMENT_DID_CLOSE: lambda params: self.session.closed(params.text_document.uri),
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: lambda params: self.session.settings.client_changed(
                params.settings
            ),
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: lambda _: self.session.settings.folders_changed(),
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: lambda params: self.session.files_changed(
                [change.uri for change in params.changes]
            ),
        }
        for method, handle in notifications.items():
            self.feature(method)(handle)
        self.feature(STATUS)(lambda _: _status())

    @cached_property
    def session(self) -> Session:
        """The session with the client. The first access, after `initialize`, imports the analysis."""
        with gc_paused():
            from azureml_dockerfile_ls.lsp.session.session import Session

        return Session(self, self._client, self._initialization_options, lambda: self.protocol.watch)

    def answer(self, method: str, params: Any) -> object:
        """The result of a request that was offered to the client, or something to await that gives it."""
        from azureml_dockerfile_ls.lsp.requests import respond

        return respond(self.session, method, params)

    def _opened(self, params: types.DidOpenTextDocumentParams) -> None:
        self.session.opened(params.text_document)
        if not self._prepares:
            self._prepares = True
            asyncio.get_running_loop().call_later(_FIRST_SECONDS, self._prepare, 0)

    def _prepare(self, number: int) -> None:
        """Import one handler, unless an edit waits, and a moment later the next.

        An update of the package may replace the modules while the server runs, so none is left for later.
        """
        from azureml_dockerfile_ls.lsp.requests import HANDLERS, handler

        if self.session.is_idle:
            handler([*HANDLERS][number])
            number += 1
        if number < len(HANDLERS):
            asyncio.get_running_loop().call_later(_NEXT_SECONDS, self._prepare, number)

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log an error; pygls would pop it up at the user."""
        logger.error("%s", error, exc_info=error)

    def _initialize(self, params: types.InitializeParams) -> None:
        info = params.client_info
        name, version = (info.name, info.version or "") if info is not None else ("", "")
        options = params.initialization_options
        commands: object = ()
        if isinstance(options, Mapping):
            # Beside the settings a client names the commands that it executes.
            commands = options.get(COMMANDS)
            options = {key: value for key, value in options.items() if key != COMMANDS}
        self._initialization_options = options
        names = [name for name in commands if isinstance(name, str)] if isinstance(commands, (list, tuple)) else []
        client = self._client = ClientCapabilities(params.capabilities, name, version, names)
        for offer in OFFERS:
            options = offer.options(client)
            if options is not None:
                answer = partial(self.answer, offer.method)
                self.feature(offer.method, None if options is True else options)(answer)
        if needs_commands(client):

            def apply_edit(title: str, uri: str, version: int, edit: types.WorkspaceEdit) -> None:
                self.session.apply_edit(title, uri, version, edit)

            self.command(APPLY_EDIT)(apply_edit)


def _status() -> dict[str, str]:
    """What an editor can show about the server that runs."""
    from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE

    python = ".".join(map(str, sys.version_info[:3]))
    return {"server": __version__, "python": python, "catalogueDate": BUILT_IN_DATE}
