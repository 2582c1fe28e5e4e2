"""The client against slow, malicious and unreachable registries. Each failure is one exception of one type."""

from __future__ import annotations

import email.utils
import hashlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azureml_dockerfile_ls.images import http
from azureml_dockerfile_ls.images.http import Absent, Cancelled, Deadline, RegistryError, Resting
from azureml_dockerfile_ls.images.registry import Registry, Repository
from azureml_dockerfile_ls.images.responses import MOST_NAMES, Configuration, Listing
from tests.images.fault_server import (
    HEAD_OF_BODY,
    Fault,
    FaultServer,
    Request,
    answer,
    answering,
    answering_json,
    captive_portal,
    half_body,
    half_body_of_unknown_length,
    html_not_found,
    one_byte_a_time,
    paged,
    redirect_loop,
    running_fault_server,
    silent,
    two_hundred_megabytes,
    xml_not_found,
)
from tests.images.real_registry import free_port, make_certificate, without_proxies, write_docker_config
from tests.waiting import PATIENCE, wait_until

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxy and no login."""
    without_proxies(monkeypatch)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-docker-config"))


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A fault server without a fault."""
    with running_fault_server(answering()) as running:
        yield running


Operation = Callable[[Registry, Repository, Deadline], object]
OPERATIONS: dict[str, Operation] = {
    "tags": lambda registry, where, deadline: registry.tags(where, deadline),
    "images": lambda registry, where, deadline: registry.images("mcr.microsoft.com/azureml", deadline),
    "digest": lambda registry, where, deadline: registry.digest(where, "latest", deadline),
    "configuration": lambda registry, where, deadline: registry.configuration(where, "latest", deadline),
}


def ask(url: str, operation: str = "tags", seconds: float = 10.0) -> Any:
    """The result of a new client."""
    return ask_again(Registry({"mcr.microsoft.com": url}), operation, seconds)


def ask_again(registry: Registry, operation: str = "tags", seconds: float = 10.0, image: str = IMAGE) -> Any:
    """The result of a client that may have asked before."""
    where = registry.locate(image)
    assert where is not None
    with Deadline(seconds) as deadline:
        return OPERATIONS[operation](registry, where, deadline)


FAULTS: dict[str, tuple[Fault, str]] = {
    "403": (answering(403), r"access denied \(403\)"),
    "401 without a challenge": (answering(401), r"access denied \(401\)"),
    "401 with nonsense": (
        answering(401, b"", 'WWW-Authenticate: Bearer ,,="", realm'),
        "the URL of its token server is insecure",
    ),
    "429": (answering(429), r"too many requests \(429\)"),
    "500": (answering(500), r"server error \(500\)"),
    "503": (answering(503, b"x" * 1000), r"server error \(503\)"),
    "204": (answering(204), "unexpected status 204"),
    "a web page instead of an answer": (captive_portal, "the response is a web page"),
    "a web page with status 404": (html_not_found, "unexpected status 404"),
    "redirects in a circle": (redirect_loop, "too many redirects"),
    "a redirect to another host": (answering(302, b"", "Location: http://127.0.0.2:1/"), "redirects to another host"),
    "a redirect to a file": (answering(302, b"", "Location: file:///etc/passwd"), "redirects to another host"),
    "a redirect to nowhere": (answering(302, b"", "Location: http://[/"), "unusable response"),
    "a redirect without a place": (answering(302), "unexpected status 302"),
    "half a body": (half_body, "the response is incomplete|unusable response"),
    "half a body of unknown length": (half_body_of_unknown_length, "unusable response"),
    "an empty body": (answering(200), "unusable response: not JSON"),
    "an array": (answering(200, b"[]"), "unusable response: not JSON"),
    "nested without end": (answering(200, b'{"a":' * 200_000), "unusable response"),
    "a number without end": (answering(200, b'{"a":' + b"1" * 1_000_000 + b"}"), "unusable response"),
    "not UTF-8": (answering(200, b'{"tags": ["\xff"]}'), "unusable response"),
    "packed": (answering(200, b"\x1f\x8b", "Content-Encoding: gzip"), "the response is compressed"),
    "not HTTP": (lambda _, connection: connection.sendall(b"SSH-2.0-OpenSSH_9\r\n" * 10), "BadStatusLine|SSH-2.0"),
    "a closed connection": (lambda _, connection: connection.shutdown(socket.SHUT_RDWR), "Remote end closed|closed"),
    "200 MB": (two_hundred_megabytes(with_length=True), "the response exceeds 4,194,304 bytes"),
    "200 MB of unknown length": (two_hundred_megabytes(with_length=False), "exceeds 4,194,304 bytes"),
}


