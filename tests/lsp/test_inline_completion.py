"""textDocument/inlineCompletion."""

from __future__ import annotations

import pytest

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.editors import IMAGE, Editor
from tests.lsp.raw_client import Json, RawClient

TEXT = f"FROM {IMAGE}:latest\nUSER root\nRUN apt-get update && apt-get install -y git\n"


@pytest.mark.parametrize(
    ("options", "items"), [({"inlineCompletion": True}, [{"insertText": "USER dockeruser"}]), ({}, [])]
)
def test_the_next_line_is_suggested_where_the_setting_is_on(
    client: RawClient, options: Json, items: list[Json]
) -> None:
    """By default nothing is."""
    server = client.initialize(**{**VS_CODE, "workspace": {}}, options={"registry.enabled": False, **options})
    assert server["inlineCompletionProvider"] is not None
    client.open("untitled:a", TEXT)
    position = {"line": 3, "character": 0}
    params = {"textDocument": {"uri": "untitled:a"}, "position": position, "context": {"triggerKind": 2}}
    assert client.request("textDocument/inlineCompletion", params) == {"items": items}


def test_a_client_without_inline_completion_is_not_offered_it(editor: Editor) -> None:
    """None of the older ones knows it."""
    assert "inlineCompletionProvider" not in editor.server
