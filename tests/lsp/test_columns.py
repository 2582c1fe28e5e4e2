"""The unit of columns, which is agreed on with the editor."""

from __future__ import annotations

import pytest

from tests.lsp.editors import IMAGE, Editor
from tests.lsp.raw_client import REAL_SERVER, RawClient


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 17), ("utf-16", 15), ("utf-32", 14)])
def test_every_answer_counts_columns_as_agreed(encoding: str, column: int) -> None:
    """Findings, hovers, repairs, edits, and what a position means."""
    with RawClient(REAL_SERVER) as client:
        editor = Editor(client, "", {"general": {"positionEncodings": [encoding]}})
        assert editor.server["positionEncoding"] == encoding
        uri = editor.open(f"FROM {IMAGE}:latest\nRUN echo 🐍 && apt-get update\n")
        place = {"start": {"line": 1, "character": column}, "end": {"line": 1, "character": column + 7}}
        (finding,) = editor.diagnostics(uri)["diagnostics"]
        assert finding["range"] == place
        assert editor.ask("textDocument/hover", uri, 1, column + 7)["range"] == place
        assert editor.ask("textDocument/hover", uri, 1, column + 8) is None
        assert editor.actions(uri, 1, column + 7, only=["quickfix"])
        assert not editor.actions(uri, 1, column - 1, only=["quickfix"])
        uri = editor.open("FROM python\nENV FOLDER=x\nLABEL x=🐍 bc=$F\n")
        (item,) = editor.ask("textDocument/completion", uri, 2, column + 1)["items"]
        assert item["textEdit"]["range"] == {
            "start": {"line": 2, "character": column},
            "end": {"line": 2, "character": column + 1},
        }
