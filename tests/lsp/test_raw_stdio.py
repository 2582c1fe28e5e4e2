"""The server as a process, spoken to byte by byte: what a client may send, and what it gets."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lsp.raw_client import PROBE_SERVER, REAL_SERVER, RawClient, change, frame, split
from tests.waiting import PATIENCE, wait_until

URI = "file:///project/Dockerfile"
BASE_PROTOCOL = {"jsonrpc": "2.0"}
posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")


@pytest.fixture
def fresh() -> Iterator[RawClient]:
    """A server to which nothing was said yet."""
    with RawClient() as client:
        yield client


@pytest.fixture
def own(fresh: RawClient) -> RawClient:
    """A server of the test's own, which it may end or leave with work to do."""
    fresh.initialize()
    return fresh


@pytest.fixture(scope="module")
def shared() -> Iterator[RawClient]:
    """A server that many tests share, because starting one takes most of their time."""
    with RawClient() as client:
        client.initialize()
        yield client


@pytest.fixture
def client(shared: RawClient) -> Iterator[RawClient]:
    """A server that counts columns in UTF-16. The test leaves nothing running and opens URI at most."""
    yield shared
    shared.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    shared.request("test/wait", {"seconds": 0.01})
    shared.forget()


def _at(line: object, character: object) -> dict[str, object]:
    return {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}


def _text(client: RawClient) -> Any:
    return client.request("test/text", {"uri": URI})


def _offset(client: RawClient, line: int, character: int) -> int:
    return int(client.request("textDocument/hover", _at(line, character))["contents"])


# Framing


def test_a_message_may_arrive_byte_by_byte(client: RawClient) -> None:
    """Headers and body are put together from any pieces."""
    for byte in frame({**BASE_PROTOCOL, "id": "slow", "method": "test/text", "params": {"uri": URI}}):
        client.write(bytes([byte]))
    assert client.response("slow")["result"] is None


def test_two_messages_may_arrive_in_one_piece(client: RawClient) -> None:
    """Each of them is answered, in order."""
    first, second = ({**BASE_PROTOCOL, "id": id_, "method": "test/length", "params": {"uri": URI}} for id_ in "ab")
    client.write(frame(first) + frame(second))
    assert [client.receive()["id"], client.receive()["id"]] == ["a", "b"]


@pytest.mark.parametrize(
    "header",
    [
        "content-length: {}",
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: {}",
        "CONTENT-LENGTH:{}\r\nX-Other: 1",
    ],
)
def test_headers_in_any_spelling_and_company(client: RawClient, header: str) -> None:
    """Names are case-insensitive; other headers do not matter."""
    body = json.dumps({**BASE_PROTOCOL, "id": 7, "method": "test/length", "params": {"uri": URI}})
    client.write(f"{header.format(len(body))}\r\n\r\n{body}".encode())
    assert client.response(7)["result"] == -1


def test_the_length_of_a_body_is_in_bytes(client: RawClient) -> None:
    """Text that a client sends unescaped, in UTF-8, is taken as it is."""
    client.open(URI, "")
    body = json.dumps(change(URI, 2, "é😀\u2028"), ensure_ascii=False).encode()
    client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert _text(client) == {"text": "é😀\u2028", "version": 2}


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b'{"a":\xff}', b"[" * 100_000])
def test_what_is_not_json_is_answered_with_a_parse_error(client: RawClient, body: bytes) -> None:
    """The id cannot be known, so it is null; the next message is read as usual."""
    client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    answer = client.receive()
    assert (answer["id"], answer["error"]["code"]) == (None, -32700)
    assert client.request("test/length", {"uri": URI}) == -1


