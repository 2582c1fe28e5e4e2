"""Parameters of which any part is replaced by any JSON value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lsp.protocol.messages import URI, position_at
from tests.lsp.raw_client import PROBE_SERVER, REAL_SERVER, RawClient, change

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
)
PARAMS: dict[str, Any] = {
    "textDocument/hover": position_at(0, 0),
    "textDocument/completion": {**position_at(0, 0), "context": {"triggerKind": 2, "triggerCharacter": ":"}},
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
    """A method and its parameters, of which one part, or all, is replaced by any value."""

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
    """The probe server, and the server as users start it."""
    with RawClient(request.param) as client:
        client.initialize()
        client.open(URI, "FROM x\n")
        yield client


@pytest.mark.slow
@settings(deadline=None)
@given(message=damaged_params(), as_notification=st.booleans())
def test_a_request_with_any_parameters_is_answered(
    fuzzed: RawClient, message: tuple[str, object], as_notification: bool
) -> None:
    """A request gets one response, with a result or an error, and the user sees no message."""
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
