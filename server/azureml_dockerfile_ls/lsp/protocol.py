"""The protocol: which message is answered how, whatever the client sends.

Every request is answered once, with an error that says what is wrong if need be; nothing that a client sends, and no
handler that fails, pops up a message at the user or ends the server. pygls alone does not hold this (version 2.1.1):
malformed parameters are not answered, errors of notifications pop up, a reply to a cancelled request raises.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import functools
import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any

import cattrs
from lsprotocol import converters, types
from pygls.exceptions import JsonRpcException
from pygls.feature_manager import is_thread_function
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.lsp.documents import Document, Documents

logger = logging.getLogger(__name__)

_UINTEGER_MAX = 2**31 - 1
_INVALID_REQUEST = types.ErrorCodes.InvalidRequest


class Protocol(LanguageServerProtocol):
    """Reads and answers messages. `exited` becomes true with the client's `exit`."""

    _server: Server

    def __init__(self, server: Server, converter: cattrs.Converter) -> None:
        super().__init__(server, converter)
        del self.fm.builtin_features[types.EXIT]  # raises SystemExit wherever it is
        self.exited = False
        self._initialized = False
        self._write: Callable[[bytes], None] | None = None

    @property
    def exit_status(self) -> int:
        """What the process ends with: 0 if the client has asked for the shutdown first, as LSP wants it, else 1."""
        return 0 if self._shutdown else 1

    def connect(self, write: Callable[[bytes], None]) -> None:
        """Send messages by `write`, which takes a whole framed message, from any thread."""
        self._write = write

    # Messages in

    def receive(self, body: bytes) -> None:
        """Act on one message. Never raises."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            self._refuse(None, types.ErrorCodes.ParseError, f"Not JSON: {error}")
            return
        try:
            self._dispatch(message)
        except Exception:
            logger.exception("A message could not be handled")

    def _dispatch(self, message: Any) -> None:
        if not isinstance(message, dict):
            self._refuse(None, _INVALID_REQUEST, "A message is one JSON object (LSP has no batches)")
            return
        msg_id, method = message.get("id"), message.get("method")
        id_is_valid = isinstance(msg_id, (int, str)) and not isinstance(msg_id, bool)
        # A reply must not be answered, be it ever so wrong, or two programs can go on for ever.
        is_ours = id_is_valid and msg_id in self._result_types
        if method is None and ("result" in message or "error" in message or is_ours):
            self._receive_response(msg_id if id_is_valid else None, message)
        elif "id" in message and not id_is_valid:
            self._refuse(None, _INVALID_REQUEST, "An id is an integer or a string")
        elif not isinstance(method, str) or message.get("jsonrpc") != self.VERSION:
            self._refuse(msg_id, _INVALID_REQUEST, 'A message needs "jsonrpc": "2.0" and a method')
        elif msg_id is not None:
            self._receive_request(msg_id, method, message)
        else:
            self._receive_notification(method, message)

    def _receive_request(self, msg_id: int | str, method: str, message: dict[str, Any]) -> None:
        handler = self._handler(method)
        if self._shutdown:
            self._refuse(msg_id, _INVALID_REQUEST, "The server is shutting down")
        elif not self._initialized and method != types.INITIALIZE:
            self._refuse(msg_id, types.ErrorCodes.ServerNotInitialized, "The first request must be `initialize`")
        elif self._initialized and method == types.INITIALIZE:
            self._refuse(msg_id, _INVALID_REQUEST, "`initialize` was sent before")
        elif handler is None:
            self._refuse(msg_id, types.ErrorCodes.MethodNotFound, f"Unknown method: {method[:100]}")
        else:
            try:
                params = self._structure_params(method, message, self._converter)
            except Exception:
                self._refuse(msg_id, types.ErrorCodes.InvalidParams, self._what_is_wrong(method, message))
                return
            self._ctx_msg_id.set(msg_id)
            answer = functools.partial(self._send_handler_result, msg_id=msg_id)
            self._execute_handler(msg_id, handler, answer, (params,))

    def _receive_notification(self, method: str, message: dict[str, Any]) -> None:
        handler = self._handler(method)
        if method == types.EXIT:
            self.exited = True
        elif not self._initialized or self._shutdown:
            return
        elif method == types.CANCEL_REQUEST:
            self._cancel(message.get("params"))
        elif handler is not None:
            try:
                params = self._structure_params(method, message, self._converter)
            except Exception:
                logger.error("A malformed %s was ignored: %s", method, self._what_is_wrong(method, message))
                return
            key = object()  # pygls keeps the handler's future by this, beside those of requests
            self._execute_handler(key, handler, functools.partial(self._end_notification, key, method), (params,))

    def _receive_response(self, msg_id: Any, message: dict[str, Any]) -> None:
        if msg_id not in self._result_types:
            logger.info("A reply to the unknown request %r was ignored", msg_id)
            return
        response_type = self._result_types.pop(msg_id)
        future = self._request_futures.pop(msg_id)
        if not future.set_running_or_notify_cancel():
            return  # whoever asked has been cancelled meanwhile
        try:
            if message.get("error") is not None:
                error = self._converter.structure(message["error"], types.ResponseError)
                future.set_exception(JsonRpcException.from_error(error))
            elif response_type is None:
                future.set_result(message.get("result"))
            else:
                # Some clients leave a null result out.
                response = self._converter.structure({"result": None, **message}, response_type)
                future.set_result(response.result)
        except Exception as error:
            future.set_exception(JsonRpcException(f"The client's reply makes no sense: {error}"))

    def _cancel(self, params: Any) -> None:
        msg_id = params.get("id") if isinstance(params, dict) else None
        # The futures of our own requests to the client are in the same dictionary.
        if isinstance(msg_id, (int, str)) and msg_id not in self._result_types:
            future = self._request_futures.get(msg_id)
            if future is not None:
                future.cancel()

    def _handler(self, method: str) -> Callable[..., Any] | None:
        handler: Callable[..., Any] | None = self.fm.builtin_features.get(method) or self.fm.features.get(method)
        return handler

    def _structure_params(self, method: str, message: dict[str, Any], converter: cattrs.Converter) -> Any:
        message_type = self.get_message_type(method)
        if message_type is None:  # not a method of LSP
            return message.get("params")
        return converter.structure(message, message_type).params

    def _what_is_wrong(self, method: str, message: dict[str, Any]) -> str:
        try:
            self._structure_params(method, message, _explaining_converter())
        except Exception as error:
            with contextlib.suppress(Exception):  # it guesses from an error's arguments
                return "Invalid parameters: " + "; ".join(cattrs.transform_error(error)[:3])
        return "Invalid parameters"

    # Handlers

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Callable[..., Any],
        callback: Callable[[Any], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        if not is_thread_function(handler):  # type: ignore[no-untyped-call]
            super()._execute_handler(msg_id, handler, callback, args, kwargs)
            return
        # As a future of the loop it can be cancelled while it runs, and is answered on the loop's thread.
        call = functools.partial(handler, *(args or ()), **(kwargs or {}))
        future: Any = asyncio.get_running_loop().run_in_executor(self._server.thread_pool, call)
        self._request_futures[msg_id] = future
        future.add_done_callback(callback)

    def _send_handler_result(self, future: Future[Any], *, msg_id: int | str) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._refuse(msg_id, types.LSPErrorCodes.RequestCancelled, "Cancelled")
            return
        try:
            result = self._converter.unstructure(future.result())
            self._send({"jsonrpc": self.VERSION, "id": msg_id, "result": result})
        except JsonRpcException as error:
            self._refuse(msg_id, error.code, error.message)
        except Exception as error:
            logger.error("A request failed", exc_info=error)
            self._refuse(msg_id, types.ErrorCodes.InternalError, f"{type(error).__name__}: {error}")

    def _end_notification(self, key: Any, method: str, future: Future[Any]) -> None:
        self._request_futures.pop(key, None)
        if not future.cancelled() and (error := future.exception()) is not None:
            logger.error("The handler of %s failed", method, exc_info=error)

    # Messages out

    def _refuse(self, msg_id: int | str | None, code: int, text: str) -> None:
        self._send({"jsonrpc": self.VERSION, "id": msg_id, "error": {"code": int(code), "message": text}})

    def _send_data(self, data: Any) -> None:
        self._send(self._converter.unstructure(data))

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message, separators=(",", ":")).encode()
        if self._write is not None:
            self._write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    # What pygls does itself

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Negotiate capabilities and the unit of columns."""
        result = yield from super().lsp_initialize(params)
        self._server.documents.encoding = types.PositionEncodingKind(self.workspace.position_encoding).value
        self._server.client_name = params.client_info.name if params.client_info else ""
        self._server.initialization_options = params.initialization_options
        self._initialized = True
        return result

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Cancel what still runs; only `exit` may follow."""
        if (user_handler := self.fm.features.get(types.SHUTDOWN)) is not None:
            yield user_handler, args, None
        self._shutdown = True
        # A future that is cancelled may leave the dictionary at once.
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != self.msg_id:
                future.cancel()

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take in a document."""
        document = params.text_document
        self._server.documents.open(document.uri, document.language_id, document.version, document.text)
        self._server.analyse_soon(document.uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Apply edits to a document."""
        uri = params.text_document.uri
        self._server.documents.change(uri, params.text_document.version, params.content_changes)
        self._server.analyse_soon(uri)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a document."""
        self._server.documents.close(params.text_document.uri)
        for hook in self._server.document_closed:
            _run_hook(hook, params.text_document.uri)


class Server(LanguageServer):
    """The server: the open documents, and what is to be done when they change.

    `document_changed` holds what to call, on the loop, with a document that was opened or edited: once for edits that
    arrive together, and never with an outdated version. Work that goes on elsewhere must ask `documents.is_current`
    before it shows its outcome; `publish_diagnostics` does. `document_closed` holds what to call with a URI.
    `client_name` is what the client calls itself, empty if it does not say; `initialization_options` is what it sent
    under that name.
    """

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("azureml-dockerfile-ls", __version__, protocol_cls=Protocol, converter_factory=_make_converter)
        self.documents = Documents()
        self.client_name = ""
        self.initialization_options: object = None
        self.document_changed: list[Callable[[Document], object]] = []
        self.document_closed: list[Callable[[str], object]] = []
        self._to_analyse: dict[str, None] = {}
        self._calls = 0

    def analyse_soon(self, uri: str) -> None:
        """Call `document_changed` for a document when no more input waits; call this on the loop's thread."""
        if not self._to_analyse:
            asyncio.get_running_loop().call_soon(self._analyse_when_settled, self._calls)
        self._to_analyse[uri] = None
        self._calls += 1

    def _analyse_when_settled(self, calls_before: int) -> None:
        # The loop reads input once a turn, after what was scheduled before: so it takes a whole turn without a further
        # edit to know that none waits. Then one document a turn, for requests to come in between.
        loop = asyncio.get_running_loop()
        if self._calls != calls_before:
            loop.call_soon(self._analyse_when_settled, self._calls)
            return
        uri = next(iter(self._to_analyse))
        del self._to_analyse[uri]
        if self._to_analyse:
            loop.call_soon(self._analyse_when_settled, self._calls)
        document = self.documents.get(uri)
        if document is not None:
            for hook in self.document_changed:
                _run_hook(hook, document)

    def publish_diagnostics(self, document: Document, diagnostics: list[types.Diagnostic]) -> None:
        """Show the findings of `document`, unless it was edited or closed since."""
        if self.documents.is_current(document):
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(document.uri, diagnostics, document.version)
            )

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log an error; pygls would pop it up at the user."""
        logger.error("%s", error, exc_info=error)


def _run_hook(hook: Callable[[Any], object], argument: Any) -> None:
    try:
        hook(argument)
    except Exception:
        logger.exception("%r failed", hook)


def _make_converter(explaining: bool = False) -> cattrs.Converter:
    """Turns JSON into the protocol's types; `explaining` makes errors say where they are, at twice the cost."""
    converter = converters.get_converter(cattrs.Converter(detailed_validation=explaining))
    converter.register_structure_hook(str, _structure_text)
    converter.register_structure_hook(types.Position, _structure_position)
    # A newer client may know more values than we do; that must not cost it the answer.
    for type_ in types.ALL_TYPES_MAP.values():
        if isinstance(type_, type) and issubclass(type_, enum.Enum):
            converter.register_structure_hook(type_, _structure_enum)
            converter.register_unstructure_hook(type_, _unstructure_enum)
    return converter


_explaining_converter = functools.cache(lambda: _make_converter(explaining=True))


def _structure_text(value: Any, _: type) -> str:
    if not isinstance(value, str):  # cattrs would make the text "None" of null
        raise TypeError(f"{value!r} is not a string")
    return value


def _structure_position(value: Any, _: type) -> types.Position:
    # Some clients mean the end by the largest number that they have.
    line, character = (min(max(int(value[key]), 0), _UINTEGER_MAX) for key in ("line", "character"))
    return types.Position(line, character)


def _structure_enum(value: Any, type_: type[enum.Enum]) -> Any:
    try:
        return type_(value)
    except ValueError:
        if isinstance(value, (int, str)):
            return value
        raise


def _unstructure_enum(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value
