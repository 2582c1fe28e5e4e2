"""completionItem/resolve."""

from __future__ import annotations

import pytest

from tests.lsp.editors import Editor


def test_documentation_comes_when_an_item_is_looked_at(vscode: Editor, plain: Editor) -> None:
    """As Markdown or as plain text, and the rest of the item stays."""
    for editor, kind, title in (
        (vscode, "markdown", "**minimal-py312-inference**: an inference image"),
        (plain, "plaintext", "minimal-py312-inference: an inference image"),
    ):
        item = editor.complete("FROM ")["items"][0]
        assert "documentation" not in item
        resolved = editor.client.request("completionItem/resolve", item)
        assert resolved["documentation"]["kind"] == kind
        assert resolved["documentation"]["value"].startswith(title)
        del resolved["documentation"]
        assert resolved == item


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        7,
        {"other": "server"},
        {"provider": "image", "key": "nothing"},
        {"provider": "instruction", "key": "MAKE"},
        {"provider": "image", "key": 7},
    ],
)
def test_an_item_that_is_not_ours_is_given_back(editor: Editor, data: object) -> None:
    """Whatever it holds."""
    item = {"label": "x", "data": data} if data is not None else {"label": "x"}
    assert editor.client.request("completionItem/resolve", item) == item
