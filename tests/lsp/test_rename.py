"""textDocument/rename and textDocument/prepareRename."""

from __future__ import annotations

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.editors import Editor, apply
from tests.lsp.raw_client import Json, RawClient

URI = "file:///a/Dockerfile"
TEXT = "FROM ubuntu AS base\nENV NAME=x\nRUN echo $NAME\nFROM base\n"
REQUEST_FAILED = -32803


def at(line: int, character: int, **params: object) -> Json:
    """The parameters of a request about a place."""
    return {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}, **params}


def test_a_rename_edits_every_place(vscode: Editor, plain: Editor) -> None:
    """In the form of a workspace edit that the client knows."""
    for editor in (vscode, plain):
        uri = editor.open(TEXT)
        edit = editor.ask("textDocument/rename", uri, 2, 12, newName="OTHER")
        edits = edit["documentChanges"][0]["edits"] if editor is vscode else edit["changes"][uri]
        assert apply(TEXT, edits) == TEXT.replace("NAME", "OTHER")
        assert editor.ask("textDocument/rename", uri, 0, 1, newName="OTHER") is None


def test_an_editor_can_ask_before_it_asks_for_a_name(client: RawClient) -> None:
    """The answer is the place of the name and the name."""
    server = client.initialize(**{**VS_CODE, "workspace": {}})
    assert server["renameProvider"] == {"prepareProvider": True}
    client.open(URI, TEXT)
    assert client.request("textDocument/prepareRename", at(3, 6)) == {
        "range": {"start": {"line": 3, "character": 5}, "end": {"line": 3, "character": 9}},
        "placeholder": "base",
    }
    assert client.request("textDocument/prepareRename", at(2, 1)) is None


def test_a_name_that_cannot_be_changed_is_refused_with_the_reason(client: RawClient) -> None:
    """As an error, which the editor shows: before the new name is typed, or when it is invalid or taken."""
    client.initialize(**{**VS_CODE, "workspace": {}})
    client.open(URI, f"{TEXT}ARG TARGETARCH\n")
    assert client.error("textDocument/prepareRename", at(4, 6)) == {
        "code": REQUEST_FAILED,
        "message": "BuildKit sets TARGETARCH.",
    }
    error = client.error("textDocument/rename", at(1, 5, newName="1"))
    assert error["code"] == REQUEST_FAILED
    assert error["message"] == "'1' is not the name of a variable. Use letters, digits and underscores."
    assert client.error("textDocument/rename", at(0, 16, newName="Base!"))["code"] == REQUEST_FAILED


def test_a_client_that_does_not_ask_before_is_not_offered_it(minimal: Editor) -> None:
    """It gets the same rename."""
    assert minimal.server["renameProvider"] is True
