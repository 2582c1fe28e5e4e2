"""A client of container registries: it reads names, tags, digests and configurations of images, never a layer.

It implements the reading part of OCI's distribution specification, and contacts only the registries that the settings
allow. Its functions block; `updater` runs them. Whatever a registry does, they return a checked response or raise
RegistryError.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urljoin, urlsplit

from azureml_dockerfile_ls.images import responses
from azureml_dockerfile_ls.images.credentials import challenges, login_for
from azureml_dockerfile_ls.images.http import (
    Absent,
    Cancelled,
    Deadline,
    RegistryError,
    Request,
    Response,
    Resting,
    is_inner,
    new_session,
    origin_of,
    send,
    without_login,
)
from azureml_dockerfile_ls.images.responses import Configuration, Listing
from azureml_dockerfile_ls.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    import requests

logger = logging.getLogger(__name__)

DEFAULT_URLS: Mapping[str, str] = {
    "mcr.microsoft.com/azureml": "https://mcr.microsoft.com/azureml",
    "mcr.microsoft.com/aifx": "https://mcr.microsoft.com/aifx",
}
"""The default of `registry.urls`: Microsoft's registry, for the images of Azure ML only."""

PLATFORM = ("linux", "amd64")

_LONGEST_BODY = 4 << 20
"""OCI's limit for a manifest; a hundred thousand tags take half of it."""
_LONGEST_TOKEN = 1 << 16
_PAGE = 1000
"""docker-registry refuses to list more at once."""
_MOST_PAGES = 100
_MOST_LISTED = 100_000
_MOST_REDIRECTS = 5
_SHORTEST_REST = 30.0
_LONGEST_REST = 900.0
_LONGEST_RETRY_AFTER = 3600.0
_MOST_REMEMBERED = 1000

