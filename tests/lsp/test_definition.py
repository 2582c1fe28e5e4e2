"""textDocument/definition."""

from __future__ import annotations

from pathlib import Path

from tests.lsp.clients.neovim import NEOVIM_0_12
from tests.lsp.editors import Editor
from tests.lsp.projects import DOCKERFILE, write_script
from tests.lsp.raw_client import RawClient

TEXT = "FROM ubuntu\nENV NAME=x\nRUN echo ${NAME}\n"
PLACE = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 8}}


def test_a_definition_is_a_place_in_the_document(editor: Editor) -> None:
    """For a client without links, a location."""
    uri = editor.open(TEXT)
    assert editor.ask("textDocument/definition", uri, 2, 13) == [{"uri": uri, "range": PLACE}]
    assert editor.ask("textDocument/definition", uri, 2, 1) == []


def test_a_definition_says_which_text_leads_to_it(client: RawClient) -> None:
    """For a client with links: the editor underlines the whole name."""
    client.initialize(textDocument=NEOVIM_0_12["textDocument"])
    client.open("file:///a/Dockerfile", TEXT)
    position = {"textDocument": {"uri": "file:///a/Dockerfile"}, "position": {"line": 2, "character": 13}}
    assert client.request("textDocument/definition", position) == [
        {
            "targetUri": "file:///a/Dockerfile",
            "targetRange": PLACE,
            "targetSelectionRange": PLACE,
            "originSelectionRange": {"start": {"line": 2, "character": 11}, "end": {"line": 2, "character": 15}},
        }
    ]


def test_the_entry_script_leads_to_its_file(editor: Editor, tmp_path: Path) -> None:
    """To the start of the file in the build context."""
    script, uri = write_script(tmp_path), (tmp_path / "Dockerfile").as_uri()
    editor.client.open(uri, DOCKERFILE)
    start = {"line": 0, "character": 0}
    assert editor.ask("textDocument/definition", uri, 2, 30) == [
        {"uri": script.as_uri(), "range": {"start": start, "end": start}}
    ]
