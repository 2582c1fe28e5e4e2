"""Whatever a user does with several documents, every answer is that of a server that has just been started.

A state machine opens, edits, saves and closes Dockerfiles and YAML of Azure ML, changes the settings, makes repairs,
and sends what makes no sense in between. `HYPOTHESIS_PROFILE=thorough` does so for a long time, and compares with a
new process each time.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.features.test_ignore import texts_with_findings
from tests.fuzz.mutations import YAML_LINES, YAML_WORDS, seeds
from tests.fuzz.surroundings import FILES, surroundings_in
from tests.lsp.client_text import outside_of_line_ends, position_of, with_edits
from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient
from tests.lsp.requests import LENS_COMMANDS, REPEATABLE, REQUESTS, Place
from tests.test_properties import LINES, WORDS, fragments

ENCODINGS = ("utf-8", "utf-16", "utf-32")
EXAMPLES = max(settings().max_examples // 50, 2)
IS_LONG = EXAMPLES > 10
REQUEST_FAILED = -32803
HISTORY = "textDocument/semanticTokens/full/delta"
"""The only answer that depends on an earlier one; it is compared with the answer to the whole question."""

NAMES = {
    "Dockerfile": "dockerfile",
    "context/Dockerfile": "dockerfile",
    "env.yml": "yaml",
    "deploy.yaml": "yaml",
    "conda.yml": "yaml",
}
"""The documents, with their languages."""

SETTINGS: tuple[Json, ...] = (
    {},
    {"rules": {"FinalUserRoot": "off", "UntaggedImage": "error"}},
    {"dockerfileFeatures": False},
    {"inlineCompletion": True, "inlayHints": {"users": False}},
    {"buildContext": "context"},
)

words = st.one_of(
    st.sampled_from(WORDS), st.sampled_from(YAML_WORDS), st.sampled_from(["😀", "é", "\n", "\r\n", "", " "])
)
lines = st.one_of(st.sampled_from(LINES), st.sampled_from(YAML_LINES)).map("{}\n".format)
changes = st.lists(
    st.tuples(st.floats(0, 1), st.one_of(st.integers(0, 3), st.integers(0, 40)), st.one_of(words, words, lines)),
    min_size=1,
    max_size=3,
)
dockerfiles = st.one_of(st.sampled_from(seeds(is_yaml=False)), texts_with_findings, fragments)
manifests = st.one_of(
    st.sampled_from(seeds(is_yaml=True)), st.lists(st.sampled_from(YAML_LINES), max_size=12).map("\n".join)
)


@dataclass
class Open:
    """A document that is open, as the editor has it."""

    uri: str
    language: str
    text: str
    version: int = 1
    tokens: Json = field(default_factory=dict)


def start(folder: Path, encoding: str) -> RawClient:
    """A server, connected to an editor that can do everything and watches files."""
    client = RawClient(REAL_SERVER)
    capabilities = {**VS_CODE, "workspace": {**VS_CODE["workspace"], "configuration": False}}
    client.initialize(
        root=folder.as_uri(),
        options={"commands": LENS_COMMANDS, "registry.enabled": False},
        **{**capabilities, "general": {"positionEncodings": [encoding]}},
    )
    return client


def without_ids(result: Any) -> Any:
    """A result without the names that a server gives to its answers."""
    if isinstance(result, dict):
        return {key: without_ids(value) for key, value in result.items() if key != "resultId"}
    return [without_ids(each) for each in result] if isinstance(result, list) else result


def configure(client: RawClient, chosen: Json) -> None:
    """Send the settings of the editor."""
    client.notify("workspace/didChangeConfiguration", {"settings": {"azuremlDockerfile": chosen}})


def settle(client: RawClient, documents: list[Open]) -> None:
    """Leave the typed lines, and let the server look at every document: it looks at one between two requests."""
    for document in documents:
        client.notify("textDocument/didSave", {"textDocument": {"uri": document.uri}})
    for _ in range(3 * len(documents) + 3):
        client.request("azuremlDockerfile/status")


def close(client: RawClient, uri: str) -> None:
    """Close a document."""
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def answers(client: RawClient, place: Place) -> dict[str, list[Any]]:
    """Every answer about a place, by method. A refusal, with its reason, is an answer of a rename."""
    results: dict[str, Any] = {}
    found: dict[str, list[Any]] = {}
    for method in REPEATABLE:
        for params in REQUESTS[method](place, results):
            response = client.response(client.start(method, params))
            if "error" in response:
                assert response["error"]["code"] == REQUEST_FAILED, (method, response)
                assert method.lower().endswith("rename"), (method, response)
            results[method] = response.get("result")
            found.setdefault(method, []).append(without_ids(response.get("result", response.get("error"))))
    return found


class Edits(RuleBasedStateMachine):
    """The editor with its documents, a server that sees all that happens, and one that sees the outcome."""

    folder: Path
    encoding: str
    live: RawClient
    other: RawClient

    def __init__(self) -> None:
        super().__init__()
        self.documents: dict[str, Open] = {}
        self.settings: Json = {}
        self.written: set[str] = set()

    # What the user does

    def _uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def _opened(self, data: st.DataObject) -> Open:
        return self.documents[data.draw(st.sampled_from(sorted(self.documents)), label="name")]

    @precondition(lambda self: len(self.documents) < len(NAMES))
    @rule(data=st.data())
    def open(self, data: st.DataObject) -> None:
        """Open one of the documents."""
        name = data.draw(st.sampled_from(sorted(NAMES.keys() - self.documents.keys())), label="name")
        text = data.draw(manifests if NAMES[name] == "yaml" else dockerfiles, label="text")
        opened = self.documents[name] = Open(self._uri(name), NAMES[name], text)
        self.live.open(opened.uri, text, language=opened.language)

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), made=changes)
    def edit(self, data: st.DataObject, made: list[tuple[float, int, str]]) -> None:
        """Type, delete and paste; the edits of one message follow one another."""
        opened = self._opened(data)
        events: list[Json] = []
        for place, deleted, inserted in made:
            text = opened.text
            begin = outside_of_line_ends(text, round(place * len(text)))
            end = outside_of_line_ends(text, min(begin + deleted, len(text)))
            span = {"start": self._position(text, begin), "end": self._position(text, end)}
            events.append({"range": span, "text": inserted})
            opened.text = text[:begin] + inserted + text[end:]
        self._send(opened, events)

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def replace(self, data: st.DataObject) -> None:
        """Replace the whole text, as an editor does after another program has changed the file."""
        opened = self._opened(data)
        opened.text = data.draw(manifests if opened.language == "yaml" else dockerfiles, label="text")
        self._send(opened, [{"text": opened.text}])

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def save(self, data: st.DataObject) -> None:
        """Write a document to the disk."""
        opened = self._opened(data)
        name = next(name for name, each in self.documents.items() if each is opened)
        (self.folder / name).write_bytes(opened.text.encode("utf-8", "replace"))
        self.written.add(name)
        self._files_changed(opened.uri)
        self.live.notify("textDocument/didSave", {"textDocument": {"uri": opened.uri}})

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        """Close a document."""
        opened = self._opened(data)
        del self.documents[next(name for name, each in self.documents.items() if each is opened)]
        close(self.live, opened.uri)

    @rule(chosen=st.sampled_from(SETTINGS))
    def choose(self, chosen: Json) -> None:
        """Change the settings."""
        self.settings = chosen
        configure(self.live, chosen)

    @rule(data=st.data())
    def nonsense(self, data: st.DataObject) -> None:
        """Send what a client should not send; nothing comes of it."""
        closed = [self._uri(name) for name in NAMES.keys() - self.documents.keys()]
        uri = data.draw(st.sampled_from([*sorted(closed), "untitled:x", "nonsense", ""]), label="uri")
        self.live.send({"jsonrpc": "2.0", "method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
        self.live.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        self.live.notify("$/cancelRequest", {"id": data.draw(st.integers(0, 99), label="id")})
        method = data.draw(st.sampled_from(REPEATABLE), label="method")
        for params in REQUESTS[method](Place(uri, 1, 1), {"textDocument/completion": None}):
            response = self.live.response(self.live.start(method, params))
            assert "error" not in response, (method, params, response)

    def _position(self, text: str, offset: int) -> Json:
        return position_of(text, offset, self.encoding)

    def _send(self, opened: Open, events: list[Json]) -> None:
        opened.version += 1
        identifier = {"uri": opened.uri, "version": opened.version}
        self.live.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": events})

    def _files_changed(self, *uris: str) -> None:
        for client in (self.live, self.other):
            changed = [{"uri": uri, "type": 2} for uri in uris]
            client.notify("workspace/didChangeWatchedFiles", {"changes": changed})

    # What the server answers

    @precondition(lambda self: self.documents)
    @rule(data=st.data(), place=st.floats(0, 1))
    def compare(self, data: st.DataObject, place: float) -> None:
        """Every answer about a place is that of a new server."""
        opened = self._opened(data)
        offset = outside_of_line_ends(opened.text, round(place * len(opened.text)))
        at = Place(opened.uri, *self._position(opened.text, offset).values())
        settle(self.live, list(self.documents.values()))
        found = answers(self.live, at)
        self._check_tokens(opened, found)
        with self._new_server() as other:
            expected = answers(other, at)
            expected.pop(HISTORY)
            assert found == expected

    def _check_tokens(self, opened: Open, found: dict[str, list[Any]]) -> None:
        """The change of the tokens since the last answer gives the tokens of now."""
        found.pop(HISTORY)
        full = self.live.request("textDocument/semanticTokens/full", {"textDocument": {"uri": opened.uri}})
        before, opened.tokens = opened.tokens, full or {}
        if before and full:
            assert self.live.request(
                HISTORY, {"textDocument": {"uri": opened.uri}, "previousResultId": full["resultId"]}
            ).get("edits") in ([], None)

    @contextmanager
    def _new_server(self) -> Iterator[RawClient]:
        """A server that has opened the texts of now. The short run uses one process again."""
        documents = list(self.documents.values())
        other = start(self.folder, self.encoding) if IS_LONG else self.other
        configure(other, self.settings)
        for document in documents:
            other.open(document.uri, document.text, document.version, document.language)
        settle(other, documents)
        yield other
        if IS_LONG:
            assert other.stderr() == ""
            other.__exit__()
            return
        for document in documents:
            close(other, document.uri)

    def _diagnostics(self, opened: Open) -> list[Json]:
        settle(self.live, [opened])
        found = self.live.request("textDocument/diagnostic", {"textDocument": {"uri": opened.uri}})
        return list(found["items"])

    def _actions(self, opened: Open, where: Json, context: Json) -> list[Json]:
        params = {"textDocument": {"uri": opened.uri}, "range": where, "context": {"diagnostics": [], **context}}
        # There is no answer about a YAML that is not Azure ML's.
        found = self.live.request("textDocument/codeAction", params) or []
        return [self.live.request("codeAction/resolve", action) if "data" in action else action for action in found]

    def _make(self, opened: Open, action: Json) -> None:
        """Make the edit of an action."""
        (document,) = action["edit"]["documentChanges"]
        assert document["textDocument"] == {"uri": opened.uri, "version": opened.version}
        for edit in document["edits"]:
            edit.setdefault("newText", edit.get("snippet", {}).get("value"))
        text = with_edits(opened.text, document["edits"], self.encoding)
        events = [
            {"range": edit["range"], "text": edit["newText"]}
            for edit in sorted(document["edits"], key=lambda edit: _key(edit["range"]["start"]), reverse=True)
        ]
        opened.text = text
        self._send(opened, events)

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def repair(self, data: st.DataObject) -> None:
        """A repair, made alone, removes its finding and brings no error, but those behind a misspelt keyword."""
        opened = self._opened(data)
        before = self._diagnostics(opened)
        if not before:
            return
        chosen = data.draw(st.sampled_from(before), label="finding")
        found = self._actions(opened, chosen["range"], {"only": ["quickfix"]})
        fixes = [
            action
            for action in found
            if not action["title"].startswith("Ignore")
            and [_seen(each) for each in action["diagnostics"]] == [_seen(chosen)]
        ]
        if not fixes:
            return
        fix = data.draw(st.sampled_from(fixes), label="fix")
        self._make(opened, fix)
        after = self._diagnostics(opened)
        assert Counter(map(_seen, after))[_seen(chosen)] < Counter(map(_seen, before))[_seen(chosen)]
        is_keyword = chosen["message"].startswith("unknown instruction")
        assert is_keyword or _errors(after) <= _errors(before), fix

    @precondition(lambda self: self.documents)
    @rule(data=st.data())
    def fix_all(self, data: st.DataObject) -> None:
        """All safe repairs twice are all safe repairs once."""
        opened = self._opened(data)
        for is_first in (True, False):
            end = self._position(opened.text, len(opened.text))
            whole = {"start": {"line": 0, "character": 0}, "end": end}
            actions = self._actions(opened, whole, {"only": ["source.fixAll"]})
            assert is_first or not any(action["edit"]["documentChanges"][0]["edits"] for action in actions)
            for action in actions:
                self._make(opened, action)

    def teardown(self) -> None:
        """Close everything. The user has seen no message, and nothing was logged."""
        for document in self.documents.values():
            close(self.live, document.uri)
        for name in self.written:
            self._restore(name)
        configure(self.live, {})
        settle(self.live, [])
        shown = [each for each in self.live.notifications if each["method"].startswith("window/")]
        logged = self.live.stderr() + self.other.stderr()
        self.live.forget()
        self.other.forget()
        assert shown == []
        assert logged == ""

    def _restore(self, name: str) -> None:
        path = self.folder / name
        if name in FILES:
            path.write_text(FILES[name], encoding="utf-8")
        else:
            path.unlink()
        self._files_changed(self._uri(name))


def _key(position: Json) -> tuple[int, int]:
    return position["line"], position["character"]


def _seen(diagnostic: Json) -> tuple[str, str]:
    return diagnostic["code"], diagnostic["message"]


def _errors(diagnostics: list[Json]) -> int:
    return sum(diagnostic["code"] == "ParseError" for diagnostic in diagnostics)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_edits_leave_the_server_as_a_new_one(encoding: str) -> None:
    """Every answer, every repair and all repairs at once, in each position encoding."""
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path).resolve()
        surroundings_in(folder)
        (folder / ".git").mkdir()
        with start(folder, encoding) as live, start(folder, encoding) as other:
            machine = type("Machine", (Edits,), {"folder": folder, "encoding": encoding, "live": live, "other": other})
            chosen = settings(max_examples=EXAMPLES, stateful_step_count=25, derandomize=not IS_LONG, deadline=None)
            run_state_machine_as_test(machine, settings=chosen)