@pytest.mark.parametrize("operation", ["tags", "images", "configuration"])
@pytest.mark.parametrize("name", FAULTS)
def test_fault(server: FaultServer, name: str, operation: str) -> None:
    """A fault gives one plain line that names the registry, after little work."""
    server.fault, reason = FAULTS[name]

    start = time.process_time()
    with pytest.raises(RegistryError, match=reason) as caught:
        ask(server.url, operation)
    assert time.process_time() - start < 3
    message = str(caught.value)
    assert message.startswith("cannot get the ")
    assert f" from {server.url.removeprefix('http://')}: " in message
    assert message.isprintable()
    assert len(message) <= 300
    assert not isinstance(caught.value, (Absent, Resting))


@pytest.mark.parametrize("name", [name for name in FAULTS if "200 MB" not in name])
def test_fault_of_a_digest(server: FaultServer, name: str) -> None:
    """A request for a digest fails like any other request."""
    server.fault, _ = FAULTS[name]

    with pytest.raises(RegistryError):
        ask(server.url, "digest")


@pytest.mark.parametrize("operation", ["tags", "digest", "configuration"])
def test_not_found_as_microsoft_says_it(server: FaultServer, operation: str) -> None:
    """XML with a byte-order mark means that there is no such tag, like OCI's JSON."""
    server.fault = xml_not_found

    with pytest.raises(Absent):
        ask(server.url, operation)


def test_closed_port() -> None:
    """A closed port fails at once."""
    with pytest.raises(RegistryError, match="Connection refused"):
        ask(f"http://127.0.0.1:{free_port()}")


def test_no_such_host() -> None:
    """A host without an address fails."""
    with pytest.raises(RegistryError, match="host name not found"):
        ask("http://registry.invalid")


def test_host_that_cannot_be() -> None:
    """A host name that is too long is an ordinary failure."""
    with pytest.raises(RegistryError):
        ask(f"http://{'x' * 70}.example")


def test_silence(server: FaultServer) -> None:
    """A silent registry is abandoned after 5 s, even if the deadline is later."""
    server.fault = silent

    with pytest.raises(RegistryError, match="no response within 5 s"):
        ask(server.url, seconds=10 * PATIENCE)
    assert not server.has_lost_patience


