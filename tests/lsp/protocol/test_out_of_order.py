"""Messages that are well formed, at a time or about a place that makes no sense; and clients that stop or die."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.protocol.messages import BASE_PROTOCOL, INITIALIZE, SHUTDOWN_AND_EXIT, posix_only
from tests.lsp.protocol.test_wrong_parameters import PLACES
from tests.lsp.raw_client import REAL_SERVER, RawClient, change, frame, split
from tests.lsp.requests import LENS_COMMANDS, REPEATABLE, REQUESTS, Place, ask_all
from tests.waiting import PATIENCE, wait_until

BOTH = pytest.mark.parametrize("name", PLACES)
NOT_INITIALIZED, INVALID_REQUEST, CANCELLED = -32002, -32600, -32800
EMPTY: tuple[object, ...] = (
    None,
    [],
    {"isIncomplete": False, "items": []},
    {"kind": "full", "items": []},
    {"items": []},
)
"""The answers about a document that the server does not have."""


@pytest.fixture
def client() -> Any:
    """The server as users start it, before the first message."""
    with RawClient(REAL_SERVER) as started:
        yield started


def connect(client: RawClient) -> None:
    """Connect an editor that can do everything."""
    options = {"commands": LENS_COMMANDS, "inlineCompletion": True, "registry.enabled": False}
    client.initialize(options=options, **{**VS_CODE, "workspace": {**VS_CODE["workspace"], "configuration": False}})


def place_in(folder: Path, name: str) -> tuple[Place, str, str]:
    """A place in a document, with its language and its text."""
    language, text, line, character = PLACES[name]
    return Place((folder / name).as_uri(), line, character), language, text


def refused(client: RawClient, place: Place, code: int) -> None:
    """Every request is answered with this error."""
    for method, params_of in REQUESTS.items():
        for params in params_of(place, {"textDocument/completion": {"items": [{"label": "x"}]}}):
            assert client.error(method, params)["code"] == code, method


@BOTH
def test_every_request_before_initialize_and_after_shutdown_is_refused(
    client: RawClient, tmp_path: Path, name: str
) -> None:
    """And the notifications at that time are ignored."""
    place, language, text = place_in(tmp_path, name)
    client.open(place.uri, text, language=language)
    client.send(change(place.uri, 2, "x"))
    refused(client, place, NOT_INITIALIZED)
    connect(client)
    assert client.request("textDocument/hover", place.position) is None
    client.request("shutdown")
    client.open(place.uri, text, language=language)
    refused(client, place, INVALID_REQUEST)
    client.notify("exit")
    assert client.exit_status() == 0
    assert client.stderr() == ""


@BOTH
def test_a_closed_document_has_empty_answers(client: RawClient, tmp_path: Path, name: str) -> None:
    """As one that was never opened; an edit of it is logged, and opening it again begins anew."""
    place, language, text = place_in(tmp_path, name)
    connect(client)
    client.open(place.uri, text, language=language)
    kept = ask_all(client.request, place, REPEATABLE)
    client.notify("textDocument/didClose", {"textDocument": {"uri": place.uri}})
    client.notify("textDocument/didClose", {"textDocument": {"uri": place.uri}})
    client.send(change(place.uri, 2, (0, 0, 0, 4, "x")))
    for method in REPEATABLE:
        for params in REQUESTS[method](place, kept):
            response = client.response(client.start(method, params))
            if not method.endswith("/resolve"):
                assert response["result"] in EMPTY, (method, response)
    assert "which is not open, was ignored" in client.stderr()
    client.forget()
    client.open(place.uri, text, 1, language)
    again = ask_all(client.request, place, REPEATABLE)
    assert {method: bool(result) for method, result in again.items()} == {
        method: bool(result) for method, result in kept.items()
    }
    assert client.stderr() == ""


@BOTH
@pytest.mark.parametrize("line", [3, 99, -1, 2**40])
@pytest.mark.parametrize("character", [99_999, -7, 2**63])
def test_places_outside_of_the_text(many: RawClient, tmp_path: Path, name: str, line: int, character: int) -> None:
    """Every request is answered; an edit there changes the text at the nearest place."""
    place, language, text = place_in(tmp_path, name)
    many.open(place.uri, text, language=language)
    outside = Place(place.uri, line, character)
    refusals = {"textDocument/rename", "textDocument/prepareRename"}
    ask_all(many.request, outside, [method for method in REPEATABLE if method not in refusals])
    many.send(change(place.uri, 2, (line, character, line, character, "# x\n")))
    many.send(change(place.uri, 3, (2**31, 2**31, 0, 0, "")))
    many.request("textDocument/hover", place.position)
    many.notify("textDocument/didClose", {"textDocument": {"uri": place.uri}})
    assert many.request("azuremlDockerfile/status")
    assert many.stderr() == ""


@pytest.fixture(scope="module")
def many() -> Any:
    """A server for the tests that leave nothing behind."""
    with RawClient(REAL_SERVER) as started:
        connect(started)
        yield started
        assert [each for each in started.notifications if each.get("method", "").startswith("window/")] == []


@BOTH
def test_versions_in_any_order(many: RawClient, tmp_path: Path, name: str) -> None:
    """Repeated, falling, negative and huge ones: each edit is made, and the document still has answers."""
    place, language, text = place_in(tmp_path, name)
    many.open(place.uri, text, 11, language)
    for version in (11, 11, 5, 4, -3, 2**31 - 1, 0, 2**31 - 1):
        many.send(change(place.uri, version, (0, 0, 0, 0, "#\n")))
    place = place._replace(line=place.line + 8)
    assert many.request("textDocument/hover", place.position) is not None
    many.notify("textDocument/didClose", {"textDocument": {"uri": place.uri}})
    assert many.stderr() == ""


@pytest.mark.slow
@BOTH
def test_a_storm_of_cancellations(many: RawClient, tmp_path: Path, name: str) -> None:
    """Of 450 requests that are cancelled at once, each gets one reply: a result, or that it was cancelled."""
    place, language, text = place_in(tmp_path, name)
    many.open(place.uri, text, language=language)
    methods = ["textDocument/hover", "textDocument/completion", "workspace/symbol"]
    batch = b""
    for number in range(450):
        method = methods[number % 3]
        [params] = REQUESTS[method](place, {})
        batch += frame({**BASE_PROTOCOL, "id": f"storm {number}", "method": method, "params": params})
        batch += frame({**BASE_PROTOCOL, "method": "$/cancelRequest", "params": {"id": f"storm {number}"}})
    many.write(batch)
    replies = many.responses({f"storm {number}" for number in range(450)}).values()
    assert all("result" in reply or reply["error"]["code"] == CANCELLED for reply in replies)
    assert any("error" in reply for reply in replies), "a search of the workspace is under way when it is cancelled"
    assert all("method" in each for each in many.notifications), "a reply came twice"
    many.notify("textDocument/didClose", {"textDocument": {"uri": place.uri}})
    assert many.stderr() == ""


@pytest.mark.slow
@BOTH
def test_a_document_of_50_megabytes(client: RawClient, tmp_path: Path, name: str) -> None:
    """It is not analysed, which the log says once; when most of it is deleted, it has answers again."""
    place, language, text = place_in(tmp_path, name)
    connect(client)
    lines = 50_000
    huge = text + f"# {'0123456789 ' * 100}\n" * lines
    assert len(huge) > 50_000_000
    client.open(place.uri, huge, language=language)
    assert client.request("textDocument/hover", place.position) is None
    client.send(change(place.uri, 2, (lines, 0, lines, 0, "x")))
    assert client.request("textDocument/hover", place.position) is None
    [line] = client.stderr().splitlines()
    assert "is not analysed" in line
    client.send(change(place.uri, 3, (text.count("\n"), 0, 2**31 - 1, 0, "")))
    assert client.request("textDocument/hover", place.position) is not None
    assert client.request("textDocument/diagnostic", place.document)["items"]
    client.send(change(place.uri, 4, huge))
    assert client.request("textDocument/diagnostic", place.document)["items"] == []
    client.request("shutdown")
    client.notify("exit")
    assert client.exit_status() == 0


# Clients that stop or die


REQUESTS_SENT = 100
"""Their answers are more than a pipe holds, and they are less."""


def busy_server(folder: Path) -> subprocess.Popen[bytes]:
    """A server that has more to say than its client reads."""
    place, language, text = place_in(folder, "Dockerfile")
    document = {"uri": place.uri, "languageId": language, "version": 1, "text": text * 10}
    opened = {**BASE_PROTOCOL, "method": "textDocument/didOpen", "params": {"textDocument": document}}
    ask = {**BASE_PROTOCOL, "method": "textDocument/semanticTokens/full", "params": place.document}
    requests = b"".join(frame({**ask, "id": f"{number}"}) for number in range(REQUESTS_SENT))
    process = subprocess.Popen(REAL_SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    process.stdin.write(INITIALIZE + frame({**BASE_PROTOCOL, "method": "initialized", "params": {}}) + frame(opened))
    process.stdin.write(requests)
    process.stdin.flush()
    process.stdout.read(10)
    return process


@pytest.mark.slow
@posix_only
def test_a_client_that_stops_reading_gets_everything_when_it_goes_on(tmp_path: Path) -> None:
    """The server waits with what it has to say, and loses nothing."""
    with busy_server(tmp_path) as process:
        assert process.stdin
        assert process.stdout
        time.sleep(0.5)  # so that the server fills the pipe
        process.stdin.write(SHUTDOWN_AND_EXIT)
        process.stdin.flush()
        messages = split(b"Content-Le" + process.stdout.read())
        assert process.wait(PATIENCE) == 0
    answers = [message for message in messages if "result" in message and isinstance(message["id"], str)]
    assert [message["id"] for message in answers] == [f"{number}" for number in range(REQUESTS_SENT)]
    assert sum(len(str(message)) for message in answers) > 1 << 16


@posix_only
@pytest.mark.parametrize("first", ["reading", "writing"])
def test_a_client_that_stops_reading_and_dies_leaves_no_server_behind(tmp_path: Path, first: str) -> None:
    """Whichever of its pipes ends first, the server ends quietly while it has much to say."""
    with busy_server(tmp_path) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        ends = [process.stdout, process.stdin] if first == "reading" else [process.stdin, process.stdout]
        for end in ends:
            end.close()
        assert process.wait(PATIENCE) == 1
        assert process.stderr.read() == b""


KILLED = """
import subprocess, sys, time
from tests.lsp.raw_client import RawClient, REAL_SERVER
client = RawClient(REAL_SERVER)
client.initialize()
client.open("file:///a/Dockerfile", "FROM x\\n")
client.request("textDocument/documentLink", {"textDocument": {"uri": "file:///a/Dockerfile"}})
print(client.process.pid, flush=True)
time.sleep(1000)
"""


@pytest.mark.slow
@posix_only
def test_a_client_that_is_killed_leaves_no_server_behind() -> None:
    """Nobody tells the server; its input ends."""
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True, cwd=root) as editor:
        assert editor.stdout is not None
        server = int(editor.stdout.readline())
        assert is_running(server)
        editor.kill()
        wait_until(lambda: not is_running(server))


def is_running(pid: int) -> bool:
    """Whether a process lives; one that has ended, and that nobody has asked for its status, does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