@pytest.mark.parametrize(
    ("message", "answered_id"),
    [
        ([], None),
        ([{**BASE_PROTOCOL, "id": 1, "method": "shutdown"}], None),
        (5, None),
        (None, None),
        ({}, None),
        ({**BASE_PROTOCOL, "id": 9}, 9),
        ({**BASE_PROTOCOL, "id": 9, "method": 5}, 9),
        ({"id": "x", "method": "shutdown"}, "x"),
        ({"jsonrpc": "1.0", "id": "x", "method": "shutdown"}, "x"),
        ({**BASE_PROTOCOL, "id": None, "method": "shutdown"}, None),
        ({**BASE_PROTOCOL, "id": {}, "method": "shutdown"}, None),
        ({**BASE_PROTOCOL, "id": True, "method": "shutdown"}, None),
        ({**BASE_PROTOCOL, "id": 1.5, "method": "shutdown"}, None),
    ],
)
def test_what_is_no_message_is_answered_as_an_invalid_request(
    client: RawClient, message: object, answered_id: object
) -> None:
    """Batches, which LSP does not have, and messages without their parts are refused, with the id if there is one."""
    client.send(message)
    answer = client.receive()
    assert (answer["id"], answer["error"]["code"]) == (answered_id, -32600)


@pytest.mark.parametrize(
    "message",
    [
        {**BASE_PROTOCOL, "id": "unknown", "result": 1},
        {**BASE_PROTOCOL, "id": None, "error": {"code": -32700, "message": "what?"}},
        {**BASE_PROTOCOL, "id": [], "error": {"code": -32700, "message": "what?"}},
        {**BASE_PROTOCOL, "error": 5},
    ],
)
def test_a_reply_that_nobody_waits_for_is_not_answered(client: RawClient, message: object) -> None:
    """An answer to an answer could go on for ever."""
    client.send(message)
    assert client.request("test/length", {"uri": URI}) == -1
    assert client.notifications == []


@pytest.mark.parametrize("length", ["many", "-1", str(2**40), ""])
def test_a_length_that_makes_no_sense_ends_the_server(own: RawClient, length: str) -> None:
    """The stream is lost; the server says so and does not guess."""
    own.write(f"Content-Length: {length}\r\n\r\n{{}}".encode())
    assert own.exit_status() == 1
    assert "Content-Length" in own.stderr()


# Life and death


def test_shutdown_and_exit_end_with_0(own: RawClient) -> None:
    """The orderly way, `params` of the kinds that clients send included."""
    assert own.request("shutdown", {}) is None
    own.notify("exit")
    assert own.exit_status() == 0
    assert own.stderr() == ""


@pytest.mark.parametrize("initialized", [True, False])
def test_exit_without_shutdown_ends_with_1(fresh: RawClient, initialized: bool) -> None:
    """As the protocol demands, before `initialize` too."""
    if initialized:
        fresh.initialize()
    fresh.notify("exit")
    assert fresh.exit_status() == 1


def test_exit_ends_the_server_though_the_input_stays_open_and_work_goes_on(own: RawClient) -> None:
    """Handlers that wait are not waited for."""
    own.start("test/wait", {"seconds": 10 * PATIENCE})
    own.start("test/ask")
    assert own.request("shutdown") is None
    own.notify("exit")
    assert own.exit_status() == 0
    assert own.stderr() == ""


@pytest.mark.parametrize("rest", [b"", b"Content-Len", b'Content-Length: 50\r\n\r\n{"jsonrpc"'])
def test_a_client_that_dies_takes_the_server_with_it(own: RawClient, rest: bytes) -> None:
    """The end of the input, in the middle of a message too, ends the server with 1."""
    own.write(rest)
    own.close_input()
    assert own.exit_status() == 1
    assert own.stderr() == ""


def test_a_client_that_dies_after_shutdown_leaves_0(own: RawClient) -> None:
    """The client had said that it would leave."""
    own.request("shutdown")
    own.close_input()
    assert own.exit_status() == 0


@posix_only
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_quietly(own: RawClient, signal_number: signal.Signals) -> None:
    """No traceback lands in the editor's log."""
    own.process.send_signal(signal_number)
    assert own.exit_status() == 128 + signal_number
    assert own.stderr() == ""


INITIALIZE = frame({**BASE_PROTOCOL, "id": 1, "method": "initialize", "params": {"capabilities": {}}})
SHUTDOWN_AND_EXIT = frame({**BASE_PROTOCOL, "id": 2, "method": "shutdown"}) + frame({**BASE_PROTOCOL, "method": "exit"})


