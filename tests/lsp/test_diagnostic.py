"""Findings for an editor that asks for them, and commands for one that takes no code actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.raw_client import Json, RawClient, change

UNTAGGED = "FROM mcr.microsoft.com/azureml/minimal-py312-inference\n"
WITH_SCRIPT = (
    "FROM ubuntu AS tools\nFROM mcr.microsoft.com/azureml/minimal-py312-inference:latest\nCOPY code /var/azureml-app\n"
)
REFRESH = "workspace/diagnostic/refresh"
URI = "untitled:a"


class Asking:
    """An editor that asks for findings, and that remembers the answers."""

    def __init__(self, client: RawClient, **capabilities: object) -> None:
        self.client = client
        client.initialize(**{**VS_CODE, **capabilities})

    def ask(self, uri: str = URI, previous: str | None = None) -> Json:
        """The report on a document."""
        params = {"textDocument": {"uri": uri}, "previousResultId": previous}
        return dict(self.client.request("textDocument/diagnostic", params))

    def rules(self, uri: str = URI) -> list[str]:
        """The rules that find something in a document."""
        return [finding["code"] for finding in self.ask(uri)["items"]]

    def configure(self, rules: Json) -> None:
        """Change the settings."""
        self.client.notify("workspace/didChangeConfiguration", {"settings": {"azuremlDockerfile": {"rules": rules}}})

    def sent(self) -> list[str]:
        """What the server has sent by itself until now."""
        self.ask("untitled:nothing")  # its answer comes after whatever was sent before
        methods = [message["method"] for message in self.client.notifications]
        self.client.notifications.clear()
        return methods


@pytest.fixture
def editor(client: RawClient) -> Asking:
    """An editor that sends its settings by itself."""
    return Asking(client, workspace={"diagnostics": {"refreshSupport": True}})


def test_nothing_new_is_said_of_the_same_version(editor: Asking) -> None:
    """The answer names the one before; without the right name the answer has all findings again."""
    editor.client.open(URI, UNTAGGED)
    first = editor.ask()
    assert (first["kind"], [finding["code"] for finding in first["items"]]) == ("full", ["UntaggedImage"])

    assert editor.ask(previous=first["resultId"]) == {"kind": "unchanged", "resultId": first["resultId"]}
    assert editor.ask(previous=first["resultId"]) == {"kind": "unchanged", "resultId": first["resultId"]}
    again = editor.ask(previous="x")
    assert again["items"] == first["items"]
    assert again["resultId"] != first["resultId"]
    assert editor.ask(previous=first["resultId"])["kind"] == "full"


def test_of_an_edited_document_all_is_told(editor: Asking) -> None:
    """Also where the findings are the same: the editor may have moved or lost what it shows."""
    editor.client.open(URI, UNTAGGED)
    first = editor.ask()
    editor.client.send(change(URI, 2, f"{UNTAGGED}# more\n"))
    second = editor.ask(previous=first["resultId"])
    assert (second["kind"], second["items"]) == ("full", first["items"])


def test_other_settings_make_the_editor_ask_again(editor: Asking) -> None:
    """If they change the answer."""
    uris = [URI, "untitled:b", "untitled:c"]
    for uri in uris:
        editor.client.open(uri, UNTAGGED)
        assert editor.rules(uri) == ["UntaggedImage"]
    editor.sent()

    editor.configure({"RetiredImage": "off"})
    assert REFRESH not in editor.sent()
    editor.configure({"UntaggedImage": "off"})
    editor.client.notification(REFRESH)
    assert [editor.rules(uri) for uri in uris] == [[], [], []]
    # Perhaps once more, for a document that was looked at after the first of these questions.
    editor.sent()

    editor.configure({})
    editor.client.notification(REFRESH)
    assert editor.rules() == ["UntaggedImage"]


def test_a_file_of_the_build_context_makes_the_editor_ask_again(editor: Asking, tmp_path: Path) -> None:
    """As soon as the editor reports the change."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run():\n    pass\n")
    uri = (tmp_path / "Dockerfile").as_uri()
    editor.client.open(uri, f"{WITH_SCRIPT}ENV AZUREML_ENTRY_SCRIPT=score.py\n")
    assert editor.rules(uri) == ["InvalidEntryScript"]

    script = tmp_path / "code" / "score.py"
    script.write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
    editor.client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": script.as_uri(), "type": 2}]})
    editor.client.notification(REFRESH)
    assert editor.rules(uri) == []


def test_an_edit_does_not_make_the_editor_ask_again(editor: Asking) -> None:
    """It asks by itself."""
    editor.client.open(URI, UNTAGGED)
    editor.ask()
    editor.sent()
    editor.client.send(change(URI, 2, "FROM ubuntu:latest\nRUM x\n"))
    assert editor.rules() == ["ParseError"]
    assert editor.sent() == []


def test_of_a_document_that_is_none_of_ours_there_is_nothing_to_tell(editor: Asking) -> None:
    """It is not open, not open any more, or not a Dockerfile."""
    editor.client.open(URI, UNTAGGED)
    assert editor.rules() == ["UntaggedImage"]
    editor.client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
    editor.client.open("untitled:script", "FROM x\n", language="python")
    for uri in (URI, "untitled:script", "untitled:never"):
        assert editor.ask(uri) == {"kind": "full", "items": []}
    assert "textDocument/publishDiagnostics" not in editor.sent()
