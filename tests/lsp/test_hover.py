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
    assert "Docker's documentation: https://docs.docker.com/reference/dockerfile/#run" in shown["plaintext"]


def test_a_value_keeps_its_white_space_in_plain_text(plain: Editor) -> None:
    """The block around it is not shown."""
    found = plain.ask("textDocument/hover", plain.open("FROM ubuntu\nENV A='a  **b**'\nRUN $A\n"), 2, 5)
    assert found["contents"] == {"kind": "plaintext", "value": "A, set by ENV, is\n\na  **b**"}


def test_a_finding_is_said_once(vscode: Editor, neovim: Editor) -> None:
    """VS Code shows the finding above the hover, so the hover gives only the reason."""
    text = f"FROM {IMAGE}:latest\nRUN apt-get update\nRUM x\n"
    shown = [
        editor.ask("textDocument/hover", editor.open(text), 1, 6)["contents"]["value"] for editor in (vscode, neovim)
    ]
    assert shown[0] in shown[1]
    assert "PackageInstallWithoutRoot" not in shown[0]
    assert "**PackageInstallWithoutRoot**: apt-get runs as dockeruser here" in shown[1]
    assert vscode.ask("textDocument/hover", vscode.open(text), 2, 1) is None
    assert "unknown instruction: RUM" in neovim.ask("textDocument/hover", neovim.open(text), 2, 1)["contents"]["value"]


def test_without_anything_to_say_there_is_no_hover(editor: Editor) -> None:
    """The answer is null."""
    assert editor.ask("textDocument/hover", editor.open("FROM ubuntu\n"), 0, 8) is None