@posix_only
def test_a_client_that_no_longer_reads_ends_the_server_quietly() -> None:
    """A broken pipe is an end like any other."""
    reading_end, writing_end = os.pipe()
    with subprocess.Popen(PROBE_SERVER, stdin=subprocess.PIPE, stdout=writing_end, stderr=subprocess.PIPE) as process:
        os.close(reading_end)
        os.close(writing_end)
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(INITIALIZE)
        process.stdin.flush()
        assert process.wait(PATIENCE) == 1
        assert process.stderr.read() == b""


def test_input_and_output_may_be_files(tmp_path: Path) -> None:
    """Recorded messages can be replayed from a file, which no event loop can wait for."""
    (tmp_path / "in").write_bytes(INITIALIZE + SHUTDOWN_AND_EXIT)
    with open(tmp_path / "in", "rb") as messages, open(tmp_path / "out", "wb") as answers:
        assert subprocess.run(PROBE_SERVER, stdin=messages, stdout=answers, timeout=PATIENCE).returncode == 0
    assert [answer["id"] for answer in split((tmp_path / "out").read_bytes())] == [1, 2]


def test_without_input_the_server_ends() -> None:
    """Standard input that is empty, like that of a daemon, is a client that has left."""
    done = subprocess.run(PROBE_SERVER, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


@posix_only
def test_one_socket_may_be_input_and_output() -> None:
    """As socat and inetd start a server; an answer larger than the socket's buffer arrives whole."""
    ours, theirs = socket.socketpair()
    with ours, subprocess.Popen(PROBE_SERVER, stdin=theirs.fileno(), stdout=theirs.fileno()) as process:
        theirs.close()
        ours.sendall(INITIALIZE)
        large = "x" * 3_000_000
        document = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": large}
        opened = {**BASE_PROTOCOL, "method": "textDocument/didOpen", "params": {"textDocument": document}}
        ours.sendall(frame(opened))
        ours.sendall(frame({**BASE_PROTOCOL, "id": 5, "method": "test/text", "params": {"uri": URI}}))
        time.sleep(0.5)  # let the server run into the full buffer
        ours.sendall(SHUTDOWN_AND_EXIT)
        stream = b""
        while data := ours.recv(1 << 16):
            stream += data
        assert process.wait(PATIENCE) == 0
    answers = {answer["id"]: answer for answer in split(stream) if "id" in answer}
    assert answers[5]["result"]["text"] == large


# The order of things


def test_requests_before_initialize_are_refused(fresh: RawClient) -> None:
    """Notifications are dropped meanwhile; after `initialize` all is well."""
    fresh.open(URI, "lost")
    assert fresh.error("test/length", {"uri": URI})["code"] == -32002
    assert fresh.error("shutdown")["code"] == -32002
    fresh.initialize()
    assert fresh.request("test/length", {"uri": URI}) == -1


def test_initialize_that_is_malformed_can_be_sent_again(fresh: RawClient) -> None:
    """The error names the missing part."""
    error = fresh.error("initialize", {"processId": 1})
    assert error["code"] == -32602
    assert "capabilities" in error["message"]
    assert fresh.initialize()["textDocumentSync"]["change"] == 2


def test_a_second_initialize_is_refused(own: RawClient) -> None:
    """Capabilities are agreed on once."""
    assert own.error("initialize", {"capabilities": {}})["code"] == -32600


def test_requests_after_shutdown_are_refused(own: RawClient) -> None:
    """Only `exit` may follow."""
    own.request("shutdown")
    assert own.error("test/length", {"uri": URI})["code"] == -32600
    assert own.error("shutdown")["code"] == -32600
    own.open(URI, "lost")
    own.notify("exit")
    assert own.exit_status() == 0


def test_shutdown_cancels_what_still_runs(own: RawClient) -> None:
    """Each request gets its answer."""
    waiting, asking = own.start("test/wait", {"seconds": 10 * PATIENCE}), own.start("test/ask")
    shutdown = own.start("shutdown")
    answers: dict[object, Any] = {}
    while len(answers) < 3:
        answer = own.receive()
        if "method" not in answer:
            answers[answer["id"]] = answer
    assert answers[shutdown]["result"] is None
    assert {answers[waiting]["error"]["code"], answers[asking]["error"]["code"]} == {-32800}


# Unknown and malformed messages


@pytest.mark.parametrize("method", ["$/unknown", "textDocument/unknown", "workspace/symbol", "exit", ""])
def test_an_unknown_request_is_answered_so(client: RawClient, method: str) -> None:
    """Methods that LSP knows and we do not offer included."""
    assert client.error(method)["code"] == -32601


@pytest.mark.parametrize("method", ["$/unknown", "$/setTrace", "textDocument/unknown", "textDocument/didSave"])
def test_an_unknown_notification_is_ignored(client: RawClient, method: str) -> None:
    """Without a message to the user."""
    client.notify(method, {"value": "messages"})
    assert client.request("test/length", {"uri": URI}) == -1
    assert client.notifications == []
    assert client.stderr() == ""


@pytest.mark.parametrize(
    ("params", "named"),
    [
        (None, "params"),
        (5, "params"),
        ("text", "params"),
        ([], "params"),
        ({}, "position"),
        ({"textDocument": {"uri": URI}}, "position"),
        ({"position": {"line": 0, "character": 0}}, "text_document"),
        (_at(None, 0), "position"),
        (_at("x", 0), "position"),
        (_at([], 0), "position"),
        ({"textDocument": {"uri": URI}, "position": None}, "position"),
        ({"textDocument": {"uri": URI}, "position": [0, 0]}, "position"),
        ({"textDocument": {"uri": URI}, "position": {"line": 0}}, "position"),
        ({"textDocument": {"uri": None}, "position": {"line": 0, "character": 0}}, "uri"),
        ({"textDocument": URI, "position": {"line": 0, "character": 0}}, "text_document"),
    ],
)
def test_malformed_parameters_are_answered_with_what_is_wrong(client: RawClient, params: object, named: str) -> None:
    """An error with the request's id; neither silence nor a message to the user."""
    client.open(URI, "FROM x\n")
    client.notification("test/analysed")
    error = client.error("textDocument/hover", params)
    assert error["code"] == -32602
    assert named in error["message"]
    assert client.notifications == []


def test_a_null_inside_a_list_is_answered(client: RawClient) -> None:
    """An editor's diagnostics are sent back to us as they are, and some hold nulls."""
    zero = {"line": 0, "character": 0}
    wrong = {"range": {"start": {"line": None, "character": 0}, "end": zero}, "message": "x"}
    params = {
        "textDocument": {"uri": URI},
        "range": {"start": zero, "end": zero},
        "context": {"diagnostics": [{"range": {"start": zero, "end": zero}, "message": "x"}, wrong]},
    }
    assert "diagnostics[1].range.start" in client.error("textDocument/codeAction", params)["message"]


def test_values_that_we_do_not_know_do_no_harm(client: RawClient) -> None:
    """An enumeration may have grown since; what came in can be sent back."""
    assert client.request("textDocument/completion", {**_at(0, 0), "context": {"triggerKind": 99}})[0]["label"] == "99"
    zero = {"line": 0, "character": 0}
    diagnostic = {"range": {"start": zero, "end": zero}, "message": "x", "severity": 9, "tags": [1, 77]}
    params = {
        "textDocument": {"uri": URI},
        "range": {"start": zero, "end": zero},
        "context": {"diagnostics": [diagnostic], "only": ["our.own.kind"], "triggerKind": 5},
    }
    assert client.request("textDocument/codeAction", params)[0]["diagnostics"] == [diagnostic]


def test_a_client_with_unknown_capabilities_is_welcome(fresh: RawClient) -> None:
    """Kinds, traces and encodings of a later version of the protocol do not keep anyone out."""
    kinds = {"completionItemKind": {"valueSet": [1, 2, 99]}}
    capabilities = {"textDocument": {"completion": kinds}, "general": {"positionEncodings": ["utf-7", "utf-8"]}}
    result = fresh.request("initialize", {"capabilities": capabilities, "trace": "compact", "later": {}})
    assert result["capabilities"]["positionEncoding"] == "utf-8"


@pytest.mark.parametrize(
    ("line", "character", "expected"),
    [(-1, -1, 0), (0, -5, 0), (0, 2**31, 6), (0, 2**64, 6), (2**32, 0, 11), (1, 1.0, 8), (0, 1e308, 6)],
)
def test_positions_outside_the_text_mean_the_nearest_inside(
    client: RawClient, line: object, character: object, expected: int
) -> None:
    """Some clients mean the end by the largest number they have, larger than the protocol allows."""
    client.open(URI, "FROM x\nRUN ")
    assert client.request("textDocument/hover", _at(line, character))["contents"] == str(expected)


@pytest.mark.parametrize("params", [None, {}, {"textDocument": {"uri": URI, "version": 2}}, [1]])
def test_a_malformed_notification_is_logged_and_not_shown(client: RawClient, params: object) -> None:
    """The document stays as it was."""
    client.open(URI, "FROM x\n")
    client.notify("textDocument/didChange", params)
    assert _text(client) == {"text": "FROM x\n", "version": 1}
    assert [message["method"] for message in client.notifications if "method" in message] in ([], ["test/analysed"])
    assert "textDocument/didChange" in client.stderr()


def test_a_text_that_is_null_does_not_become_the_word_none(client: RawClient) -> None:
    """A type is not guessed."""
    document = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": None}
    client.notify("textDocument/didOpen", {"textDocument": document})
    assert _text(client) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
)
PARAMS: dict[str, Any] = {
    "textDocument/hover": _at(0, 0),
    "textDocument/completion": {**_at(0, 0), "context": {"triggerKind": 2, "triggerCharacter": ":"}},
    "textDocument/codeAction": {
        "textDocument": {"uri": URI},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}},
        "context": {"diagnostics": [], "only": ["quickfix"]},
    },
    "textDocument/didOpen": {"textDocument": {"uri": URI, "languageId": "x", "version": 1, "text": "FROM x"}},
    "textDocument/didChange": change(URI, 2, (0, 1, 0, 2, "y"), "z")["params"],
    "textDocument/didClose": {"textDocument": {"uri": URI}},
    "workspace/executeCommand": {"command": "x", "arguments": [1]},
    "workspace/didChangeWorkspaceFolders": {"event": {"added": [{"uri": "file:///a", "name": "a"}], "removed": []}},
    "window/workDoneProgress/cancel": {"token": "x"},
    "$/setTrace": {"value": "off"},
    "$/cancelRequest": {"id": 1},
    "initialize": {"capabilities": {}},
}


