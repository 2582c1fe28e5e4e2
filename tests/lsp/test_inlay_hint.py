"""textDocument/inlayHint."""

from __future__ import annotations

import re

import pytest

from tests.lsp.editors import Editor
from tests.lsp.projects import DOCKERFILE
from tests.lsp.raw_client import Json, RawClient

EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 6, "character": 0}}
TEXT = f"{DOCKERFILE}RUN x\nARG U=root\nUSER $U\n"


def labels(hints: list[Json]) -> list[str]:
    """The labels of hints, with TAG for any tag."""
    return [re.sub(r"\d{8}\.v\d+", "TAG", hint["label"]) for hint in hints]


@pytest.mark.parametrize(("name", "kind"), [("vscode", "markdown"), ("plain", "plaintext")])
def test_hints_show_settings_that_are_not_written(request: pytest.FixtureRequest, name: str, kind: str) -> None:
    """The tag that `latest` means, and the user; a tooltip explains them in the format that the editor shows."""
    editor: Editor = request.getfixturevalue(name)
    hints = editor.about("inlayHint", editor.open(TEXT), range=EVERYTHING)
    assert labels(hints) == ["newest known: TAG", "user: root"]
    assert {hint["tooltip"]["kind"] for hint in hints} == {kind}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"inlayHints": {"tags": False}}, ["user: dockeruser", "user: root"]),
        ({"inlayHints": {"users": False}}, ["newest known: TAG"]),
    ],
)
def test_each_kind_of_hint_has_its_setting(client: RawClient, options: Json, expected: list[str]) -> None:
    """The other kind stays."""
    client.initialize(options=options)
    client.open("untitled:a", TEXT)
    params = {"textDocument": {"uri": "untitled:a"}, "range": EVERYTHING}
    assert labels(client.request("textDocument/inlayHint", params)) == expected
