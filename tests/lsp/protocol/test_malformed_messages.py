"""Messages that are unknown, incomplete or outside the protocol."""

from __future__ import annotations

import codecs
import json

import pytest

from tests.lsp.protocol.messages import BASE_PROTOCOL, URI, position_at, text_of
from tests.lsp.raw_client import RawClient


@pytest.mark.slow
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
def test_an_invalid_message_is_answered_as_an_invalid_request(
    client: RawClient, message: object, answered_id: object
) -> None:
    """Batches, which LSP does not have, and incomplete messages are refused, with the id if there is one."""
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
def test_an_unexpected_response_is_not_answered(client: RawClient, message: object) -> None:
    """A response is never answered: two peers could reply to each other endlessly."""
    client.send(message)
    assert client.request("test/length", {"uri": URI}) == -1
    assert client.notifications == []


def test_a_byte_order_mark_before_a_message_is_ignored(client: RawClient) -> None:
    """Some libraries write one at the start of each text."""
    message = {**BASE_PROTOCOL, "id": 7, "method": "test/length", "params": {"uri": URI}}
    body = codecs.BOM_UTF8 + json.dumps(message).encode()
    client.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert client.response(7)["result"] == -1


@pytest.mark.parametrize("method", ["$/unknown", "textDocument/unknown", "workspace/textDocumentContent", "exit", ""])
def test_an_unknown_request_is_answered_with_method_not_found(client: RawClient, method: str) -> None:
    """A method of LSP that this server does not offer is unknown as well."""
    assert client.error(method)["code"] == -32601


@pytest.mark.parametrize("method", ["$/unknown", "$/setTrace", "textDocument/unknown", "textDocument/willSave"])
def test_an_unknown_notification_is_ignored(client: RawClient, method: str) -> None:
    """An unknown notification is neither logged nor shown to the user."""
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
        (position_at(None, 0), "position"),
        (position_at("x", 0), "position"),
        (position_at([], 0), "position"),
        ({"textDocument": {"uri": URI}, "position": None}, "position"),
        ({"textDocument": {"uri": URI}, "position": [0, 0]}, "position"),
        ({"textDocument": {"uri": URI}, "position": {"line": 0}}, "position"),
        ({"textDocument": {"uri": None}, "position": {"line": 0, "character": 0}}, "uri"),
        ({"textDocument": URI, "position": {"line": 0, "character": 0}}, "text_document"),
    ],
)
def test_malformed_parameters_are_answered_with_an_error(client: RawClient, params: object, named: str) -> None:
    """The error names the wrong property, and the user sees no message."""
    client.open(URI, "FROM x\n")
    client.notification("test/analysed")
    error = client.error("textDocument/hover", params)
    assert error["code"] == -32602
    assert named in error["message"]
    assert client.notifications == []


def test_a_null_inside_a_list_is_answered_with_an_error(client: RawClient) -> None:
    """Editors send diagnostics back to the server, some of them with nulls. The error names the place."""
    zero = {"line": 0, "character": 0}
    wrong = {"range": {"start": {"line": None, "character": 0}, "end": zero}, "message": "x"}
    params = {
        "textDocument": {"uri": URI},
        "range": {"start": zero, "end": zero},
        "context": {"diagnostics": [{"range": {"start": zero, "end": zero}, "message": "x"}, wrong]},
    }
    assert "diagnostics[1].range.start" in client.error("textDocument/codeAction", params)["message"]


def test_null_properties_of_a_message_are_ignored(client: RawClient) -> None:
    """Some clients send every property that a message can have."""
    unused = {"result": None, "error": None}
    client.send({**BASE_PROTOCOL, "id": 5, "method": "test/ask", "params": None, **unused})
    question = client.receive()
    client.send({**BASE_PROTOCOL, "id": question["id"], "method": None, "result": [1], "error": None})
    assert client.response(5)["result"] == [1]


def test_unknown_enumeration_values_are_accepted(client: RawClient) -> None:
    """Enumerations grow in later versions of the protocol; an unknown value can be sent back unchanged."""
    assert (
        client.request("textDocument/completion", {**position_at(0, 0), "context": {"triggerKind": 99}})[0]["label"]
        == "99"
    )
    zero = {"line": 0, "character": 0}
    diagnostic = {"range": {"start": zero, "end": zero}, "message": "x", "severity": 9, "tags": [1, 77]}
    params = {
        "textDocument": {"uri": URI},
        "range": {"start": zero, "end": zero},
        "context": {"diagnostics": [diagnostic], "only": ["our.own.kind"], "triggerKind": 5},
    }
    assert client.request("textDocument/codeAction", params)[0]["diagnostics"] == [diagnostic]


def test_unknown_capabilities_are_accepted(fresh: RawClient) -> None:
    """Kinds, traces and encodings of a later version of the protocol do not prevent `initialize`."""
    kinds = {"completionItemKind": {"valueSet": [1, 2, 99]}}
    capabilities = {"textDocument": {"completion": kinds}, "general": {"positionEncodings": ["utf-7", "utf-8"]}}
    result = fresh.request("initialize", {"capabilities": capabilities, "trace": "compact", "later": {}})
    assert result["capabilities"]["positionEncoding"] == "utf-8"


@pytest.mark.parametrize(
    ("line", "character", "expected"),
    [(-1, -1, 0), (0, -5, 0), (0, 2**31, 6), (0, 2**64, 6), (2**32, 0, 11), (1, 1.0, 8), (0, 1e308, 6)],
)
def test_a_position_outside_the_text_means_the_nearest_inside(
    client: RawClient, line: object, character: object, expected: int
) -> None:
    """Some clients send their largest number for the end, even one that the protocol does not allow."""
    client.open(URI, "FROM x\nRUN ")
    assert client.request("textDocument/hover", position_at(line, character))["contents"] == str(expected)


@pytest.mark.parametrize("params", [None, {}, {"textDocument": {"uri": URI, "version": 2}}, [1]])
def test_a_malformed_notification_is_logged_and_not_shown(client: RawClient, params: object) -> None:
    """The document stays unchanged."""
    client.open(URI, "FROM x\n")
    client.notify("textDocument/didChange", params)
    assert text_of(client) == {"text": "FROM x\n", "version": 1}
    assert [message["method"] for message in client.notifications if "method" in message] in ([], ["test/analysed"])
    assert "textDocument/didChange" in client.stderr()


def test_a_null_text_does_not_open_a_document(client: RawClient) -> None:
    """A null is not converted to a string."""
    document = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": None}
    client.notify("textDocument/didOpen", {"textDocument": document})
    assert text_of(client) is None