@st.composite
def damaged_params(draw: st.DrawFn) -> tuple[str, object]:
    """A method and its parameters, in which one part, or all, is replaced by anything."""

    def damage(value: Any) -> Any:
        keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
        if not keys or draw(st.integers(0, 2)) == 0:
            return draw(JSON)
        key = draw(st.sampled_from(keys))
        if isinstance(value, dict):
            if draw(st.integers(0, 3)) == 0:
                return {other: inner for other, inner in value.items() if other != key}
            return {**value, key: damage(value[key])}
        return [*value[:key], damage(value[key]), *value[key + 1 :]]

    method = draw(st.sampled_from(sorted(PARAMS)))
    return method, damage(PARAMS[method])


@pytest.fixture(scope="module", params=[PROBE_SERVER, REAL_SERVER], ids=["plumbing", "features"])
def fuzzed(request: pytest.FixtureRequest) -> Iterator[RawClient]:
    """The bare plumbing, and the server as a user starts it."""
    with RawClient(request.param) as client:
        client.initialize()
        client.open(URI, "FROM x\n")
        yield client


@settings(deadline=None)
@given(message=damaged_params(), as_notification=st.booleans())
def test_whatever_the_parameters_are_a_request_is_answered(
    fuzzed: RawClient, message: tuple[str, object], as_notification: bool
) -> None:
    """Once, with a result or an error; and nothing pops up at the user."""
    method, params = message
    fuzzed.forget()
    if as_notification:
        fuzzed.notify(method, params)
    else:
        response = fuzzed.response(fuzzed.start(method, params))
        assert ("result" in response) != ("error" in response)
        if method.startswith("textDocument/"):
            assert response.get("error", {}).get("code") != -32603, "what is malformed does not reach a handler"
    assert fuzzed.error("$/unknown")["code"] == -32601
    assert not any("id" in each or each["method"].startswith("window/") for each in fuzzed.notifications)


