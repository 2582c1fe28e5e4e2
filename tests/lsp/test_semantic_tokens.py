"""textDocument/semanticTokens: full, what changed, and a range."""

from __future__ import annotations

from tests.lsp.editors import Editor
from tests.lsp.raw_client import Json, change

TEXT = "FROM a\nRUN ls -l\nRUN pwd\n"


def test_the_types_are_those_of_the_protocol(editor: Editor) -> None:
    """So every theme has a colour for them; the first number of a token's type is a place in this list."""
    provider = editor.server["semanticTokensProvider"]
    assert provider["full"] == {"delta": True}
    assert provider["range"]
    assert provider["legend"]["tokenTypes"][:3] == ["keyword", "function", "parameter"]
    assert provider["legend"]["tokenModifiers"] == ["declaration"]


def test_all_tokens_and_those_of_a_range(vscode: Editor) -> None:
    """Five numbers each, relative to the token before."""
    uri = vscode.open(TEXT)
    tokens = vscode.about("semanticTokens/full", uri)
    assert tokens["data"][:10] == [0, 0, 4, 0, 0, 0, 5, 1, 3, 0]
    lines = {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 3}}
    assert vscode.about("semanticTokens/range", uri, range=lines)["data"] == [2, 0, 3, 0, 0, 0, 4, 3, 1, 0]


def delta(editor: Editor, uri: str, previous: str) -> Json:
    """What changed since the result with an id."""
    found = editor.about("semanticTokens/full/delta", uri, previousResultId=previous)
    assert isinstance(found, dict)
    return found


def test_after_an_edit_only_what_changed_is_sent(vscode: Editor) -> None:
    """One change of the numbers that the client has; without an edit, none."""
    uri = vscode.open(TEXT)
    before = vscode.about("semanticTokens/full", uri)
    vscode.client.send(change(uri, 2, (1, 4, 1, 4, "echo; ")))
    found = delta(vscode, uri, before["resultId"])
    (edit,) = found["edits"]
    data = before["data"][:]
    data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit["data"]
    assert len(edit["data"]) == 15
    after = delta(vscode, uri, found["resultId"])
    assert after["edits"] == []
    assert vscode.about("semanticTokens/full", uri)["data"] == data


def test_a_client_that_has_other_tokens_gets_all(vscode: Editor) -> None:
    """Those of an earlier answer, or none at all."""
    uri = vscode.open(TEXT)
    first = vscode.about("semanticTokens/full", uri)
    vscode.about("semanticTokens/full", uri)
    assert delta(vscode, uri, first["resultId"])["data"] == first["data"]
    assert delta(vscode, vscode.open(TEXT), "1")["data"] == first["data"]


def test_columns_are_those_of_the_client(vscode: Editor) -> None:
    """In UTF-16, a character outside the first plane has two."""
    tokens = vscode.about("semanticTokens/full", vscode.open("FROM a\nRUN echo '😀' $A\n"))
    assert tokens["data"][20:] == [0, 5, 4, 7, 0, 0, 5, 2, 9, 0]


def test_another_file_has_no_tokens(vscode: Editor) -> None:
    """Only a Dockerfile has."""
    vscode.client.open("file:///project/x.py", "FROM a\n", language="python")
    assert vscode.about("semanticTokens/full", "file:///project/x.py") is None
