"""textDocument/signatureHelp, as editors that can do more or less see it."""

from __future__ import annotations

from tests.lsp.editors import Editor


def test_the_parameter_at_the_cursor_is_highlighted(editor: Editor) -> None:
    """The forms, the number of the one that is typed, and the number of its parameter."""
    found = editor.ask("textDocument/signatureHelp", editor.open("FROM ubuntu\nCOPY a b\n"), 1, 8)
    assert [each["label"] for each in found["signatures"]] == [
        "COPY [OPTIONS] SOURCE … DESTINATION",
        'COPY [OPTIONS] ["SOURCE", …, "DESTINATION"]',
    ]
    assert (found["activeSignature"], found["activeParameter"]) == (0, 2)
    # A parameter of its own, even null, would take precedence.
    assert not any("activeParameter" in each for each in found["signatures"])


def test_labels_are_offsets_or_text(vscode: Editor, minimal: Editor) -> None:
    """An editor that does not know offsets gets the text of the parameter."""
    labels = []
    for editor in (vscode, minimal):
        found = editor.ask("textDocument/signatureHelp", editor.open("FROM ubuntu\nUSER a:b\n"), 1, 8)
        assert found["activeParameter"] == 1
        labels.append([each["label"] for each in found["signatures"][0]["parameters"]])
    assert labels == [[[5, 9], [11, 16]], ["NAME", "GROUP"]]


def test_the_documentation_is_markdown_or_plain_text(vscode: Editor, plain: Editor) -> None:
    """As the editor shows it."""
    shown = {}
    for editor in (vscode, plain):
        found = editor.ask("textDocument/signatureHelp", editor.open("FROM ubuntu\nCOPY a b\n"), 1, 6)
        documentation = found["signatures"][0]["documentation"]
        shown[documentation["kind"]] = documentation["value"]
    assert "with `--from` from a stage" in shown["markdown"]
    assert "[Docker's documentation](https://" in shown["markdown"]
    assert "with --from from a stage" in shown["plaintext"]
    assert "Docker's documentation: https://" in shown["plaintext"]


def test_a_command_that_is_typed_is_left_alone(editor: Editor) -> None:
    """A character that triggers shows nothing in a command; a user who asks sees the form."""
    uri = editor.open("FROM ubuntu\nRUN apt-get \n")
    typing = {"triggerKind": 2, "isRetrigger": False, "triggerCharacter": " "}
    assert editor.ask("textDocument/signatureHelp", uri, 1, 12, context=typing) is None
    asked = {"triggerKind": 1, "isRetrigger": False}
    assert editor.ask("textDocument/signatureHelp", uri, 1, 12, context=asked) is not None


def test_a_value_that_is_no_parameter_highlights_none(editor: Editor) -> None:
    """The number is then past the last parameter."""
    uri = editor.open("FROM ubuntu\nRUN --mount=type=tmpfs,id= x\n")
    found = editor.ask("textDocument/signatureHelp", uri, 1, 26)
    assert found["activeParameter"] == len(found["signatures"][0]["parameters"]) == 3


def test_the_server_names_its_trigger_characters(editor: Editor) -> None:
    """They part the arguments and their values."""
    assert editor.server["signatureHelpProvider"] == {"triggerCharacters": [" ", "=", ",", "["]}