def test_a_handler_that_fails_answers_with_its_error(client: RawClient) -> None:
    """The traceback is for the log alone."""
    error = client.error("test/fail")
    assert (error["code"], error["message"]) == (-32603, "LookupError: this handler fails")
    assert "Traceback" in client.stderr()


def test_a_handler_of_a_notification_that_fails_is_only_logged(client: RawClient) -> None:
    """The user is not bothered."""
    client.notify("test/fail")
    assert client.request("test/wait", {"seconds": 0}) == "waited"
    assert client.notifications == []
    assert "this handler fails" in client.stderr()


def test_a_result_that_cannot_be_sent_is_an_error(client: RawClient) -> None:
    """The client does not wait for ever."""
    assert client.error("test/unserialisable")["code"] == -32603


# Documents


@pytest.mark.parametrize(
    ("offered", "agreed", "column_after_emoji"),
    [
        (None, "utf-16", 2),
        (["utf-16"], "utf-16", 2),
        (["utf-8", "utf-16", "utf-32"], "utf-8", 4),
        (["utf-32", "utf-8"], "utf-32", 1),
        (["utf-7", "utf-32"], "utf-32", 1),
        (["utf-7"], "utf-16", 2),
        ([], "utf-16", 2),
    ],
)
def test_columns_are_counted_as_agreed(fresh: RawClient, offered: object, agreed: str, column_after_emoji: int) -> None:
    """The client's first choice that we know; an edit after an emoji lands where the client means it."""
    capabilities = fresh.initialize(**({"general": {"positionEncodings": offered}} if offered is not None else {}))
    assert capabilities["positionEncoding"] == agreed
    fresh.open(URI, "a\n😀x")
    assert _offset(fresh, 1, column_after_emoji) == 3
    fresh.send(
        change(URI, 2, (1, column_after_emoji, 1, column_after_emoji + 1, "é"), (1, column_after_emoji, 1, 99, "y"))
    )
    assert _text(fresh) == {"text": "a\n😀y", "version": 2}


