"""One HTTP request with limits on its duration and its size, for `registry`.

The library requests limits the wait for a silent server, but not for one that sends a byte now and then, and it reads
the whole body of a redirect. Therefore every connection is watched. When the deadline passes, or the work is cancelled,
its socket is shut down, which ends any read.
"""

from __future__ import annotations

import logging
import re
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
    """The reason why a registry gave no usable response: one sentence, printable and of limited length."""

    def __init__(self, message: str, *, concerns_host: bool = True, retry_after: float | None = None) -> None:
        super().__init__(without_login(printable(message))[:_LONGEST_MESSAGE])
        self.concerns_host = concerns_host
        """Whether the registry as a whole failed, rather than only this request."""
        self.retry_after = retry_after
        """The seconds after which the registry accepts another request; None if it does not say."""


class Absent(RegistryError):
    """The registry works, and has no such repository or tag."""


class Cancelled(RegistryError):
    """The request was cancelled."""


class Resting(RegistryError):
    """The request was not sent, because the same request failed a short time ago."""


def without_login(text: str) -> str:
    """`text` with `…` in place of what is before the last `@` of a URL, where a name and a password can be."""
    return re.sub(r"//[^\s'\"]*@", "//…@", text)


def printable(text: str) -> str:
    """`text` with a replacement character for each character that is not printable."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


class Deadline:
    """A context manager that ends the requests inside it after some time, or when they are cancelled.

    It belongs to one thread, which makes one request at a time. Any thread can cancel.
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
        """End the current request, and prevent further ones."""
        self._end("cancelled")

    def check(self) -> None:
        """Raise Cancelled after a cancellation, and RegistryError after the deadline."""
        if self._state == "cancelled":
            raise Cancelled("cancelled")
        if self._state == "expired":
            raise RegistryError(f"it took longer than {self._seconds:g} s")

    def watch(self, connection: http.client.HTTPConnection | None) -> None:
        """Shut down this connection, and no other, at the deadline. Raises like `check` if that has already passed."""
        with self._lock:
            self._connection = connection
            # A connection drops its socket while a body without a length is still being read.
            self._socket = connection.sock if connection else None
        self.check()

    def _end(self, state: Literal["expired", "cancelled"]) -> None:
        with self._lock:
            if self._state == "running":
                self._state = state
            # There is no socket during the name look-up, which has its own time limit and is followed by `watch`.
            open_socket = self._socket or (self._connection.sock if self._connection else None)
            if open_socket:
                # Not the method of the TLS socket: that one discards the state of the reader.
                with suppress(OSError, TypeError):
                    socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    method: Literal["GET", "HEAD", "POST"]
    url: str
    limit: int
    """The largest accepted body of the response, in bytes."""
    accept: str = "application/json"
    authorization: str | None = None
    query: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A complete response."""

    url: str
    status: int
    headers: Mapping[str, str]
    """The header fields; names ignore letter case."""
    body: bytes


_running = threading.local()


def new_session() -> requests.Session:
    """A session for several threads, with the proxies and certificates of the environment, no cookies, no redirects."""
    import http.cookiejar

    import requests
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class PlainConnection(HTTPConnection):
        def connect(self) -> None:
            _running.deadline.watch(self)  # a proxy may block inside `connect`
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
            if not proxy.lower().startswith("socks"):  # SOCKS proxies have their own connection classes
                manager.pool_classes_by_scheme = pools
            return manager

    class Session(requests.Session):
        def get_redirect_target(self, resp: requests.Response) -> str | None:
            return None

    # Our own log entry already describes a malformed response.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    session = Session()
    session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    # A compressed body could expand to any size.
    session.headers.update({"User-Agent": f"azureml-dockerfile-ls/{__version__}", "Accept-Encoding": "identity"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, Adapter(pool_maxsize=16))
    return session


def send(session: requests.Session, request: Request, deadline: Deadline) -> Response:
    """Send one request and return its response, whatever the status. Redirects are not followed.

    Raises only RegistryError: without a response before the deadline, or for a body that exceeds the limit.
    """
    import http.client

    import urllib3.exceptions

    _running.deadline = deadline
    try:
        try:
            return _attempt(session, request, deadline)
        except (OSError, urllib3.exceptions.HTTPError) as error:
            # The server may have closed a connection that was kept open.
            if not any(isinstance(cause, (ConnectionResetError, BrokenPipeError)) for cause in _causes(error)):
                raise
            return _attempt(session, request, deadline)
    except RegistryError:
        raise
    # ValueError, TypeError: requests and urllib3 raise them for an invalid host, header or proxy.
    except (OSError, ValueError, TypeError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
        deadline.check()
        raise RegistryError(_reason(error)) from error
    finally:
        with suppress(RegistryError):
            deadline.watch(None)


def _attempt(session: requests.Session, request: Request, deadline: Deadline) -> Response:
    def authorize(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        # With a function as `auth`, requests does not look for a login in ~/.netrc.
        if request.authorization is not None:
            prepared.headers["Authorization"] = request.authorization
        return prepared

    deadline.check()
    answer = session.request(
        request.method,
        request.url,
        params=request.query,
        data=request.form,
        headers={"Accept": request.accept},
        auth=authorize,
        timeout=(SECONDS_TO_CONNECT, SECONDS_TO_READ),
        allow_redirects=False,
        stream=True,
    )
    with closing(answer):
        body = b"" if request.method == "HEAD" else _body(answer, request.limit, deadline)
    return Response(request.url, answer.status_code, answer.headers, body)


def _body(answer: requests.Response, limit: int, deadline: Deadline) -> bytes:
    too_long = RegistryError(f"the response exceeds {limit:,} bytes", concerns_host=False)
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RegistryError("the response is compressed, which was not requested", concerns_host=False)
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and (len(length) > 12 or int(length) > limit):
        raise too_long
    body = bytearray()
    for piece in answer.iter_content(_PIECE):
        body += piece
        if len(body) > limit:
            raise too_long
    # A connection that the deadline shut down looks like one that ended.
    deadline.check()
    return bytes(body)


def _causes(error: BaseException) -> list[BaseException]:
    """The error and its causes. requests and urllib3 keep causes in arguments and attributes rather than in `from`."""
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
    import urllib.request

    import requests
    import urllib3.exceptions

    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {cause.reason or cause}"
        if isinstance(cause, socket.gaierror):
            return f"host name not found: {cause.strerror}"
        if isinstance(cause, (requests.Timeout, urllib3.exceptions.ReadTimeoutError, TimeoutError)):
            return f"no response within {SECONDS_TO_READ:g} s"
        if isinstance(cause, urllib3.exceptions.IncompleteRead):
            return "the response is incomplete"
    proxy = "the proxy: " if any(isinstance(cause, requests.exceptions.ProxyError) for cause in causes) else ""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return proxy + cause.strerror
    # The text of a library can quote any part of a proxy's URL.
    is_secret = any("@" in url for url in urllib.request.getproxies().values())
    return f"{proxy}{(not is_secret and causes[-1]) or type(causes[-1]).__name__}"


def is_inner(url: str) -> bool:
    """Whether the host of a URL names this machine, or a service of its cloud that only this machine reaches."""
    import ipaddress

    host = (urlsplit(url).hostname or "").rstrip(".")
    with suppress(OSError):
        # The system also takes numbers such as 2130706433 and 0x7f.1 for an address.
        host = socket.inet_ntoa(socket.inet_aton(host))
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_link_local or address.is_unspecified


def origin_of(url: str | SplitResult) -> str | None:
    """The scheme, host and port of an http or https URL, normalized; None for any other text."""
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
