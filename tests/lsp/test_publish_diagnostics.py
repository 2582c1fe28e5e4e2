"""textDocument/publishDiagnostics, as editors that can show more or less see it."""

from __future__ import annotations

import pytest

from tests.lsp.editors import RETIRED, Editor
from tests.lsp.raw_client import change


def test_a_finding_carries_what_the_editor_shows(vscode: Editor) -> None:
    """Place, severity, rule, source, message, the link to the rule's page, and whether the text is outdated."""
    uri = vscode.open(f"FROM {RETIRED}:latest\n")
    shown = vscode.diagnostics(uri)
    assert shown["version"] == 1
    (finding,) = shown["diagnostics"]
    link = finding.pop("codeDescription")["href"]
    assert link.startswith("file:///")
    assert link.endswith("/RetiredImage.md")
    assert finding.pop("message").startswith("minimal-ubuntu18.04-py37-cpu-inference is retired")
    assert finding == {
        "range": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 5 + len(RETIRED)}},
        "severity": 2,
        "code": "RetiredImage",
        "source": "azureml",
        "tags": [2],
    }


@pytest.mark.parametrize(("name", "extras"), [("neovim", {"tags"}), ("plain", set()), ("minimal", set())])
def test_an_editor_is_given_only_what_it_asked_for(request: pytest.FixtureRequest, name: str, extras: set[str]) -> None:
    """No link and no tag that it does not know."""
    editor: Editor = request.getfixturevalue(name)
    (finding,) = editor.findings(f"FROM {RETIRED}:latest\n")
    assert set(finding) == {"range", "severity", "code", "source", "message"} | extras


def test_what_the_builder_refuses_is_from_another_source(editor: Editor) -> None:
    """So the user sees which program reports it."""
    (finding,) = editor.findings("FROM ubuntu\nRUM x\n")
    assert (finding["source"], finding["code"], finding["severity"]) == ("dockerfile", "ParseError", 1)


def test_findings_follow_the_edits(editor: Editor) -> None:
    """Each list names the version that it is for."""
    uri = editor.open("FROM ubuntu\nRUM x\n")
    assert len(editor.diagnostics(uri)["diagnostics"]) == 1
    editor.client.send(change(uri, 2, (1, 2, 1, 3, "N")))
    assert editor.diagnostics(uri) == {"uri": uri, "version": 2, "diagnostics": []}


def test_a_document_that_is_closed_shows_no_findings(editor: Editor) -> None:
    """And cannot be asked about any more."""
    uri = editor.open("FROM ubuntu\nRUM x\n")
    assert editor.diagnostics(uri)["diagnostics"]
    editor.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert editor.diagnostics(uri)["diagnostics"] == []
    assert editor.ask("textDocument/hover", uri, 0, 1) is None
    assert editor.ask("textDocument/completion", uri, 0, 5) is None
    assert editor.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}}) is None


def test_a_document_needs_no_file(editor: Editor) -> None:
    """Any scheme will do: a new file has none yet."""
    editor.client.open("untitled:Untitled-1", "FROM ubuntu\nRUM x\n")
    assert len(editor.diagnostics("untitled:Untitled-1")["diagnostics"]) == 1


def test_a_document_that_becomes_too_long_loses_its_findings(plain: Editor) -> None:
    """It gets them back when it is short again; the log says why it has none."""
    text = f"FROM {RETIRED}:latest\n"
    uri = plain.open(text)
    assert plain.diagnostics(uri)["diagnostics"]
    plain.client.send(change(uri, 2, f"{text}{'#' * (1 << 20)}"))
    assert plain.diagnostics(uri)["diagnostics"] == []
    plain.client.send(change(uri, 3, text))
    assert plain.diagnostics(uri)["diagnostics"]
    assert "is not analysed" in plain.client.stderr()
    plain.client.forget()