def test_the_cursor_on_the_empty_last_line_is_at_the_end(client: RawClient) -> None:
    """Where a new instruction is typed; text can be inserted there."""
    client.open(URI, "FROM x\n")
    assert _offset(client, 1, 0) == 7
    client.send(change(URI, 2, (1, 0, 1, 0, "RUN y")))
    assert _text(client)["text"] == "FROM x\nRUN y"
    assert _offset(client, 1, 99) == 12


def test_only_line_ends_of_the_protocol_count(client: RawClient) -> None:
    """`\\r\\n`, `\\n` and `\\r` end lines, a line separator or a form feed does not."""
    client.open(URI, "a\u2028b\x0c\r\nc\rd\ne")
    client.send(change(URI, 2, (3, 0, 3, 1, "E"), (1, 0, 1, 1, "C"), (0, 4, 0, 4, "!")))
    assert _text(client)["text"] == "a\u2028b\x0c!\r\nC\rd\nE"


def test_edits_apply_in_order_and_a_range_may_be_reversed(client: RawClient) -> None:
    """Whole texts and parts may be mixed in one notification."""
    client.open(URI, "")
    client.send(change(URI, 7, "one\ntwo", (1, 3, 0, 3, " "), (0, 0, 0, 0, "> ")))
    assert _text(client) == {"text": "> one ", "version": 7}


def test_half_of_a_surrogate_pair_is_kept(client: RawClient) -> None:
    """An editor may send one half now and the other one later, and can ask for the text in between."""
    client.open(URI, "\ud83d")
    assert _text(client)["text"] == "\ud83d"
    assert _offset(client, 0, 1) == 1


def test_an_edit_of_an_unopened_document_is_ignored(client: RawClient) -> None:
    """It is logged; closing what is not open does nothing either."""
    client.send(change(URI, 2, "x"))
    client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    assert _text(client) is None
    assert "not open" in client.stderr()


