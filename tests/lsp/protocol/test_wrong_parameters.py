"""Each parameter of each method with values that it must not have: one reply, and never an internal error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.protocol.messages import BASE_PROTOCOL
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change, frame
from tests.lsp.requests import LENS_COMMANDS, REPEATABLE, REQUESTS, Place, ask_all

DOCKERFILE = (
    "FROM mcr.microsoft.com/azureml/minimal-py312-inference AS a\nUSER root\nRUN apt-get install curl\nFROM a\n"
)
YAML = "name: e\n$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nimage: "
YAML += "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04\n"
PLACES = {"Dockerfile": ("dockerfile", DOCKERFILE, 0, 30), "env.yml": ("yaml", YAML, 2, 40)}

WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**64,
    -(2**63),
    1e308,
    "",
    "x",
    "\x00\ud800",
    "file:///%zz",
    "nonsense:a b",
    "\\\\host\\share",
    [],
    [None],
    [[]],
    {},
    {"x": None},
]
"""What is put in the place of each parameter."""

NOT_JSON_INTERNAL_ERROR = -32603


def damaged(params: Any) -> Iterator[Any]:
    """The parameters with each part left out, and with each part replaced by each wrong value."""
    yield from WRONG
    items = list(params.items()) if isinstance(params, dict) else []
    for key, value in items:
        yield {other: kept for other, kept in params.items() if other != key}
        yield from ({**params, key: other} for other in damaged(value))
    if isinstance(params, list) and params:
        yield from ([other, *params[1:]] for other in damaged(params[0]))


def notifications_about(uri: str) -> dict[str, Json]:
    """The parameters of each notification that the server listens to."""
    identifier = {"textDocument": {"uri": uri}}
    return {
        "textDocument/didOpen": {
            "textDocument": {"uri": f"{uri}.x", "languageId": "x", "version": 1, "text": "FROM x"}
        },
        "textDocument/didChange": change(f"{uri}.x", 2, (0, 1, 0, 2, "y"))["params"],
        "textDocument/didSave": {**identifier, "text": ""},
        "textDocument/didClose": {"textDocument": {"uri": f"{uri}.x"}},
        "workspace/didChangeConfiguration": {"settings": {"azuremlDockerfile": {"rules": {"FinalUserRoot": "off"}}}},
        "workspace/didChangeWatchedFiles": {"changes": [{"uri": uri, "type": 2}]},
        "workspace/didChangeWorkspaceFolders": {"event": {"added": [{"uri": "file:///a", "name": "a"}], "removed": []}},
        "window/workDoneProgress/cancel": {"token": "x"},
        "$/setTrace": {"value": "off"},
        "$/cancelRequest": {"id": 1},
        "initialized": {},
    }


REQUESTS_OF_THE_PROTOCOL: dict[str, Json] = {
    "workspace/executeCommand": {"command": "azureml-dockerfile-ls.applyEdit", "arguments": ["x", "x", 1, {}]},
    "azuremlDockerfile/status": {},
}


@pytest.fixture(scope="module", params=PLACES)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RawClient, Place]]:
    """The server as users start it, to which an editor that can do everything is connected, and a document."""
    language, text, line, character = PLACES[request.param]
    folder: Path = tmp_path_factory.mktemp("wrong")
    with RawClient(REAL_SERVER) as client:
        workspace = {**VS_CODE["workspace"], "configuration": False}
        options = {"commands": LENS_COMMANDS, "inlineCompletion": True, "registry.enabled": False}
        client.initialize(root=folder.as_uri(), options=options, **{**VS_CODE, "workspace": workspace})
        place = Place((folder / request.param).as_uri(), line, character)
        client.open(place.uri, text, language=language)
        yield client, place
        assert client.request("shutdown") is None


def right_parameters(client: RawClient, place: Place) -> Iterator[tuple[str, Json]]:
    """Every request with parameters that make sense."""
    results = ask_all(client.request, place)
    for method in REPEATABLE:
        yield from ((method, params) for params in REQUESTS[method](place, results))
    yield from REQUESTS_OF_THE_PROTOCOL.items()


@pytest.mark.slow
def test_a_request_with_a_wrong_parameter_gets_one_reply(opened: tuple[RawClient, Place]) -> None:
    """A result or an error that names what is wrong; the user sees no message, and nothing fails inside."""
    client, place = opened
    client.forget()
    sent: dict[str, tuple[str, Any]] = {}
    for method, params in right_parameters(client, place):
        client.forget()
        first = len(sent)
        for wrong in damaged(params):
            sent[f"{len(sent)}"] = method, wrong
        batch = {msg_id: sent[msg_id] for msg_id in map(str, range(first, len(sent)))}
        for msg_id, (_, wrong) in batch.items():
            client.send({**BASE_PROTOCOL, "id": msg_id, "method": method, "params": wrong})
        for msg_id, reply in client.responses(batch).items():
            assert ("result" in reply) != ("error" in reply)
            assert reply.get("error", {}).get("code") != NOT_JSON_INTERNAL_ERROR, (sent[f"{msg_id}"], reply)
        assert not any("id" in each or each["method"].startswith("window/") for each in client.notifications), method
    assert "Traceback" not in client.stderr()
    assert len(sent) > 1000


def test_a_notification_with_a_wrong_parameter_is_ignored(opened: tuple[RawClient, Place]) -> None:
    """It is logged on one line. A message to the user is about settings only, which are the user's own."""
    client, place = opened
    for method, params in notifications_about(place.uri).items():
        client.forget()
        client.write(b"".join(frame({**BASE_PROTOCOL, "method": method, "params": each}) for each in damaged(params)))
        assert client.error("$/unknown")["code"] == -32601
        client.request("azuremlDockerfile/status")
        shown = [each["method"] for each in client.notifications if each["method"].startswith("window/")]
        assert not shown or method == "workspace/didChangeConfiguration", (method, client.notifications)
        logged = client.stderr()
        assert "Traceback" not in logged, (method, logged)
    assert client.request("textDocument/hover", place.position) is not None
