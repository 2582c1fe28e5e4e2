"""JSON-RPC: reads and answers messages, whatever the client sends.

Every request gets one answer, which can be an error that names the fault. A message or a handler that fails neither
shows the user a message nor ends the server. pygls 2.1.1 does not guarantee this by itself: it does not answer
malformed parameters, shows the user the errors of notifications, and raises on a response to a cancelled request.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import functools
import inspect
import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import cattrs
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from azureml_dockerfile_ls.lsp import parent_process
from azureml_dockerfile_ls.lsp.converter import explaining_converter
from azureml_dockerfile_ls.lsp.json_text import JsonText, encode
from azureml_dockerfile_ls.lsp.watch import ANSWER, Watch

if TYPE_CHECKING:
    from azureml_dockerfile_ls.lsp.edits import Edit

logger = logging.getLogger(__name__)

_INVALID_REQUEST = types.ErrorCodes.InvalidRequest

_REPLACED = (
    types.EXIT,  # raises SystemExit inside a handler
    types.TEXT_DOCUMENT_DID_OPEN,  # fill a workspace that counts lines as `str.splitlines` does
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
)
"""Handlers of pygls that are not used."""


class _Outcome:
    """What a handler gave or raised, with those methods of a future that tell it."""

    __slots__ = ("_error", "_value")

    def __init__(self, value: Any = None, error: Exception | None = None) -> None:
        self._value = value
        self._error = error

    def cancelled(self) -> bool:
        return False

    def exception(self) -> Exception | None:
        return self._error

    def result(self) -> Any:
        if self._error is not None:
            raise self._error
        return self._value


_Ended = Future[Any] | asyncio.Future[Any] | _Outcome


class Protocol(LanguageServerProtocol):
    """Reads and answers messages.

    `is_initialized` becomes true with `initialize`, and `exited` when the client sends `exit`.
    `watch` measures the message that is being handled.
    """

    def __init__(self, server: LanguageServer, converter: cattrs.Converter) -> None:
        super().__init__(server, converter)
        for method in _REPLACED:
            del self.fm.builtin_features[method]
        self.is_initialized = False
        self.exited = False
        self.watch = Watch()
        self._write: Callable[[bytes], None] | None = None
        self._end: Callable[[], None] = lambda: None
        self._initialized: Callable[[], object] = lambda: None

    @property
    def exit_status(self) -> int:
        """The exit status of the process: 0 if the client requested `shutdown` first, as LSP demands, else 1."""
        return 0 if self._shutdown else 1

    def connect(
        self, write: Callable[[bytes], None], end: Callable[[], None], initialized: Callable[[], object]
    ) -> None:
        """Send messages by `write`, which takes a whole framed message, from any thread.

        `end` ends the connection. `initialized` is called once, before `initialize` is answered.
        """
        self._write = write
        self._end = end
        self._initialized = initialized

    # Messages in

    def receive(self, body: bytes) -> None:
        """Act on one message. Never raises."""
        self.watch = Watch()
        try:
            message = _read_json(body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogatepass"))
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
        # Never answer a response, however malformed: two peers could reply to each other endlessly.
        is_ours = method is None and id_is_valid and msg_id in self._result_types
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
        elif not self.is_initialized and method != types.INITIALIZE:
            self._refuse(msg_id, types.ErrorCodes.ServerNotInitialized, "The first request must be `initialize`")
        elif self.is_initialized and method == types.INITIALIZE:
            self._refuse(msg_id, _INVALID_REQUEST, "`initialize` was sent before")
        elif handler is None:
            self._refuse(msg_id, types.ErrorCodes.MethodNotFound, f"Unknown method: {method[:100]}")
        else:
            try:
                params = self._read_params(method, message)
            except Exception:
                self._refuse(msg_id, types.ErrorCodes.InvalidParams, self._what_is_wrong(method, message))
                return
            self._ctx_msg_id.set(msg_id)
            self.watch.lap("reading")
            self._run(method, handler, params, msg_id)

    def _receive_notification(self, method: str, message: dict[str, Any]) -> None:
        handler = self._handler(method)
        if method == types.EXIT:
            self.exited = True
        elif not self.is_initialized or self._shutdown:
            return
        elif method == types.CANCEL_REQUEST:
            self._cancel(message.get("params"))
        elif handler is not None:
            try:
                params = self._read_params(method, message)
            except Exception:
                logger.error("A malformed %s was ignored: %s", method, self._what_is_wrong(method, message))
                return
            self._run(method, handler, params, None)

    def _receive_response(self, msg_id: Any, message: dict[str, Any]) -> None:
        if msg_id not in self._result_types:
            logger.info("A reply to the unknown request %r was ignored", msg_id)
            return
        response_type = self._result_types.pop(msg_id)
        future = self._request_futures.pop(msg_id)
        if not future.set_running_or_notify_cancel():
            return  # the request was cancelled in the meantime
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

    def _read_params(self, method: str, message: dict[str, Any]) -> Any:
        if method == types.TEXT_DOCUMENT_DID_CHANGE:
            return _edit_reader()(message.get("params"))
        return self._structure_params(method, message, self._converter)

    def _structure_params(self, method: str, message: dict[str, Any], converter: cattrs.Converter) -> Any:
        # Not the type of the whole message, of which the rest is checked already.
        params_type: Any
        _, _, params_type, _ = types.METHOD_TO_TYPES.get(method, (None, None, None, None))
        params = message.get("params")
        return converter.structure(params, params_type) if params_type is not None else params

    def _what_is_wrong(self, method: str, message: dict[str, Any]) -> str:
        try:
            self._structure_params(method, message, explaining_converter())
        except Exception as error:
            with contextlib.suppress(Exception):  # it guesses from an error's arguments
                return "Invalid parameters: " + "; ".join(cattrs.transform_error(error, "$.params")[:3])
        return "Invalid parameters"

    # Handlers

    def _run(self, method: str, handler: Callable[..., Any], params: Any, msg_id: int | str | None) -> None:
        """Call a handler. Its outcome is sent at once, or when what it gives to await is done."""
        # The future of a notification's handler is kept beside those of requests.
        key: Any = msg_id if msg_id is not None else object()
        ended = functools.partial(self._end_handler, key, msg_id, method, self.watch)
        if method in self.fm.builtin_features:
            # pygls's own is a generator, which runs other handlers.
            self._execute_handler(key, handler, ended, (params,))
            return
        try:
            found = handler(params)
        except Exception as error:
            ended(_Outcome(error=error))
            return
        if found is None or not inspect.isawaitable(found):
            if msg_id is not None:
                ended(_Outcome(found))
            return
        task: Any = asyncio.ensure_future(found)
        self._request_futures[key] = task
        task.add_done_callback(ended)

    def _end_handler(self, key: Any, msg_id: int | str | None, method: str, watch: Watch, future: _Ended) -> None:
        """Answer a request; of a notification, which has no id, log that its handler failed."""
        self._request_futures.pop(key, None)
        if msg_id is not None:
            watch.lap(ANSWER)
            self._send_handler_result(future, msg_id=msg_id)
            watch.lap("writing")
            watch.log(method)
        elif not future.cancelled() and (error := future.exception()) is not None:
            logger.error("The handler of %s failed", method, exc_info=error)

    def _send_handler_result(self, future: _Ended, *, msg_id: int | str) -> None:
        if future.cancelled():
            self._refuse(msg_id, types.LSPErrorCodes.RequestCancelled, "Cancelled")
            return
        try:
            found = future.result()
            if isinstance(found, JsonText):
                self._write_body(f'{{"jsonrpc":"{self.VERSION}","id":{json.dumps(msg_id)},"result":{found.text}}}')
            else:
                self._send({"jsonrpc": self.VERSION, "id": msg_id, "result": self._converter.unstructure(found)})
        except JsonRpcException as error:
            self._refuse(msg_id, error.code, error.message)
        except Exception as error:
            logger.error("A request failed", exc_info=error)
            self._refuse(msg_id, types.ErrorCodes.InternalError, f"{type(error).__name__}: {error}")

    # Messages out

    def _refuse(self, msg_id: int | str | None, code: int, text: str) -> None:
        self._send({"jsonrpc": self.VERSION, "id": msg_id, "error": {"code": int(code), "message": text}})

    def _send_data(self, data: Any) -> None:
        self._send(self._converter.unstructure(data))

    def _send(self, message: dict[str, Any]) -> None:
        self._write_body(encode(message))

    def _write_body(self, text: str) -> None:
        body = text.encode()
        if self._write is not None:
            self._write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Any | None = None) -> None:
        """Send a notification."""
        written = {} if params is None else {"params": self._converter.unstructure(params)}
        self._send({"jsonrpc": self.VERSION, "method": method, **written})

    # Handlers of pygls, changed

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Negotiate capabilities; from now on other requests are answered."""
        result = yield from super().lsp_initialize(params)
        self.is_initialized = True
        self._initialized()
        parent_process.watch(params.process_id, lambda: self._end())
        return result

    @lsp_method(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def lsp_work_done_progress_cancel(self, params: types.WorkDoneProgressCancelParams) -> Generator[Any, Any, None]:
        """Cancel what a progress bar is about. pygls accepts any JSON as the token, and logs one that is unknown."""
        known = self.progress.tokens
        future = known.get(params.token) if isinstance(params.token, (int, str)) else None
        if future is not None:
            future.cancel()
        yield from ()

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Cancel all running requests; only `exit` may follow."""
        if (user_handler := self.fm.features.get(types.SHUTDOWN)) is not None:
            yield user_handler, args, None
        self._shutdown = True
        # A future that is cancelled may leave the dictionary at once.
        for msg_id, future in list(self._request_futures.items()):
            if msg_id != self.msg_id:
                future.cancel()


@functools.cache
def _edit_reader() -> Callable[[Any], Edit]:
    # Not before `initialize` is answered: this brings a part of the analysis along.
    from azureml_dockerfile_ls.lsp.edits import read_edit

    return read_edit


_raw_decode = json.JSONDecoder().raw_decode


def _read_json(text: str) -> Any:
    """The value of a text that is JSON. Raises ValueError or RecursionError."""
    # `json.loads` searches for white space on both sides, which takes half as long as the value itself.
    try:
        value, end = _raw_decode(text)
    except ValueError:
        return json.loads(text)
    return json.loads(text) if text[end:].strip(" \t\r\n") else value
