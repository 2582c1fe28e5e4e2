"""The server with a registry: what only the registry knows arrives in the editor, and a bad one is never noticed."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.images.fault_server import (
    Fault,
    Request,
    answering,
    answering_json,
    half_body,
    one_byte_a_time,
    paged,
    running_fault_server,
    silent,
    two_hundred_megabytes,
)
from tests.images.real_registry import Image, fill, free_port, require_programs, running_registry, without_proxies
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change
from tests.waiting import wait_until

MINIMAL = "mcr.microsoft.com/azureml/minimal-py312-inference"
CURATED = "mcr.microsoft.com/azureml/curated/sklearn-1.5"
ONLY_THERE = "20261116.v7"
CONFIG = {"User": "dockeruser", "Env": ["LD_LIBRARY_PATH=/opt/lib", "PATH=/bin"], "WorkingDir": "/home/dockeruser"}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real registry; `latest` is ONLY_THERE, and an image that the catalogue does not know."""
    require_programs()
    folder = tmp_path_factory.mktemp("registry")
    images = [
        Image("azureml/minimal-py312-inference", "20261102.v1", {**CONFIG, "Labels": {"older": "yes"}}),
        Image("azureml/minimal-py312-inference", ONLY_THERE, CONFIG),
        Image("azureml/minimal-py312-inference", "latest", CONFIG),
        Image("azureml/curated/sklearn-1.5", "50", {"User": "somebody"}),
        Image("azureml/something-new", "20261101.v1", CONFIG),
    ]
    with running_registry(folder, folder / "data") as url:
        fill(url, images, folder)
        yield url


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxy, no login, and a cache that is empty."""
    without_proxies(monkeypatch)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-docker-config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


class Editor:
    """An editor whose server asks the registry at a URL; a document for each text."""

    def __init__(self, client: RawClient, url: str, enabled: bool, capabilities: Json) -> None:
        self.client = client
        self._numbers = count()
        options = {"registry": {"enabled": enabled, "urls": {"mcr.microsoft.com": url}}}
        client.initialize(options=options, **capabilities)

    def open(self, text: str) -> str:
        """Open a text; gives its URI."""
        uri = f"untitled:{next(self._numbers)}"
        self.client.open(uri, text)
        return uri

    def findings(self, uri: str) -> list[str]:
        """The next findings that are shown for a document, by rule."""
        while True:
            shown = self.client.notification("textDocument/publishDiagnostics")
            if shown["uri"] == uri:
                return [finding["code"] for finding in shown["diagnostics"]]

    def findings_of(self, uri: str, version: int) -> None:
        """Wait until the findings of one version of a document are shown."""
        while True:
            shown = self.client.notification("textDocument/publishDiagnostics")
            if (shown["uri"], shown.get("version")) == (uri, version):
                return

    def wait_for(self, uri: str, *codes: str) -> None:
        """Wait until the findings of a document are these."""
        while self.findings(uri) != list(codes):
            pass

    def ask(self, method: str, uri: str, line: int, character: int, **params: object) -> Any:
        """Ask something about a position."""
        position = {"line": line, "character": character}
        return self.client.request(
            f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position, **params}
        )

    def tags(self, uri: str, text: str) -> list[str]:
        """The tags that are offered at the end of a line."""
        found = self.ask("completion", uri, 0, len(text))
        return [item["label"] for item in found["items"]]

    def actions(self, uri: str, character: int) -> list[str]:
        """The titles of the pins that are offered in the first line."""
        range_ = {end: {"line": 0, "character": character} for end in ("start", "end")}
        context = {"diagnostics": [], "only": ["refactor.rewrite"]}
        params = {"textDocument": {"uri": uri}, "range": range_, "context": context}
        found = self.client.request("textDocument/codeAction", params)
        return [action["title"] for action in found if action["title"].startswith("Pin")]


@contextmanager
def editor(url: str, *, enabled: bool = True, **capabilities: object) -> Iterator[Editor]:
    """An editor, and a server that it started."""
    with RawClient(REAL_SERVER) as client:
        yield Editor(client, url, enabled, capabilities)


# What a real registry knows


@pytest.mark.slow
def test_a_tag_that_only_the_registry_has_is_offered(registry: str) -> None:
    """First what is known at once, in a list that the editor is to ask for again; then all of them."""
    text = f"FROM {MINIMAL}:"
    with editor(registry) as here:
        uri = here.open(text)
        assert "latest" in here.tags(uri, text)
        wait_until(lambda: ONLY_THERE in here.tags(uri, text))
        assert here.tags(uri, text) == ["latest", ONLY_THERE, "20261102.v1"]


def test_an_image_that_only_the_registry_has_is_offered(registry: str) -> None:
    """The names are asked for when one is completed; the image is not unknown any more."""
    text = "FROM mcr.microsoft.com/azureml/something"
    with editor(registry) as here:
        uri = here.open(text)
        wait_until(lambda: "something-new" in here.tags(uri, text))
        other = here.open("FROM mcr.microsoft.com/azureml/something-new:20261101.v1\n")
        here.wait_for(other)


def test_the_user_of_an_image_is_what_its_configuration_says(registry: str) -> None:
    """The name of this image does not say its user, so only the answer shows that apt-get fails."""
    with editor(registry) as here:
        uri = here.open(f"FROM {CURATED}:50\nRUN apt-get update\n")
        here.wait_for(uri, "PackageInstallWithoutRoot")
        assert "somebody" in json.dumps(here.ask("hover", uri, 1, 1))


def test_a_tag_that_the_registry_does_not_have_is_reported(registry: str) -> None:
    """As information, with the tags that were probably meant."""
    with editor(registry) as here:
        uri = here.open(f"FROM {MINIMAL}:20261116.v8\n")
        here.wait_for(uri, "UnknownTag")


def test_latest_is_pinned_to_the_tag_with_its_digest(registry: str) -> None:
    """And to the digest; inlay hints are asked for again when the registry has answered."""
    with editor(registry, workspace={"inlayHint": {"refreshSupport": True}}) as here:
        uri = here.open(f"FROM {MINIMAL}:latest\n")
        wait_until(lambda: len(here.actions(uri, 20)) == 2)
        assert here.actions(uri, 20)[0] == f"Pin to {ONLY_THERE}"
        assert here.actions(uri, 20)[1].startswith("Pin to digest sha256:")
        assert any(message["method"] == "workspace/inlayHint/refresh" for message in here.client.notifications)


def test_the_next_server_needs_no_registry(registry: str) -> None:
    """It finds the answers in the cache."""
    text = f"FROM {MINIMAL}:"
    with editor(registry) as here:
        uri = here.open(text)
        wait_until(lambda: ONLY_THERE in here.tags(uri, text))
    with editor(registry, enabled=False) as here:
        uri = here.open(text)
        wait_until(lambda: ONLY_THERE in here.tags(uri, text))


@pytest.mark.slow
def test_a_name_that_is_being_typed_is_sent_to_nobody() -> None:
    """While the file is edited, only known images are asked for, and only known tags."""
    with running_fault_server(answering(404)) as server, editor(server.url) as here:
        uri = here.open("FROM alpine\n")
        here.findings(uri)
        for version, name in enumerate(("min", "minimal-", "minimal-py312-inf"), 2):
            here.client.send(change(uri, version, f"FROM mcr.microsoft.com/azureml/{name}\n"))
            here.findings(uri)
        time.sleep(0.3)
        assert server.requests == []

        here.client.send(change(uri, 9, f"FROM {MINIMAL}:202\n"))
        wait_until(lambda: server.requests)
        time.sleep(0.3)
        assert [request.path.rpartition("/")[2] for request in server.requests] == ["list"]


@pytest.mark.slow
def test_a_document_with_hundreds_of_images_asks_for_a_few() -> None:
    """Thousands of names in a file are no thousands of requests."""
    with running_fault_server(answering(404)) as server, editor(server.url) as here:
        uri = here.open("".join(f"FROM mcr.microsoft.com/azureml/invented-{number}\n" for number in range(200)))
        wait_until(lambda: server.requests)
        here.ask("hover", uri, 0, 20)
        time.sleep(1)
        names = {request.path.split("/")[3] for request in server.requests}
        assert len(names) <= 30


@pytest.mark.slow
def test_nothing_is_sent_where_the_settings_say_so(registry: str) -> None:
    """Not one packet, whatever is opened, completed and hovered."""
    text = f"FROM {MINIMAL}:"
    with running_fault_server(answering(500)) as server, editor(server.url, enabled=False) as here:
        uri = here.open(text)
        here.tags(uri, text)
        here.tags(here.open("FROM mcr.microsoft.com/azureml/mini"), "FROM mcr.microsoft.com/azureml/mini")
        here.ask("hover", uri, 0, 20)
        time.sleep(0.5)
        assert server.requests == []


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "is_sent"), [({}, True), (None, True), ({"registry": {"enabled": False}}, False)])
def test_nothing_is_sent_before_the_editor_has_told_its_settings(answer: object, is_sent: bool) -> None:
    """They may forbid it. The images of a file that was opened meanwhile are asked for afterwards."""
    with running_fault_server(answering(404)) as server, RawClient(REAL_SERVER) as client:
        options = {"registry": {"urls": {"mcr.microsoft.com": server.url}}}
        client.initialize(options=options, workspace={"configuration": True})
        question = client.receive()
        assert question["method"] == "workspace/configuration"
        client.open("untitled:a", "FROM mcr.microsoft.com/azureml/new:1\n")
        client.notification("textDocument/publishDiagnostics")
        time.sleep(0.3)
        assert server.requests == []

        client.send({"jsonrpc": "2.0", "id": question["id"], "result": [answer]})
        if is_sent:
            wait_until(lambda: server.requests)
        time.sleep(0.3)
        assert bool(server.requests) is is_sent


# What a bad registry does

HTML = b"<html><body>Please sign in to the hotel's network</body></html>"
XML = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><Error><Code>BlobNotFound</Code></Error>'


def redirect_loop() -> Fault:
    """A redirect to the same place, for ever."""
    return answering(307, b"", "Location: /v2/again")


FAULTS: dict[str, Fault] = {
    "XML with a byte-order mark": answering(404, XML, "Content-Type: application/xml"),
    "429 with Retry-After": answering(429, b"", "Retry-After: 3"),
    "429": answering(429),
    "403": answering(403),
    "500": answering(500),
    "a captive portal": answering(200, HTML, "Content-Type: text/html"),
    "a redirect loop": redirect_loop(),
    "half a body": half_body,
    "one byte a second": one_byte_a_time(b" ", 1.0),
    "200 MB": two_hundred_megabytes(with_length=False),
    "escape sequences": answering_json({"name": "x", "tags": ["\x1b[31mred", "../../etc/passwd", "a b"]}),
    "no answer": silent,
}
STORY = f"FROM {MINIMAL}:20251002.v1\nRUN apt-get update\n"


def story(here: Editor) -> list[object]:
    """What an editor sees of a file: findings, hover and menus."""
    uri = here.open(STORY)
    found: list[object] = [here.findings(uri)]
    found.append(here.ask("hover", uri, 0, 30))
    found.append(here.ask("completion", uri, 0, len(f"FROM {MINIMAL}:"))["items"])
    found.append([item["label"] for item in here.ask("completion", here.open("FROM "), 0, 5)["items"]])
    return found


@pytest.fixture(scope="module")
def offline_story(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """The same without a registry."""
    with editor("http://127.0.0.1:9", enabled=False) as here:
        return story(here)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FAULTS, "a closed port", "no such host"])
def test_a_bad_registry_is_not_noticed(name: str, offline_story: list[object]) -> None:
    """The same answers as offline, nothing popped up, one line in the log for each failure; the server lives."""
    with running_fault_server(FAULTS.get(name, silent)) as server:
        urls = {"a closed port": f"http://127.0.0.1:{free_port()}", "no such host": "http://registry.invalid"}
        with editor(urls.get(name, server.url)) as here:
            assert story(here) == offline_story
            if name in FAULTS:
                wait_until(lambda: server.requests)
            time.sleep(0.5)
            assert story(here) == offline_story
            shown = {message["method"] for message in here.client.notifications}
            assert shown <= {"textDocument/publishDiagnostics"}
            log = here.client.stderr().splitlines()
            assert all(line.startswith("WARNING ") for line in log), log
            # One for the image, and one for each of the two lists of names.
            assert len(log) <= 3, log


@pytest.mark.slow
def test_a_hundred_thousand_tags_are_taken_in_the_background(offline_story: list[object]) -> None:
    """The newest of them are offered."""
    tags = [f"{20200101 + number}.v1" for number in range(100_000)]
    text = f"FROM {MINIMAL}:"
    with running_fault_server(paged(tags)) as server, editor(server.url) as here:
        uri = here.open(text)
        assert "latest" in here.tags(uri, text)
        wait_until(lambda: len(here.tags(uri, text)) > 1000)


def test_a_hanging_registry_costs_no_time() -> None:
    """Findings, hover and completion come while the registry still hangs; its answer is taken as soon as it comes."""
    text = f"FROM {MINIMAL}:"
    goes_on = threading.Event()

    def hang(request: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while not goes_on.wait(0.2):
            connection.sendall(b" ")  # else it would be given up after 5 s
        connection.sendall(json.dumps({"repositories": [], "tags": [ONLY_THERE]}).encode())
        connection.shutdown(socket.SHUT_RDWR)

    with running_fault_server(hang) as server, editor(server.url) as here:
        uri = here.open(text)
        here.findings(uri)
        wait_until(lambda: server.requests)
        for version in range(2, 12):
            here.client.send(change(uri, version, f"{text}\n# {version}\n"))
            here.findings_of(uri, version)
            assert here.ask("hover", uri, 0, 30) is not None
            assert "latest" in here.tags(uri, text)
        assert ONLY_THERE not in here.tags(uri, text)
        goes_on.set()
        wait_until(lambda: ONLY_THERE in here.tags(uri, text))


@pytest.mark.slow
def test_long_work_shows_progress_and_can_be_cancelled() -> None:
    """After a second; cancelled, it ends at once and is not taken up again by the next keystroke."""
    with (
        running_fault_server(silent) as server,
        editor(server.url, window={"workDoneProgress": True}) as here,
    ):
        uri = here.open(f"FROM {MINIMAL}:latest\n")
        token = here.client.answer("window/workDoneProgress/create", None)["token"]
        began = here.client.notification("$/progress")
        assert began["token"] == token
        assert (began["value"]["kind"], began["value"]["cancellable"]) == ("begin", True)

        here.client.notify("window/workDoneProgress/cancel", {"token": token})
        assert here.client.notification("$/progress") == {"token": token, "value": {"kind": "end"}}
        asked = len(server.requests)
        here.client.send(change(uri, 2, f"FROM {MINIMAL}:latest\n# x\n"))
        here.findings(uri)
        time.sleep(0.3)
        assert len(server.requests) == asked
