"""One request over HTTP that cannot hang, grow without bound or surprise: the ground under `registry`.

requests limits how long a silent server is waited for, but not one that sends a byte now and then, and it reads the
body of a redirect to its end. So every connection is watched: when the deadline passes, or the work is cancelled, its
socket is shut, which ends a read wherever it is.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import SplitResult, urlsplit

from azureml_dockerfile_ls import __version__

if TYPE_CHECKING:
    import http.client

    import requests

SECONDS_TO_CONNECT = 5.0
SECONDS_TO_READ = 5.0
SECONDS_IN_ALL = 20.0

_LONGEST_MESSAGE = 300
_PIECE = 1 << 16


class RegistryError(Exception):
    """Why a registry gave no usable answer: one plain sentence, printable and of limited length."""

    def __init__(self, message: str, *, concerns_host: bool = True, retry_after: float | None = None) -> None:
        super().__init__(printable(message)[:_LONGEST_MESSAGE])
        self.concerns_host = concerns_host
        """Whether the registry as a whole failed, and not only what it was asked for."""
        self.retry_after = retry_after
        """In how many seconds it wants to be asked again; None when it did not say."""


class Absent(RegistryError):
    """The registry works and says that there is no such repository or tag."""


class Cancelled(RegistryError):
    """Nobody wants the answer any more."""


class Resting(RegistryError):
    """Not asked: the same failed a short while ago."""


def printable(text: str) -> str:
    """`text` with a replacement character for every one that is no plain text."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


class Deadline:
    """A time by which the requests made under it are over, unless they are cancelled before. A context manager.

    It belongs to one thread, that makes one request at a time; any thread may cancel.
    """

    def __init__(self, seconds: float = SECONDS_IN_ALL) -> None:
        self._seconds = seconds
        self._state: Literal["running", "expired", "cancelled"] = "running"
        self._connection: http.client.HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end, ["expired"])
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def cancel(self) -> None:
        """End the request that is under way, and let no other begin."""
        self._end("cancelled")

    def check(self) -> None:
        """Raise Cancelled, or RegistryError when the time is over."""
        if self._state == "cancelled":
            raise Cancelled("cancelled")
        if self._state == "expired":
            raise RegistryError(f"it took longer than {self._seconds:g} s")

    def watch(self, connection: http.client.HTTPConnection | None) -> None:
        """Shut this connection, and no other, when the time is over; raises as `check` does when it already is."""
        with self._lock:
            self._connection = connection
            # A connection lets go of its socket when the body has no length, while the body is still being read.
            self._socket = connection.sock if connection else None
        self.check()

    def _end(self, state: Literal["expired", "cancelled"]) -> None:
        with self._lock:
            if self._state == "running":
                self._state = state
            # There is none while the host is looked up, which has its own limit of time; then `watch` comes next.
            open_socket = self._socket or (self._connection.sock if self._connection else None)
            if open_socket:
                # Not its own `shutdown`: that of a TLS socket takes the reader's state away.
                with suppress(OSError, TypeError):
                    socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes


_running = threading.local()


def new_session() -> requests.Session:
    """A session for several threads: proxies and certificates from the environment, no cookies, no redirects."""
    import http.cookiejar

    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class PlainConnection(HTTPConnection):
        def connect(self) -> None:
            _running.deadline.watch(self)  # a proxy may let us wait in there
            super().connect()
            _running.deadline.watch(self)

        def putrequest(self, *args: Any, **kwargs: Any) -> None:
            _running.deadline.watch(self)
            super().putrequest(*args, **kwargs)

    class SecureConnection(PlainConnection, HTTPSConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    pools = {"http": PlainPool, "https": SecurePool}

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
            manager = super().proxy_manager_for(proxy, **kwargs)
            if not proxy.lower().startswith("socks"):  # these have connections of their own
                manager.pool_classes_by_scheme = pools
            return manager

    class Session(requests.Session):
        def get_redirect_target(self, resp: requests.Response) -> str | None:
            return None

    # What a broken answer makes it write is in our own line of the log.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    session = Session()
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    # A body that would have to be unpacked could be of any size.
    session.headers.update({"User-Agent": f"azureml-dockerfile-ls/{__version__}", "Accept-Encoding": "identity"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, Adapter(pool_maxsize=16))
    return session


def send(
    session: requests.Session,
    method: Literal["GET", "HEAD", "POST"],
    url: str,
    deadline: Deadline,
    *,
    limit: int,
    accept: str = "application/json",
    authorization: str | None = None,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    """The answer to one request, whatever its status; redirects are not followed.

    Raises RegistryError, and nothing else, when there is none within the deadline or its body is longer than `limit`.
    """
    import http.client

    import urllib3.exceptions

    def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
        # Given as a function, so that requests looks for no login in ~/.netrc.
        if authorization is not None:
            request.headers["Authorization"] = authorization
        return request

    def attempt() -> Response:
        deadline.check()
        answer = session.request(
            method,
            url,
            params=query,
            data=form,
            headers={"Accept": accept},
            auth=authorize,
            timeout=(SECONDS_TO_CONNECT, SECONDS_TO_READ),
            allow_redirects=False,
            stream=True,
        )
        with closing(answer):
            body = b"" if method == "HEAD" else _body(answer, limit, deadline)
        return Response(url, answer.status_code, answer.headers, body)

    _running.deadline = deadline
    try:
        try:
            return attempt()
        except (OSError, urllib3.exceptions.HTTPError) as error:
            # A connection that was kept open may have been closed by the other side in the meantime.
            if not any(isinstance(cause, (ConnectionResetError, BrokenPipeError)) for cause in _causes(error)):
                raise
            return attempt()
    except RegistryError:
        raise
    # ValueError: what requests and urllib3 say of a host or a header that cannot be.
    except (OSError, ValueError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
        deadline.check()
        raise RegistryError(_reason(error)) from error
    finally:
        with suppress(RegistryError):
            deadline.watch(None)


def _body(answer: requests.Response, limit: int, deadline: Deadline) -> bytes:
    too_long = RegistryError(f"its answer is longer than {limit:,} bytes", concerns_host=False)
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RegistryError("its answer is compressed, which it was not asked for", concerns_host=False)
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and (len(length) > 12 or int(length) > limit):
        raise too_long
    body = bytearray()
    for piece in answer.iter_content(_PIECE):
        body += piece
        if len(body) > limit:
            raise too_long
    # A connection that was shut for being slow looks like one that came to its end.
    deadline.check()
    return bytes(body)


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what led to it: requests and urllib3 wrap in arguments and attributes rather than by `from`."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 20:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and cause not in found:
            found.append(cause)
            waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__]
    return found


def _reason(error: BaseException) -> str:
    import ssl

    import requests
    import urllib3.exceptions

    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {cause.reason or cause}"
        if isinstance(cause, socket.gaierror):
            return f"its name was not found: {cause.strerror}"
        if isinstance(cause, (requests.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError)):
            return f"no answer within {SECONDS_TO_READ:g} s"
        if isinstance(cause, urllib3.exceptions.IncompleteRead):
            return "its answer broke off"
    proxy = "the proxy: " if any(isinstance(cause, requests.exceptions.ProxyError) for cause in causes) else ""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return proxy + cause.strerror
    return f"{proxy}{causes[-1] or type(causes[-1]).__name__}"


def origin_of(url: str | SplitResult) -> str | None:
    """Scheme, host and port of an http or https URL, in one spelling; None for any other text."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else url
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")