def test_three_megabytes_pass(client: RawClient) -> None:
    """Opened, edited at the end and closed, without delay worth mentioning."""
    lines = 100_000
    client.open(URI, "RUN echo 0123456789 012345678\n" * lines)
    client.send(change(URI, 2, (lines, 0, lines, 0, "USER x"), (0, 0, 1, 0, "")))
    assert client.request("test/length", {"uri": URI}) == 30 * (lines - 1) + 6
    assert _offset(client, lines - 1, 6) == 30 * (lines - 1) + 6


# Analysis


def test_edits_that_arrive_together_are_analysed_once(client: RawClient) -> None:
    """Of a burst, only the outcome matters."""
    opened = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": ""}
    burst = [{**BASE_PROTOCOL, "method": "textDocument/didOpen", "params": {"textDocument": opened}}]
    burst += [change(URI, version, (0, 0, 0, 0, "x")) for version in range(2, 102)]
    client.write(b"".join(map(frame, burst)))
    assert client.notification("test/analysed") == {"uri": URI, "version": 101}
    assert client.request("test/wait", {"seconds": 0.1}) == "waited"
    assert client.notifications == []


def test_an_edit_that_waits_to_be_read_is_analysed_with_the_one_before(client: RawClient, tmp_path: Path) -> None:
    """What is typed while the server is busy is read before anything is analysed."""
    client.open(URI, "")
    client.notification("test/analysed")
    is_busy, goes_on = tmp_path / "busy", tmp_path / "on"
    files = {"makes": str(is_busy), "awaits": str(goes_on)}
    client.write(frame(change(URI, 2, "x")) + frame({**BASE_PROTOCOL, "method": "test/block", "params": files}))
    wait_until(is_busy.exists)
    client.send(change(URI, 3, "y"))
    goes_on.touch()
    assert client.notification("test/analysed")["version"] == 3


def test_one_edit_is_analysed_at_once(client: RawClient) -> None:
    """The analysis of one edit is not delayed: it comes before a timer of 10 ms that starts after the edit."""
    client.open(URI, "")
    client.notification("test/analysed")
    for version in range(2, 7):
        client.send(change(URI, version, "x"))
        assert client.request("test/wait", {"seconds": 0.01}) == "waited"
        assert client.notification("test/analysed")["version"] == version
        assert client.notifications == []


def test_each_document_is_analysed(own: RawClient) -> None:
    """Documents that are opened together do not hide each other; a closed one is left out."""
    opened = [{"uri": uri, "languageId": "dockerfile", "version": 1, "text": ""} for uri in "abc"]
    messages = [
        {**BASE_PROTOCOL, "method": "textDocument/didOpen", "params": {"textDocument": each}} for each in opened
    ]
    messages.append({**BASE_PROTOCOL, "method": "textDocument/didClose", "params": {"textDocument": {"uri": "b"}}})
    own.write(b"".join(map(frame, messages)))
    assert own.notification("test/closed") == {"uri": "b"}
    assert [own.notification("test/analysed")["uri"] for _ in range(2)] == ["a", "c"]
    assert own.request("test/wait", {"seconds": 0.1}) == "waited"
    assert own.notifications == []


def test_an_analysis_that_fails_is_logged(client: RawClient) -> None:
    """The next one runs as usual."""
    client.open(URI, "fail")
    client.send(change(URI, 2, "fine"))
    client.notification("test/analysed")
    assert _text(client)["text"] == "fine"


# Several things at once


def test_a_request_can_be_cancelled_while_it_runs(own: RawClient) -> None:
    """It is answered at once, and others go on meanwhile."""
    running = own.start("test/wait", {"seconds": 10 * PATIENCE})
    assert own.request("test/length", {"uri": URI}) == -1
    own.notify("$/cancelRequest", {"id": running})
    assert own.response(running)["error"]["code"] == -32800


def test_nulls_in_unused_parts_of_a_message_do_no_harm(client: RawClient) -> None:
    """Some clients send every part that any message can have."""
    unused = {"result": None, "error": None}
    client.send({**BASE_PROTOCOL, "id": 5, "method": "test/ask", "params": None, **unused})
    question = client.receive()
    client.send({**BASE_PROTOCOL, "id": question["id"], "method": None, "result": [1], "error": None})
    assert client.response(5)["result"] == [1]