@pytest.mark.parametrize(
    "fault",
    [
        one_byte_a_time(b"HTTP/1.1 200 OK\r\n", 0.2),
        one_byte_a_time(b"X: y\r\n", 0.2, b"HTTP/1.1 200 OK\r\n"),
        one_byte_a_time(b" ", 0.2, HEAD_OF_BODY),
        one_byte_a_time(b" ", 0.2, b"HTTP/1.1 200 OK\r\n\r\n{"),
        one_byte_a_time(b"1\r\n \r\n", 0.2, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        one_byte_a_time(b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
    ],
    ids=["status", "headers", "body", "body of unknown length", "chunks", "continue"],
)
def test_one_byte_a_time(server: FaultServer, fault: Fault) -> None:
    """Bytes that trickle in do not hold a request beyond its deadline, wherever they come."""
    server.fault = fault

    with pytest.raises(RegistryError, match="it took longer than 1 s"):
        ask(server.url, seconds=1)
    assert not server.has_lost_patience


def test_one_byte_a_time_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that trickle in over an encrypted connection do not hold a request beyond its deadline either."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with running_fault_server(one_byte_a_time(b" ", 0.2, HEAD_OF_BODY), certificate) as server:
        with pytest.raises(RegistryError, match="it took longer than 1 s"):
            ask(server.url, seconds=1)
        assert not server.has_lost_patience


def test_tls_that_never_begins() -> None:
    """A port that accepts connections but never completes a TLS handshake is abandoned."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        patience = threading.Timer(PATIENCE, listener.close)
        patience.start()
        with pytest.raises(RegistryError, match="it took longer than 1 s"):
            ask(f"https://127.0.0.1:{listener.getsockname()[1]}", seconds=1)
        assert patience.is_alive()
        patience.cancel()


@pytest.fixture
def _endless_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that is silent without a time limit."""
    monkeypatch.setattr(http, "SECONDS_TO_READ", 10 * PATIENCE)


@pytest.mark.usefixtures("_endless_silence")
@pytest.mark.parametrize("fault", [silent, one_byte_a_time(b" ", 0.2, HEAD_OF_BODY)], ids=["silent", "slow"])
def test_cancel(server: FaultServer, fault: Fault) -> None:
    """A running request ends when another thread cancels it."""

    def cancel_later(request: Request, connection: socket.socket) -> None:
        threading.Timer(0.3, deadline.cancel).start()
        fault(request, connection)

    server.fault = cancel_later
    registry = Registry({"mcr.microsoft.com": server.url})
    where = registry.locate(IMAGE)
    assert where is not None

    with Deadline(10 * PATIENCE) as deadline:
        with pytest.raises(Cancelled):
            registry.tags(where, deadline)
        assert not server.has_lost_patience
        with pytest.raises(Cancelled):
            registry.tags(where, deadline)

    # That was nobody's fault, so the registry is asked again at once.
    server.fault = answering_json({"tags": ["1"]})
    assert ask_again(registry).names == ("1",)


def test_a_failed_registry_is_left_alone(server: FaultServer) -> None:
    """After a failure nothing is sent to a registry for a while, whatever the repository."""
    server.fault = answering(500)
    registry = Registry({"mcr.microsoft.com": server.url})
    with pytest.raises(RegistryError, match=r"Next attempt in 30 s\."):
        ask_again(registry)
    server.fault = answering_json({"tags": ["1"]})

    for image in (IMAGE, "mcr.microsoft.com/azureml/another"):
        with pytest.raises(Resting, match=r"not requested from .* which failed"):
            ask_again(registry, image=image)
    assert len(server.requests) == 1


def test_a_refused_repository_is_left_alone(server: FaultServer) -> None:
    """A registry that refuses one repository still gets requests for others."""
    registry = Registry({"mcr.microsoft.com": server.url})
    server.fault = answering(403)
    with pytest.raises(RegistryError):
        ask_again(registry)
    server.fault = answering_json({"tags": ["1"]})

    with pytest.raises(Resting):
        ask_again(registry)
    assert ask_again(registry, image="mcr.microsoft.com/azureml/another").names == ("1",)


def let_pass(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock of the machine forward."""
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + seconds)


def test_retry_after(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry-After is observed; each consecutive failure makes the pause longer."""
    registry = Registry({"mcr.microsoft.com": server.url})
    server.fault = answering(429, b"", "Retry-After: 600")
    with pytest.raises(RegistryError, match=r"Next attempt in 600 s\."):
        ask_again(registry)
    with pytest.raises(Resting):
        ask_again(registry)
    let_pass(601, monkeypatch)

    server.fault = answering(429)
    with pytest.raises(RegistryError, match=r"Next attempt in 60 s\."):
        ask_again(registry)


def test_all_is_forgiven(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A success resets the pause."""
    registry = Registry({"mcr.microsoft.com": server.url})
    server.fault = answering(429, b"", "Retry-After: 600")
    with pytest.raises(RegistryError):
        ask_again(registry)
    let_pass(601, monkeypatch)
    server.fault = answering_json({"tags": ["1"]})
    assert ask_again(registry).names == ("1",)

    server.fault = answering(500)
    with pytest.raises(RegistryError, match=r"Next attempt in 30 s\."):
        ask_again(registry)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", "120"),
        ("0", "1"),
        ("999999999", "3600"),
        ("9" * 400, "30"),
        ("-5", "30"),
        ("soon", "30"),
        ("", "30"),
        ("²", "30"),
        ("Wed, 21 Oct 2015 07:28:00 GMT", "1"),
        ("Wed, 21 Oct 9999 07:28:00 GMT", "3600"),
        ("Wed, 99 Oct 2015 07:28:00 GMT", "30"),
        (email.utils.formatdate(time.time() + 7200, usegmt=True), "3600"),
    ],
)
def test_retry_after_of_every_kind(server: FaultServer, value: str, seconds: str) -> None:
    """Retry-After is in seconds or a date, within limits; any other value is ignored."""
    server.fault = answering(429, b"", f"Retry-After: {value}")

    with pytest.raises(RegistryError, match=rf"Next attempt in {seconds} s\."):
        ask(server.url)


# Lists


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
def test_pages_of_tags(server: FaultServer, absolute: bool) -> None:
    """Links to the next page are followed to the last."""
    versions = [str(version) for version in range(1, 2501)]
    server.fault = paged(sorted(versions), absolute=absolute)

    found = ask(server.url)
    assert found == Listing(tuple(sorted(versions, key=int, reverse=True)), is_complete=True)
    assert len(server.requests) == 3


def test_pages_without_links(server: FaultServer) -> None:
    """After a full page without a link, the next page is requested."""
    versions = sorted(str(version) for version in range(1, 2001))
    server.fault = paged(versions, link=False)

    assert ask(server.url) == Listing(tuple(sorted(versions, key=int, reverse=True)), is_complete=True)


def test_pages_of_the_catalogue(server: FaultServer) -> None:
    """The repositories of all pages are considered."""
    names = [f"azureml/curated/x-{number:04}" for number in range(1500)] + [
        f"dotnet/x{number}" for number in range(700)
    ]
    server.fault = paged(names, "repositories")

    found = ask(server.url, "images")
    assert found.is_complete
    assert found.names == tuple(f"mcr.microsoft.com/{name}" for name in names[:1500])


@pytest.mark.parametrize(
    "link",
    [
        '<http://127.0.0.2:1/v2/x/tags/list?last=1>; rel="next"',
        '<//127.0.0.2:1/v2/x>; rel="next"',
        '<https://127.0.0.1/v2/x>; rel="next"',
        '<file:///etc/passwd>; rel="next"',
        '</v2/azureml/minimal-py312-inference/tags/list?n=1000>; rel="next"',
    ],
)
def test_links_that_are_not_followed(server: FaultServer, link: str) -> None:
    """A link to another host or to an earlier page is not followed, and the list is incomplete."""
    server.fault = answering_json({"tags": ["1", "2"]}, f"Link: {link}")

    assert ask(server.url) == Listing(("2", "1"), is_complete=False)
    assert len(server.requests) == 1


def test_links_without_end(server: FaultServer) -> None:
    """An endless list is abandoned after a while."""
    count = iter(range(10**9))

    def next_page(request: Request, connection: socket.socket) -> None:
        number = next(count)
        body = json.dumps({"tags": [str(number)]}).encode()
        answer(connection, 200, body, f'Link: <?last={number}>; rel="next"')

    server.fault = next_page
    assert not ask(server.url).is_complete
    assert len(server.requests) == 100


@pytest.mark.parametrize("link", ["", "<", "<>", "nonsense", '<x>; rel="prev"', '<x>; title="next"'])
def test_links_to_nothing(server: FaultServer, link: str) -> None:
    """A Link header without a next page means the last page."""
    server.fault = answering_json({"tags": ["1"]}, f"Link: {link}")

    assert ask(server.url) == Listing(("1",), is_complete=True)


def test_a_hundred_thousand_tags(server: FaultServer) -> None:
    """Only the newest tags are kept, and the list is incomplete."""
    tags = [f"{20000101 + day % 28}.v{number}" for day in range(28) for number in range(3600)]
    server.fault = answering_json({"tags": tags})

    start = time.process_time()
    found = ask(server.url)
    assert time.process_time() - start < 5
    assert len(found.names) == MOST_NAMES
    assert found.names[0] == "20000128.v3599"
    assert not found.is_complete


HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "../../etc/passwd",
    "a/b",
    "a b",
    "",
    "-a",
    ".a",
    "a" * 129,
    "é",
    "a\n",
    "\ud800",
    "\u202ea",
]


def test_tags_that_cannot_be(server: FaultServer) -> None:
    """Only tags that follow OCI's grammar are kept, each once."""
    server.fault = answering_json({"tags": [*HOSTILE, "ok", "ok", None, 7, ["x"], {"a": 1}]})

    assert ask(server.url).names == ("ok",)


def test_repositories_that_cannot_be(server: FaultServer) -> None:
    """Only names that follow OCI's grammar are kept."""
    hostile = ["\x1b[31mred", "../x", "x/../y", "X", "x//y", "x" * 300, "", "-a", ".a", "é", "a\n", "\ud800", "x?n=1"]
    names = [f"azureml/{name}" for name in hostile]
    server.fault = answering_json({"repositories": [*names, "azureml/ok", "azureml", "azuremlx/y", None, 7, ["x"]]})

    assert ask(server.url, "images").names == ("mcr.microsoft.com/azureml/ok",)


@pytest.mark.parametrize("document", [{"tags": None}, {}])
def test_no_tags(server: FaultServer, document: object) -> None:
    """A registry may hide the tags, so that an empty list proves nothing."""
    server.fault = answering_json(document)

    assert ask(server.url) == Listing((), is_complete=False)


# Manifests and configurations


def digest_of(content: bytes) -> str:
    """The digest of a body."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def image(config: object, **changes: Any) -> Fault:
    """A registry with one image; `changes` replace parts of its manifest."""
    blob = json.dumps(config).encode()
    manifest = {"schemaVersion": 2, "config": {"digest": digest_of(blob)}, "layers": []} | changes
    return serving(json.dumps(manifest).encode(), blob)


def serving(manifest: bytes, blob: bytes) -> Fault:
    """One manifest and one blob."""

    def serve(request: Request, connection: socket.socket) -> None:
        body = blob if "/blobs/" in request.path else manifest
        answer(connection, 200, body, head=request.method == "HEAD")

    return serve


def test_values_that_cannot_be_shown(server: FaultServer) -> None:
    """A value with control characters is dropped; its variable is kept."""
    environment = ["A=plain", "B=\x1b[31m", "C", "=x", "", "\x07=x", 7, "D=\ud800", "E=" + "x" * 9000, "A=again"]
    labels = {"good": "1", "bad": "\x1b]0;title\x07", "worse\n": "1", "none": None, "number": 7}
    ports: dict[str, object] = {"80/tcp": {}, "53/udp": {}, "9000-9010": {}, "http": {}, "80/tcp\x1b": {}}
    config = {"User": "u", "Env": environment, "Labels": labels, "ExposedPorts": ports}
    server.fault = image({"created": "yesterday", "config": config})

    found: Configuration = ask(server.url, "configuration")
    assert found.environment == {"A": "again", "B": None, "C": None, "D": None, "E": None}
    assert found.labels == {"good": "1"}
    assert found.exposed_ports == ("80/tcp", "53/udp", "9000-9010")
    assert (found.user, found.created) == ("u", None)


@pytest.mark.parametrize(
    "config", [None, {}, {"config": None}, {"config": {"Env": None, "Labels": None, "User": None}}]
)
def test_configuration_without_fields(server: FaultServer, config: object) -> None:
    """Missing fields have defaults; a document that is not an object is refused."""
    server.fault = image(config)

    if config is None:
        with pytest.raises(RegistryError):
            ask(server.url, "configuration")
    else:
        assert ask(server.url, "configuration").user == ""


def test_digest_without_a_header(server: FaultServer) -> None:
    """If the response to HEAD has no digest, the manifest is requested."""
    server.fault = image({"config": {}})

    assert ask(server.url, "digest") == ask(server.url, "configuration").digest
    assert [request.method for request in server.requests[:2]] == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [400, 404, 405, 500])
def test_digest_where_head_is_refused(server: FaultServer, status: int) -> None:
    """If HEAD is not supported, GET is used."""
    serve = image({"config": {}})

    def no_head(request: Request, connection: socket.socket) -> None:
        if request.method == "HEAD":
            answer(connection, status, b"x", head=True)
        else:
            serve(request, connection)

    server.fault = no_head
    assert ask(server.url, "digest").startswith("sha256:")


def test_a_wrong_digest(server: FaultServer) -> None:
    """A manifest that does not match its digest is refused."""
    server.fault = answering(200, b'{"config": {}}', f"Docker-Content-Digest: sha256:{'0' * 64}")

    with pytest.raises(RegistryError, match="its digest does not match"):
        ask(server.url, "configuration")


@pytest.mark.parametrize(
    "manifest",
    [
        {"schemaVersion": 1, "fsLayers": [], "history": []},
        {"config": None},
        {"config": {"digest": "../../secret"}},
        {"config": {"digest": "sha256:" + "0" * 64 + "\n"}},
        {"manifests": []},
        {"manifests": None},
        {"manifests": 7},
        {"manifests": [7]},
        {"manifests": [{"platform": {"os": "linux", "architecture": "amd64"}, "digest": "sha256:../x"}]},
        {"manifests": [{"platform": "linux/amd64", "digest": "sha256:" + "0" * 64}]},
        {"manifests": [{"platform": {"os": [], "architecture": {}}, "digest": []}]},
    ],
)
def test_manifests_that_cannot_be(server: FaultServer, manifest: object) -> None:
    """A manifest without a valid digest of a configuration is unusable, and nothing else is requested."""
    server.fault = answering_json(manifest)

    with pytest.raises(RegistryError, match="unusable response"):
        ask(server.url, "configuration")
    assert len(server.requests) == 1


def test_an_index_within_an_index(server: FaultServer) -> None:
    """An index that refers to another index is not followed endlessly."""
    entry = {"platform": {"os": "linux", "architecture": "amd64"}}
    inner = json.dumps({"manifests": []}).encode()
    outer = json.dumps({"manifests": [{**entry, "digest": digest_of(inner)}]}).encode()

    def serve(request: Request, connection: socket.socket) -> None:
        answer(connection, 200, outer if request.path.endswith("latest") else inner)

    server.fault = serve
    with pytest.raises(RegistryError, match="unusable response"):
        ask(server.url, "configuration")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*HOSTILE, "sha256:" + "0" * 64]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "tags repositories config manifests digest platform User Env Labels ExposedPorts created".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=max(settings().max_examples // 2, 50))
@given(document=json_values, operation=st.sampled_from(sorted(OPERATIONS)))
def test_any_json(document: object, operation: str) -> None:
    """Any document gives a result or a RegistryError."""
    with running_fault_server(answering_json(document)) as server, suppress(RegistryError):
        ask(server.url, operation)


@settings(max_examples=max(settings().max_examples // 2, 50))
@given(config=json_values)
def test_any_configuration(config: object) -> None:
    """The result of any configuration is printable."""
    with running_fault_server(image({"config": config})) as server, suppress(RegistryError):
        found: Configuration = ask(server.url, "configuration")
        texts = [found.user, found.working_directory, *found.exposed_ports, *found.environment, *found.labels]
        texts += [text for text in [*found.environment.values(), *found.labels.values()] if text is not None]
        assert all(text.isprintable() for text in texts)


@settings(max_examples=max(settings().max_examples // 2, 50))
@given(
    start=st.sampled_from(
        [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 401 x\r\n", b"HTTP/1.1 302 x\r\n", b"HTTP/1.0 999 \r\n", b""]
    ),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                "Link Location WWW-Authenticate Retry-After Content-Length Content-Encoding Transfer-Encoding "
                "Docker-Content-Digest Set-Cookie".split()
            ),
            st.binary(max_size=40)
            | st.sampled_from([b'Bearer realm="', b"Basic", b"<x>; rel=next", b"http://[", b"chunked"]),
        ),
        max_size=4,
    ),
    body=st.binary(max_size=40),
)
def test_any_bytes(start: bytes, headers: list[tuple[str, bytes]], body: bytes) -> None:
    """Any bytes give a result or a RegistryError."""
    content = start + b"".join(name.encode() + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + body

    def send(request: Request, connection: socket.socket) -> None:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_RDWR)

    with running_fault_server(send) as server, suppress(RegistryError):
        ask(server.url, seconds=2)


# Where the login goes


LOGIN = {"auth": "YW5uYTpvcGVuIHNlc2FtZQ=="}


def log_in_to(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the user a login for the server."""
    host = server.url.partition("//")[2]
    write_docker_config(tmp_path, {"auths": {host: LOGIN}}, monkeypatch)


def wanting_a_login(serve: Fault, challenge: str = "Basic realm=x") -> Fault:
    """As `serve`, but only with an Authorization header."""

    def check(request: Request, connection: socket.socket) -> None:
        if "authorization" in request.headers:
            serve(request, connection)
        else:
            answer(connection, 401, b"", f"WWW-Authenticate: {challenge}", head=request.method == "HEAD")

    return check


def test_the_login_stays_with_the_registry(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A blob on another host is fetched from there, without the registry's login."""
    log_in_to(server, tmp_path, monkeypatch)
    blob = json.dumps({"config": {"User": "dockeruser"}}).encode()
    manifest = json.dumps({"config": {"digest": digest_of(blob)}}).encode()
    with running_fault_server(answering(200, blob)) as elsewhere:

        def serve(request: Request, connection: socket.socket) -> None:
            if "/blobs/" in request.path:
                answer(connection, 307, b"", f"Location: {elsewhere.url}/data?signature=1")
            else:
                answer(connection, 200, manifest)

        server.fault = wanting_a_login(serve)
        assert ask(server.url, "configuration").user == "dockeruser"

    (asked,) = elsewhere.requests
    assert asked.target == "/data?signature=1"
    assert "authorization" not in asked.headers
    assert "cookie" not in asked.headers


def test_the_login_does_not_come_back_from_elsewhere(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that was redirected elsewhere carries no login, even if it is redirected back."""
    log_in_to(server, tmp_path, monkeypatch)
    manifest = json.dumps({"config": {"digest": digest_of(b"{}")}}).encode()
    with running_fault_server(answering(302, b"", f"Location: {server.url}/back")) as elsewhere:

        def serve(request: Request, connection: socket.socket) -> None:
            if "/blobs/" in request.path:
                answer(connection, 302, b"", f"Location: {elsewhere.url}/there")
            else:
                answer(connection, 200, manifest if "/manifests/" in request.path else b"{}")

        server.fault = lambda request, connection: (
            answer(connection, 200, b"{}") if request.path == "/back" else wanting_a_login(serve)(request, connection)
        )
        assert ask(server.url, "configuration").user == ""

    (back,) = [request for request in server.requests if request.path == "/back"]
    assert "authorization" not in back.headers


def test_another_host_that_wants_a_login(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another host that requires a login gets none."""
    log_in_to(server, tmp_path, monkeypatch)
    manifest = json.dumps({"config": {"digest": digest_of(b"{}")}}).encode()
    with running_fault_server(answering(401, b"", "WWW-Authenticate: Basic realm=x")) as elsewhere:

        def serve(request: Request, connection: socket.socket) -> None:
            if "/blobs/" in request.path:
                answer(connection, 302, b"", f"Location: {elsewhere.url}/there")
            else:
                answer(connection, 200, manifest)

        server.fault = serve
        with pytest.raises(RegistryError, match=r"access denied \(401\)"):
            ask(server.url, "configuration")
    assert all("authorization" not in request.headers for request in elsewhere.requests)


@pytest.mark.parametrize("realm", ["http://127.0.0.2:1/token", "file:///etc/passwd", "", "token", "http://["])
def test_a_token_from_a_place_that_is_not_safe(server: FaultServer, realm: str) -> None:
    """Without TLS a token is requested from the registry's own host only."""
    server.fault = answering(401, b"", f'WWW-Authenticate: Bearer realm="{realm}",service="x"')

    with pytest.raises(RegistryError, match="the URL of its token server is insecure"):
        ask(server.url)


def test_no_way_from_tls_to_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: FaultServer) -> None:
    """A registry with TLS can refer neither to a token server nor to blobs without TLS."""
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    manifest = json.dumps({"config": {"digest": digest_of(b"{}")}}).encode()

    def serve(request: Request, connection: socket.socket) -> None:
        if "/blobs/" in request.path:
            answer(connection, 302, b"", f"Location: {server.url}/data")
        else:
            answer(connection, 200, manifest)

    with running_fault_server(serve, certificate) as secure:
        with pytest.raises(RegistryError, match="it redirects to an insecure URL"):
            ask(secure.url, "configuration")
        secure.fault = answering(401, b"", f'WWW-Authenticate: Bearer realm="{server.url}/token"')
        with pytest.raises(RegistryError, match="the URL of its token server is insecure"):
            ask(secure.url)
    assert server.requests == []


@pytest.mark.parametrize(
    "token",
    [b"", b"{}", b'{"token": ""}', b'{"token": "a b"}', b'{"token": "a\\r\\nX: y"}', b'{"token": 7}', b"[]", b"<html>"],
)
def test_tokens_that_cannot_be(server: FaultServer, token: bytes) -> None:
    """The response of a token server is checked like that of the registry."""

    def serve(request: Request, connection: socket.socket) -> None:
        if request.path == "/token":
            answer(connection, 200, token)
        else:
            answer(connection, 401, b"", f'WWW-Authenticate: Bearer realm="{server.url}/token"')

    server.fault = serve
    with pytest.raises(RegistryError):
        ask(server.url)


@pytest.mark.parametrize(
    "challenge",
    [
        'Bearer realm="{url}/token",service="a,b",scope="repository:x:pull,push"',
        'bearer Realm = x, realm="{url}/token", service="a,b" , scope="repository:x:pull,push"',
        'Basic realm="x, Bearer", Bearer realm="{url}/token",service="a,b",scope="repository:x:pull,push"',
        'Negotiate abc==, Bearer realm="{url}/token",service="a\\,b",scope="repository:x:pull,push",error="x"',
    ],
)
def test_challenges(server: FaultServer, challenge: str) -> None:
    """Service and scope are sent as the registry names them, whatever other schemes it offers."""

    def serve(request: Request, connection: socket.socket) -> None:
        if request.path == "/token":
            answer(connection, 200, b'{"token": "abc"}')
        else:
            ready = wanting_a_login(answering_json({"tags": ["1"]}), challenge.format(url=server.url))
            ready(request, connection)

    server.fault = serve
    assert ask(server.url).names == ("1",)
    (token,) = [request for request in server.requests if request.path == "/token"]
    assert token.query == {"service": "a,b", "scope": "repository:x:pull,push"}
    assert server.requests[-1].headers["authorization"] == "Bearer abc"


def test_an_old_token_is_renewed(server: FaultServer) -> None:
    """An expired token is replaced once."""
    valid = ["first"]

    def serve(request: Request, connection: socket.socket) -> None:
        if request.path == "/token":
            answer(connection, 200, json.dumps({"token": valid[0]}).encode())
        elif request.headers.get("authorization") == f"Bearer {valid[0]}":
            answer(connection, 200, b'{"tags": ["1"]}')
        else:
            answer(connection, 401, b"", f'WWW-Authenticate: Bearer realm="{server.url}/token"')

    server.fault = serve
    registry = Registry({"mcr.microsoft.com": server.url})
    ask_again(registry)
    valid[0] = "second"

    assert ask_again(registry).names == ("1",)
    assert len([request for request in server.requests if request.path == "/token"]) == 2


def test_nothing_personal_is_sent(server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the name of the image and of this program are sent: no cookies, and no login from ~/.netrc."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login anna password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.fault = answering_json({"tags": ["1"]}, "Set-Cookie: who=you; Path=/")
    registry = Registry({"mcr.microsoft.com": server.url})
    ask_again(registry)
    ask_again(registry)

    for request in server.requests:
        assert set(request.headers) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert request.headers["user-agent"].startswith("azureml-dockerfile-ls/")
        assert request.target == "/v2/azureml/minimal-py312-inference/tags/list?n=1000"


# Connections


def test_one_connection_for_many_requests(server: FaultServer) -> None:
    """Connections are reused."""
    connections = set()

    def serve(request: Request, connection: socket.socket) -> None:
        connections.add(connection.getpeername())
        answer(connection, 200, b'{"tags": ["1"]}')

    server.fault = serve
    registry = Registry({"mcr.microsoft.com": server.url})
    for _ in range(5):
        ask_again(registry)
    assert len(connections) == 1


def test_a_connection_that_was_closed_meanwhile(server: FaultServer) -> None:
    """A kept connection that the registry has closed is replaced silently."""
    used: set[object] = set()

    def serve_once(request: Request, connection: socket.socket) -> None:
        if connection.getpeername() in used:
            connection.shutdown(socket.SHUT_RDWR)
        else:
            used.add(connection.getpeername())
            answer(connection, 200, b'{"tags": ["1"]}')

    server.fault = serve_once
    registry = Registry({"mcr.microsoft.com": server.url})
    assert [ask_again(registry).names for _ in range(3)] == [("1",)] * 3


def test_proxy(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy of the environment is used, except for excluded hosts."""
    server.fault = answering_json({"tags": ["through the proxy".replace(" ", "-")]})
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("http_proxy", server.url)

    assert ask("http://registry.invalid").names == ("through-the-proxy",)
    assert server.requests[0].target.startswith("http://registry.invalid/v2/azureml/")
    monkeypatch.setenv("NO_PROXY", "registry.invalid")
    monkeypatch.setenv("no_proxy", "registry.invalid")
    with pytest.raises(RegistryError, match="host name not found"):
        ask("http://registry.invalid")


@pytest.mark.usefixtures("_endless_silence")
@pytest.mark.parametrize("fault", [silent, one_byte_a_time(b"X: y\r\n", 0.2, b"HTTP/1.1 200 OK\r\n")])
def test_a_proxy_that_hangs(server: FaultServer, monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    """A tunnel through a proxy does not hold a request beyond its deadline either."""
    server.fault = fault
    monkeypatch.setenv("HTTPS_PROXY", server.url)
    monkeypatch.setenv("https_proxy", server.url)

    with pytest.raises(RegistryError, match="it took longer than 1 s"):
        ask("https://registry.invalid", seconds=1)
    assert not server.has_lost_patience
    assert server.requests[0].method == "CONNECT"


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the proxy."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    with pytest.raises(RegistryError, match="the proxy: Connection refused"):
        ask("http://registry.invalid")


def test_many_threads(server: FaultServer) -> None:
    """Several threads can share a client."""
    server.fault = paged([str(version) for version in range(10)])
    registry = Registry({"mcr.microsoft.com": server.url})
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(ask_again(registry).names[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert found == ["9"] * 8


def test_no_file_is_left_open(server: FaultServer) -> None:
    """Responses that are cut off, redirected or refused leave no open connection."""
    registry = Registry({"mcr.microsoft.com": server.url})
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for number, (fault, _) in enumerate(FAULTS.values()):
        server.fault = fault
        with suppress(RegistryError):
            ask(server.url, ["tags", "images", "configuration"][number % 3])
    del registry

    if before:
        wait_until(lambda: len(os.listdir("/proc/self/fd")) <= before + 4)
