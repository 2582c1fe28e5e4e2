"""textDocument/hover, as editors that can do more or less see it."""

from __future__ import annotations

from tests.lsp.editors import IMAGE, Editor


def test_a_hover_is_markdown_or_plain_text(vscode: Editor, plain: Editor) -> None:
    """As the editor shows it."""
    shown = {}
    for editor in (vscode, plain):
        uri = editor.open(f"FROM {IMAGE}:latest\nRUN x\n")
        found = editor.ask("textDocument/hover", uri, 1, 1)
        assert found["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 3}}
        shown[found["contents"]["kind"]] = found["contents"]["value"]
    assert shown["markdown"].startswith("```dockerfile\nRUN [OPTIONS] COMMAND …\n")
    assert shown["plaintext"].startswith("RUN [OPTIONS] COMMAND …\n")
    assert "`" not in shown["plaintext"]


def test_without_anything_to_say_there_is_no_hover(editor: Editor) -> None:
    """The answer is null."""
    assert editor.ask("textDocument/hover", editor.open("FROM ubuntu\n"), 0, 8) is None