@pytest.mark.parametrize("params", [{"id": "unknown"}, {"id": None}, {"id": []}, {}, None])
def test_cancelling_what_does_not_run_does_nothing(client: RawClient, params: object) -> None:
    """It may have been answered already."""
    client.notify("$/cancelRequest", params)
    assert client.request("test/length", {"uri": URI}) == -1
    assert client.stderr() == ""


def test_the_server_can_ask_the_client(client: RawClient) -> None:
    """The client's answer, or its error, reaches the handler."""
    asking = client.start("test/ask")
    question = client.receive()
    assert question["method"] == "workspace/configuration"
    client.send({**BASE_PROTOCOL, "id": question["id"], "result": [{"a": 1}]})
    assert client.response(asking)["result"] == [{"a": 1}]

    asking = client.start("test/ask")
    error = {"code": -32601, "message": "no settings here"}
    client.send({**BASE_PROTOCOL, "id": client.receive()["id"], "error": error})
    assert client.response(asking)["error"] == error


@pytest.mark.parametrize("reply", [{"result": 5}, {"error": "no"}, {"error": {"code": "x"}}, {}])
def test_a_reply_that_makes_no_sense_fails_the_request_that_waits_for_it(client: RawClient, reply: Any) -> None:
    """The handler does not wait for ever."""
    asking = client.start("test/ask")
    client.send({**BASE_PROTOCOL, "id": client.receive()["id"], **reply})
    assert "error" in client.response(asking)


def test_a_reply_to_a_cancelled_request_is_forgotten(client: RawClient) -> None:
    """Neither the client nor the log hears of it."""
    asking = client.start("test/ask")
    question = client.receive()
    client.notify("$/cancelRequest", {"id": asking})
    assert client.response(asking)["error"]["code"] == -32800
    client.send({**BASE_PROTOCOL, "id": question["id"], "result": [1]})
    assert client.request("test/length", {"uri": URI}) == -1
    assert client.notifications == []
    assert client.stderr() == ""


def test_a_client_cannot_answer_its_own_request(client: RawClient) -> None:
    """The ids of both sides are kept apart."""
    waiting = client.start("test/wait", {"seconds": 0.3})
    client.send({**BASE_PROTOCOL, "id": waiting, "result": "mine"})
    assert client.response(waiting)["result"] == "waited"


def test_messages_from_several_threads_arrive_whole(client: RawClient) -> None:
    """Each is written in one go."""
    assert client.request("test/notifyFromThreads", {"each": 20}) is None
    texts = [message["params"]["text"] for message in client.notifications]
    assert sorted(texts) == sorted(name * 20_000 for name in "abcd" for _ in range(20))


def test_what_is_printed_does_not_reach_the_client(client: RawClient) -> None:
    """Not even what a child process prints."""
    assert client.request("test/print") == "printed"
    assert client.stderr().splitlines() == ["printed by the server", "printed by a child"]


# TCP


def test_tcp_serves_one_client_and_ends_with_it() -> None:
    """The free port that was found is announced; the server behaves as over pipes."""
    with subprocess.Popen([*PROBE_SERVER, "--tcp"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        announced = process.stderr.readline()
        assert announced.startswith("listening on 127.0.0.1:")
        address = ("127.0.0.1", int(announced.rpartition(":")[2]))
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.sendall(INITIALIZE)
            stream = connection.recv(1 << 16)
            with pytest.raises(OSError):
                socket.create_connection(address, timeout=PATIENCE)
            connection.sendall(
                frame({**BASE_PROTOCOL, "id": 3, "method": "test/notifyFromThreads", "params": {"each": 9}})
            )
            connection.sendall(SHUTDOWN_AND_EXIT)
            while data := connection.recv(1 << 16):
                stream += data
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""
    messages = split(stream)
    assert [message["id"] for message in messages if "id" in message] == [1, 3, 2]
    assert len(messages) == 3 + 4 * 9


def test_a_tcp_client_that_leaves_without_a_word_ends_the_server_with_1() -> None:
    """As over pipes."""
    with subprocess.Popen([*PROBE_SERVER, "--tcp"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = int(process.stderr.readline().rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        assert process.wait(PATIENCE) == 1
