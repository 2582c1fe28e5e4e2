"""codeAction/resolve: the edits of an action that takes time are computed when it is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.editors import IMAGE, Editor
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change

TEXT = f"FROM {IMAGE}:latest\nRUN pip install numpy>=1.2\n"


@pytest.fixture(scope="module")
def resolving() -> Iterator[Editor]:
    """An editor that resolves the edits of actions."""
    with RawClient(REAL_SERVER) as client:
        yield Editor(client, "Visual Studio Code", VS_CODE)
        assert client.stderr() == ""


def action(editor: Editor, uri: str, title: str) -> Json:
    """The action of a title at the end of the first line."""
    return next(each for each in editor.actions(uri, 0, len(f"FROM {IMAGE}:latest")) if each["title"] == title)


def resolve(editor: Editor, found: Json) -> Json:
    """The action as the server resolves it."""
    return dict(editor.client.request("codeAction/resolve", found))


def test_all_safe_fixes_are_computed_when_they_are_chosen(resolving: Editor) -> None:
    """The rest of the action stays as it was offered."""
    uri = resolving.open(TEXT)
    found = action(resolving, uri, "Apply all safe fixes")
    assert "edit" not in found
    resolved = resolve(resolving, found)
    (change_,) = resolved.pop("edit")["documentChanges"]
    assert change_["textDocument"] == {"uri": uri, "version": 1}
    assert [edit["newText"] for edit in change_["edits"]] == ["'numpy>=1.2'"]
    assert resolved == found


def test_a_block_goes_where_it_was_offered(resolving: Editor) -> None:
    """With places to fill in."""
    uri = resolving.open(TEXT)
    resolved = resolve(resolving, action(resolving, uri, "Insert pip install -r requirements.txt"))
    ((edit,),) = [each["edits"] for each in resolved["edit"]["documentChanges"]]
    assert edit["range"]["start"] == {"line": 0, "character": len(f"FROM {IMAGE}:latest")}
    assert edit["snippet"]["value"].startswith("\nCOPY ${1:requirements.txt} /tmp/requirements.txt\n")


def test_a_fix_is_offered_with_its_edit(resolving: Editor) -> None:
    """It costs nothing to compute."""
    actions = resolving.actions(resolving.open(TEXT), 1, 20, only=["quickfix"])
    assert all("edit" in each and "data" not in each for each in actions)


def test_an_action_is_refused_after_an_edit(resolving: Editor) -> None:
    """Its place may have moved."""
    uri = resolving.open(TEXT)
    found = action(resolving, uri, "Insert pip install -r requirements.txt")
    resolving.client.send(change(uri, 2, (0, 0, 0, 0, "# x\n")))
    assert resolving.client.error("codeAction/resolve", found)["code"] == -32801


@pytest.mark.parametrize("data", [None, "x", {"other": "server"}, [1, 2], ["untitled:a", "1", 0, 0]])
def test_an_action_that_is_not_ours_is_given_back(resolving: Editor, data: object) -> None:
    """Whatever it holds."""
    found = {"title": "x", "kind": "quickfix", **({"data": data} if data is not None else {})}
    assert resolve(resolving, found) == found