_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
_MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
_ACCEPT_MANIFEST = ", ".join((*_INDEXES, *_MANIFESTS))
# The error codes for something that does not exist: those of OCI, of Harbor, and of Azure's storage, which responds for
# Microsoft's registry with XML and a byte-order mark.
_ABSENT = lazy_pattern(
    rb'"code"\s*:\s*"(?:NAME_UNKNOWN|MANIFEST_UNKNOWN|BLOB_UNKNOWN|NOT_FOUND)"'
    rb"|<Code>(?:Blob|Container|Resource)NotFound</Code>"
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on a registry."""

    registry: str
    """The URL of the registry, without a path: `https://mcr.microsoft.com`."""
    name: str
    """The repository's name there: `azureml/minimal-py312-inference`."""

    @property
    def url(self) -> str:
        """The URL before the paths of the distribution specification."""
        return f"{self.registry}/v2/{self.name}"


@dataclass(frozen=True, slots=True)
class _Rest:
    until: float
    seconds: float


class Registry:
    """The registries that the settings allow. Threads can share it.

    The first request imports the library requests.
    """

    def __init__(self, urls: Mapping[str, str] | None = None) -> None:
        """`urls` is the setting `registry.urls`. A value that is not an http or https URL is logged and ignored."""
        self._urls = {prefix.rstrip("/"): url for prefix, url in (urls or {}).items()}
        for url in self._urls.values():
            if _split_base(url) is None:
                logger.warning("registry.urls: %r is not the URL of a registry.", without_login(url))
        self._rests: dict[tuple[str, str], _Rest] = {}
        self._authorizations: dict[tuple[str, str], str] = {}
        self._session: requests.Session | None = None
        self._lock = threading.Lock()

    def locate(self, image: str) -> Repository | None:
        """The repository of an image, by its full name or a prefix of it; None if the settings do not allow to ask.

        The longest matching prefix in the settings applies, and its URL replaces it, as in containers-registries.conf:
        `{"mcr.microsoft.com": "http://127.0.0.1:5000/mirror"}` makes `mcr.microsoft.com/azureml/x` the repository
        `mirror/azureml/x` there. Without a matching prefix, only images of Azure ML are looked up, on Microsoft's
        registry.
        """
        for urls in (self._urls, DEFAULT_URLS):
            prefixes = [prefix for prefix in urls if image == prefix or image.startswith(prefix + "/")]
            if prefixes:
                prefix = max(prefixes, key=len)
                base = _split_base(urls[prefix])
                if base is None:
                    return None
                name = (base[1] + image[len(prefix) :]).strip("/")
                return Repository(base[0], name) if responses.is_repository(name) else None
        return None

    def tags(self, where: Repository, deadline: Deadline) -> Listing:
        """The tags of a repository, at most `responses.MOST_NAMES`, in the order of `tags.sort_key`.

        Raises Absent if the registry has no such repository, and RegistryError for any other failure.
        """
        with self._asking(where, f"the tags of {where.name}"):
            names, is_complete = self._names(where, f"{where.url}/tags/list", "tags", responses.is_tag, deadline)
            return responses.tag_listing(names, is_complete)

    def images(self, prefix: str, deadline: Deadline) -> Listing:
        """The full names of the images below `prefix`, like `mcr.microsoft.com/azureml`.

        A registry that does not list what it holds raises Absent or RegistryError; so does a prefix that the settings
        do not allow to ask for, or that is a host alone.
        """
        where = self.locate(prefix)
        if where is None:
            raise RegistryError(f"the settings allow no request about {prefix}")
        with self._asking(where, "the list of its repositories"):
            url = f"{where.registry}/v2/_catalog"
            names, is_complete = self._names(where, url, "repositories", responses.is_repository, deadline)
            below = where.name + "/"
            found = [prefix.rstrip("/") + "/" + name[len(below) :] for name in names if name.startswith(below)]
            return responses.image_listing(found, is_complete)

    def digest(self, where: Repository, tag: str, deadline: Deadline) -> str:
        """The digest that a tag currently stands for. Raises Absent or another RegistryError."""
        with self._asking(where, f"the digest of {where.name}:{tag}"):
            url = _manifest_url(where, tag)
            answer = self._ask(where, "HEAD", url, deadline, accept=_ACCEPT_MANIFEST)
            digest = answer.headers.get("Docker-Content-Digest", "")
            if answer.status == 200 and responses.is_digest(digest):
                return digest
            if answer.status == 429:
                _raise_for_status(answer)
            # The response to HEAD contains no reason for a failure and, from some registries, no digest.
            return self._manifest(where, tag, deadline)[1]

    def configuration(self, where: Repository, reference: str, deadline: Deadline) -> Configuration:
        """The configuration of an image, by tag or digest, for linux/amd64. Raises Absent or another RegistryError."""
        with self._asking(where, f"the configuration of {where.name} {reference}"):
            manifest, digest = self._manifest(where, reference, deadline)
            if "manifests" in manifest:
                manifest, _ = self._manifest(where, _of_platform(manifest), deadline)
            config = responses.mapping(manifest.get("config")).get("digest")
            if not isinstance(config, str) or not responses.is_digest(config):
                raise ValueError("the manifest names no configuration")
            answer = self._ask(where, "GET", f"{where.url}/blobs/{config}", deadline, may_leave_host=True)
            _raise_for_status(answer)
            _verify(answer.body, config)
            return responses.configuration(_json(answer), digest)

    @contextmanager
    def _asking(self, where: Repository, what: str) -> Iterator[None]:
        """Pause requests to a registry after a failure, and add the registry and the request to each error."""
        host = where.registry.partition("//")[2]
        keys = ((where.registry, ""), (where.registry, where.name))
        if resting := self._resting(keys):
            raise Resting(f"{what} not requested from {host}, which failed; next attempt in {resting:.0f} s")
        try:
            yield
        except (ValueError, RecursionError) as error:
            unusable = RegistryError(f"unusable response: {error or type(error).__name__}", concerns_host=False)
            raise self._failure(keys, unusable, f"cannot get {what} from {host}") from error
        except Cancelled:
            raise
        except Absent as error:
            self._forget(keys)
            raise Absent(f"{host} does not have {what}: {error}") from error
        except RegistryError as error:
            raise self._failure(keys, error, f"cannot get {what} from {host}") from error
        self._forget(keys)

    def _ready_session(self) -> requests.Session:
        with self._lock:
            self._session = self._session or new_session()
            return self._session

    def _resting(self, keys: tuple[tuple[str, str], ...]) -> float:
        with self._lock:
            return self._rest_left(keys)

    def _rest_left(self, keys: tuple[tuple[str, str], ...]) -> float:
        """The seconds until the pause ends. The caller holds the lock."""
        return max(0.0, *(self._rests[key].until - time.monotonic() for key in keys if key in self._rests), 0.0)

    def _forget(self, keys: tuple[tuple[str, str], ...]) -> None:
        with self._lock:
            for key in keys:
                self._rests.pop(key, None)

    def _failure(self, keys: tuple[tuple[str, str], ...], error: RegistryError, message: str) -> RegistryError:
        key = keys[0] if error.concerns_host else keys[1]
        with self._lock:
            # Two threads may fail at the same moment; only one of them reports it.
            was_resting = self._rest_left(keys) > 0
            before = self._rests.get(key)
            doubled = min(2 * before.seconds, _LONGEST_REST) if before else _SHORTEST_REST
            seconds = doubled if error.retry_after is None else error.retry_after
            if len(self._rests) >= _MOST_REMEMBERED:
                self._rests.clear()
            if not was_resting:
                self._rests[key] = _Rest(time.monotonic() + seconds, doubled)
        # Another thread reported the same failure a moment ago.
        kind = Resting if was_resting else RegistryError
        return kind(f"{message}: {error}. Next attempt in {seconds:.0f} s.", concerns_host=error.concerns_host)

    def _names(
        self, where: Repository, first: str, field: str, is_valid: Callable[[str], bool], deadline: Deadline
    ) -> tuple[list[str], bool]:
        """The valid names of a paged list, and whether the list is complete."""
        names: dict[str, None] = {}
        url = f"{first}?n={_PAGE}"
        asked = set()
        for _ in range(_MOST_PAGES):
            asked.add(url)
            answer = self._ask(where, "GET", url, deadline)
            _raise_for_status(answer)
            page = [name for name in responses.sequence(_json(answer).get(field)) if isinstance(name, str)]
            news = [name for name in page if name not in names and is_valid(name)]
            names.update(dict.fromkeys(news))
            following = _next_page(answer)
            if following is None:
                # Some registries observe `n` but do not link to the next page.
                if len(page) != _PAGE or not news:
                    return list(names), True
                following = f"{first}?n={_PAGE}&last={quote(page[-1], safe='')}"
            if origin_of(following) != where.registry or following in asked or len(names) >= _MOST_LISTED:
                return list(names), False
            url = following
        return list(names), False

    def _manifest(self, where: Repository, reference: str, deadline: Deadline) -> tuple[dict[str, Any], str]:
        answer = self._ask(where, "GET", _manifest_url(where, reference), deadline, accept=_ACCEPT_MANIFEST)
        _raise_for_status(answer)
        digest = reference if responses.is_digest(reference) else answer.headers.get("Docker-Content-Digest", "")
        if not responses.is_digest(digest):
            digest = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
        _verify(answer.body, digest)
        return _json(answer), digest

    def _ask(
        self,
        where: Repository,
        method: Literal["GET", "HEAD"],
        url: str,
        deadline: Deadline,
        *,
        accept: str = "application/json",
        may_leave_host: bool = False,
    ) -> Response:
        """The response, whatever its status, after redirects and a login if the registry requires one."""

        def follow(authorization: str | None) -> Response:
            target, remaining = url, authorization
            for _ in range(_MOST_REDIRECTS + 1):
                request = Request(method, target, _LONGEST_BODY, accept, remaining)
                answer = send(self._ready_session(), request, deadline)
                if answer.status not in (301, 302, 303, 307, 308) or "Location" not in answer.headers:
                    return answer
                target = urljoin(target, answer.headers["Location"])
                origin = origin_of(target)
                if origin != where.registry:
                    # The login is for the registry alone, and is not sent after a redirect elsewhere.
                    remaining = None
                    if not may_leave_host:
                        raise RegistryError("it redirects to another host")
                    if origin is None or (origin.startswith("http:") and where.registry.startswith("https:")):
                        raise RegistryError("it redirects to an insecure URL")
                    if is_inner(target) and not is_inner(where.registry):
                        raise RegistryError("it redirects to an address of this machine")
            raise RegistryError("too many redirects")

        key = (where.registry, where.name)
        with self._lock:
            authorization = self._authorizations.get(key)
        answer = follow(authorization)
        if answer.status != 401 or origin_of(answer.url) != where.registry:
            return answer
        authorization = self._log_in(where, answer, deadline)
        if authorization is None:
            return answer
        answer = follow(authorization)
        with self._lock:
            if len(self._authorizations) >= _MOST_REMEMBERED:
                self._authorizations.clear()
            if answer.status != 401:
                self._authorizations[key] = authorization
        return answer

    def _log_in(self, where: Repository, answer: Response, deadline: Deadline) -> str | None:
        """The Authorization header that the response 401 requires; None if there is no suitable login."""
        offered = {offer.scheme: offer.parameters for offer in challenges(answer.headers.get("WWW-Authenticate", ""))}
        login = login_for(urlsplit(where.registry).netloc, where.name)
        if "bearer" not in offered:
            return login.basic if login and "basic" in offered else None
        parameters = offered["bearer"]
        realm = parameters.get("realm", "")
        if not _is_safe_realm(realm, where.registry):
            raise RegistryError("the URL of its token server is insecure", concerns_host=False)
        if urlsplit(realm).hostname != urlsplit(where.registry).hostname:
            # A login goes to the host that it is kept for, and to no other.
            login = login_for(urlsplit(realm).netloc, where.name)
        query = {key: value for key, value in parameters.items() if key in ("service", "scope")}
        if login and login.identity_token:
            form = {"grant_type": "refresh_token", "client_id": "azureml-dockerfile-ls"} | query
            form["refresh_token"] = login.identity_token
            request = Request("POST", realm, _LONGEST_TOKEN, form=form)
        else:
            basic = login.basic if login else None
            request = Request("GET", realm, _LONGEST_TOKEN, authorization=basic, query=query)
        granted = send(self._ready_session(), request, deadline)
        if granted.status in (400, 401, 403, 404):
            raise RegistryError(f"its token server denies access ({granted.status})", concerns_host=False)
        _raise_for_status(granted)
        document = _json(granted)
        token = document.get("token") or document.get("access_token")
        if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
            raise RegistryError("its token server returned no valid token", concerns_host=False)
        return f"Bearer {token}"


def _split_base(url: str) -> tuple[str, str] | None:
    """The origin and the path of a URL in the settings; None if it is not a plain http or https URL."""
    origin = origin_of(url)
    parts = urlsplit(url) if origin else None
    if origin is None or parts is None or parts.query or parts.fragment or "@" in parts.netloc:
        return None
    return origin, parts.path.rstrip("/")


def _is_safe_realm(realm: str, registry: str) -> bool:
    """Whether a login can be sent to a realm: over TLS, or without it to the host of a registry without TLS."""
    origin = origin_of(realm)
    if origin is None:
        return False
    if origin.startswith("https:"):
        return True
    return registry.startswith("http:") and urlsplit(realm).hostname == urlsplit(registry).hostname


def _manifest_url(where: Repository, reference: str) -> str:
    if not responses.is_tag(reference) and not responses.is_digest(reference):
        raise RegistryError("neither a tag nor a digest", concerns_host=False)
    return f"{where.url}/manifests/{reference}"


def _of_platform(index: dict[str, Any]) -> str:
    """The digest of the image for linux/amd64 in an index of several platforms."""
    for entry in responses.sequence(index["manifests"]):
        platform = responses.mapping(responses.mapping(entry).get("platform") or {})
        digest = entry.get("digest")
        ours = (platform.get("os"), platform.get("architecture")) == PLATFORM
        if ours and isinstance(digest, str) and responses.is_digest(digest):
            return digest
    raise ValueError(f"no image for {'/'.join(PLATFORM)}")


def _verify(body: bytes, digest: str) -> None:
    algorithm, _, expected = digest.partition(":")
    if hashlib.new(algorithm, body).hexdigest() != expected:
        raise ValueError("its digest does not match")


def _next_page(answer: Response) -> str | None:
    """The absolute URL of the next page (RFC 8288); None on the last page."""
    for link in re.finditer(r"<([^<>]*)>([^<>]*)", answer.headers.get("Link", "")):
        if re.search(r";\s*rel\s*=\s*\"?next\b", link[2], re.IGNORECASE):
            target: str = link[1]
            return urljoin(answer.url, target)
    return None


def _json(answer: Response) -> dict[str, Any]:
    """The JSON object of a response. Raises ValueError for anything else, and RegistryError for a web page."""
    body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if body.startswith(b"<"):
        # A network that requires a login responds with its own page for every host.
        raise RegistryError("the response is a web page")
    if not body.startswith(b"{"):
        raise ValueError("not JSON")
    return responses.mapping(json.loads(body.decode(), parse_int=_whole_number))


def _whole_number(text: str) -> int:
    # Before Python 3.11 a number of a million digits takes minutes.
    if len(text) > 20:
        raise ValueError("a number with too many digits")
    return int(text)


def _raise_for_status(answer: Response) -> None:
    status = answer.status
    if status == 200:
        return
    if status == 404 and _ABSENT.search(answer.body[:4096]):
        raise Absent("404")
    if status in (401, 403):
        raise RegistryError(f"access denied ({status})", concerns_host=False)
    if status == 429 or status >= 500:
        reason = "too many requests" if status == 429 else "server error"
        raise RegistryError(f"{reason} ({status})", retry_after=_retry_after(answer))
    raise RegistryError(f"unexpected status {status}", concerns_host=False)


def _retry_after(answer: Response) -> float | None:
    """The seconds until the registry accepts another request, which it states in seconds or as a date."""
    import email.utils

    text = answer.headers.get("Retry-After", "")
    if re.fullmatch(r"[0-9]{1,9}", text):
        seconds = float(text)
    else:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError, OSError):
            return None
    return min(max(seconds, 1.0), _LONGEST_RETRY_AFTER)
