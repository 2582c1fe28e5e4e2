"""The features as editors see them: the real server, asked by clients that can do more or less."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.lsp.clients import EGLOT
from tests.lsp.raw_client import CODE_ACTIONS, REAL_SERVER, Json, RawClient, change

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
RETIRED = "mcr.microsoft.com/azureml/minimal-ubuntu18.04-py37-cpu-inference"

VSCODE: Json = {
    "workspace": {"workspaceEdit": {"documentChanges": True, "snippetEditSupport": True}, "configuration": True},
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "insertReplaceSupport": True,
                "labelDetailsSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
                "documentationFormat": ["markdown", "plaintext"],
                "deprecatedSupport": True,
                "tagSupport": {"valueSet": [1]},
            },
            "contextSupport": True,
        },
        "codeAction": {
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["", "quickfix", "refactor", "refactor.rewrite"]}
            },
            "isPreferredSupport": True,
        },
        "publishDiagnostics": {"codeDescriptionSupport": True, "tagSupport": {"valueSet": [1, 2]}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True, "tagSupport": {"valueSet": [1]}},
    },
    "general": {"positionEncodings": ["utf-16"]},
}
NEOVIM_07: Json = {
    "workspace": {"workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]}, "applyEdit": True},
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": False,
                "deprecatedSupport": False,
                "documentationFormat": ["markdown", "plaintext"],
            },
            "contextSupport": False,
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "QuickFix", "Refactor"]}},
            "dataSupport": True,
        },
        "publishDiagnostics": {"relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
}
PLAIN: Json = {
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["plaintext"], "deprecatedSupport": True}},
        "hover": {"contentFormat": ["plaintext"]},
        **CODE_ACTIONS,
    }
}
"""An editor that shows plain text only, such as Emacs with eglot or Vim with ALE."""

MINIMAL: Json = {"textDocument": CODE_ACTIONS}
"""An editor that says hardly anything about itself."""


class Editor:
    """A client with its documents; each text is opened as a document of its own."""

    def __init__(self, client: RawClient, name: str, capabilities: Json) -> None:
        self.client = client
        self.capabilities = capabilities
        self.server = client.initialize(name, **capabilities)
        self._numbers = count()

    def open(self, text: str) -> str:
        """Open a text, and give the URI under which it is open."""
        uri = f"file:///project/{next(self._numbers)}/Dockerfile"
        self.client.open(uri, text)
        return uri

    def diagnostics(self, uri: str) -> Json:
        """The next findings that are shown for a document."""
        while True:
            shown = self.client.notification("textDocument/publishDiagnostics")
            if shown["uri"] == uri:
                assert isinstance(shown, dict)
                return shown

    def findings(self, text: str) -> list[Json]:
        """What is found in a text."""
        return list(self.diagnostics(self.open(text))["diagnostics"])

    def ask(self, method: str, uri: str, line: int, character: int, **params: object) -> Any:
        """The answer to a request about a place."""
        position = {"line": line, "character": character}
        return self.client.request(method, {"textDocument": {"uri": uri}, "position": position, **params})

    def complete(self, text: str, **context: object) -> Json:
        """The completion list at the end of a text."""
        lines = text.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        params = {"textDocument": {"uri": self.open(text)}, "position": position, "context": context or None}
        found = self.client.request("textDocument/completion", params)
        assert isinstance(found, dict)
        return found

    def actions(self, uri: str, line: int, character: int, **context: object) -> list[Json]:
        """The code actions at a place."""
        position = {"line": line, "character": character}
        params = {
            "textDocument": {"uri": uri},
            "range": {"start": position, "end": position},
            "context": {"diagnostics": [], **context},
        }
        return list(self.client.request("textDocument/codeAction", params))


def _editor(name: str, capabilities: Json) -> Iterator[Editor]:
    with RawClient(REAL_SERVER) as client:
        yield Editor(client, name, capabilities)
        assert client.stderr() == ""


@pytest.fixture(scope="module")
def vscode() -> Iterator[Editor]:
    """An editor that can do everything."""
    yield from _editor("Visual Studio Code", VSCODE)


@pytest.fixture(scope="module")
def neovim() -> Iterator[Editor]:
    """Debian's Neovim."""
    yield from _editor("Neovim", NEOVIM_07)


@pytest.fixture(scope="module")
def plain() -> Iterator[Editor]:
    """An editor that shows plain text only."""
    yield from _editor("Emacs", PLAIN)


@pytest.fixture(scope="module")
def minimal() -> Iterator[Editor]:
    """An editor that says hardly anything about itself."""
    yield from _editor("", MINIMAL)


@pytest.fixture(scope="module")
def eglot() -> Iterator[Editor]:
    """Eglot 1.9, which does not tell its name."""
    yield from _editor("", EGLOT)


@pytest.fixture(params=["vscode", "neovim", "plain", "minimal"])
def editor(request: pytest.FixtureRequest) -> Editor:
    """Each of them."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Editor)
    return found


def apply(text: str, edits: list[Json]) -> str:
    """An ASCII text with the edits of a client without snippets made."""
    lines = text.splitlines(keepends=True)

    def offset(position: Json) -> int:
        return sum(map(len, lines[: position["line"]])) + int(position["character"])

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


# What is offered


def test_the_server_says_what_it_can(editor: Editor) -> None:
    """The same to every editor; a completion is asked for at the characters that part a reference."""
    assert editor.server["completionProvider"] == {
        "triggerCharacters": [":", "/", "=", "-", "$", " ", '"'],
        "resolveProvider": True,
    }
    assert editor.server["codeActionProvider"] == {"codeActionKinds": ["quickfix", "refactor.rewrite", "source.fixAll"]}
    assert editor.server["hoverProvider"]
    assert editor.server["documentSymbolProvider"]
    assert editor.server["positionEncoding"] == "utf-16"


# Completion


def test_an_editor_that_inserts_or_replaces_is_given_both_ranges(vscode: Editor) -> None:
    """The range to insert at ends at the cursor, the one to replace with the word."""
    uri = vscode.open("FROM minimal-old AS x")
    found = vscode.ask("textDocument/completion", uri, 0, 9)
    item = found["items"][0]
    assert item["label"] == "minimal-py312-inference"
    assert item["textEdit"] == {
        "newText": IMAGE,
        "insert": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 9}},
        "replace": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 16}},
    }
    assert item["filterText"] == "minimal-py312-inference"
    assert "insertText" not in item


@pytest.mark.parametrize("name", ["neovim", "plain", "minimal"])
def test_other_editors_are_given_one_range(request: pytest.FixtureRequest, name: str) -> None:
    """And no `filterText`: Neovim before 0.10 would not take the range of an item that has one."""
    editor: Editor = request.getfixturevalue(name)
    uri = editor.open("FROM minimal-old AS x")
    for item in editor.ask("textDocument/completion", uri, 0, 9)["items"]:
        assert "filterText" not in item
        assert item["textEdit"]["range"] == {
            "start": {"line": 0, "character": 5},
            "end": {"line": 0, "character": 16},
        }


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"FROM {IMAGE[:-3]}", IMAGE),
        ("FROM minimal-py3", "minimal-py312-inference"),
        (f"FROM {IMAGE}:20", "20260316.v1"),
        ("FROM x\nUSER ro", "root"),
        ("FROM x\nENV A=1\nENV B=$", "$A"),
        ("FROM x\nru", "run"),
    ],
)
def test_eglot_is_given_labels_that_go_on_from_the_symbol_before_the_cursor(
    eglot: Editor, text: str, label: str
) -> None:
    """It offers nothing else."""
    assert label in [item["label"] for item in eglot.complete(text)["items"]]


def test_an_editor_that_compares_other_texts_is_given_short_labels(vscode: Editor) -> None:
    """VS Code cuts long ones."""
    assert vscode.complete(f"FROM {IMAGE[:-3]}")["items"][0]["label"] == "minimal-py312-inference"


def test_items_are_sorted_as_the_server_offers_them(editor: Editor) -> None:
    """An editor that sorts, sorts by `sortText`."""
    items = editor.complete("FROM ")["items"]
    assert items[0]["label"] == "minimal-py312-inference"
    keys = [item["sortText"] for item in items]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_images_are_asked_for_again_and_tags_are_not(editor: Editor) -> None:
    """What an image is compared with depends on what was typed; a list of tags stays the same."""
    assert editor.complete("FROM ")["isIncomplete"]
    assert not editor.complete(f"FROM {IMAGE}:")["isIncomplete"]


def test_a_space_opens_no_menu_of_words_that_may_be_left_out(vscode: Editor) -> None:
    """Enter after it goes to the next line; who asks is offered them."""
    by_space = {"triggerKind": 2, "triggerCharacter": " "}
    assert vscode.complete("FROM ubuntu ", **by_space)["items"] == []
    assert [item["label"] for item in vscode.complete("FROM ubuntu ")["items"]] == ["AS"]
    assert vscode.complete("FROM ", **by_space)["items"]
    assert vscode.complete("FROM ubuntu\n ", **by_space)["items"] == []
    assert vscode.complete("FROM ubuntu\n ")["items"]
    assert vscode.complete("FROM ubuntu\nONBUILD ", **by_space)["items"]


@pytest.mark.parametrize(
    ("name", "mark"), [("vscode", {"tags": [1]}), ("neovim", {}), ("plain", {"deprecated": True}), ("minimal", {})]
)
def test_outdated_images_are_marked_as_the_editor_knows_it(
    request: pytest.FixtureRequest, name: str, mark: Json
) -> None:
    """By a tag, by the older flag, or not at all; never a supported one."""
    editor: Editor = request.getfixturevalue(name)
    items = editor.complete("FROM ")["items"]
    marks = {item["label"]: {key: item[key] for key in ("tags", "deprecated") if key in item} for item in items}
    assert marks["openmpi4.1.0-ubuntu20.04"] == mark
    assert marks["openmpi4.1.0-ubuntu22.04"] == {}


def test_blocks_are_completed_with_places_to_fill_in_or_as_text(
    vscode: Editor, plain: Editor, minimal: Editor, neovim: Editor
) -> None:
    """An editor without snippets gets them as text; Neovim's old menu, which cannot hold lines, has code actions."""
    items = {item["label"]: item for item in vscode.complete(f"FROM {IMAGE}:latest\n")["items"]}
    assert items["apt packages"]["insertTextFormat"] == 2
    assert items["apt packages"]["textEdit"]["newText"].startswith("USER root\nRUN apt-get update && \\\\\n")
    assert items["apt packages"]["filterText"] == "apt packages"
    assert "insertTextFormat" not in items["RUN"]
    for editor in (plain, minimal, neovim):
        items = {item["label"]: item for item in editor.complete(f"FROM {IMAGE}:latest\n")["items"]}
        assert "RUN" in items
        assert not any("insertTextFormat" in item or "${1" in item["textEdit"]["newText"] for item in items.values())
        assert ("apt packages" in items) == (editor is not neovim)
    items = {item["label"]: item for item in plain.complete(f"FROM {IMAGE}:latest\n")["items"]}
    text = items["model"]["textEdit"]["newText"]
    assert text == "COPY model /var/azureml-app/azureml-models\nENV AZUREML_MODEL_DIR=/var/azureml-app/azureml-models"


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


@pytest.mark.parametrize("data", [None, "", "image nothing", "instruction MAKE", 7, {"other": "server"}])
def test_an_item_that_is_not_ours_is_given_back(editor: Editor, data: object) -> None:
    """Whatever it holds."""
    item = {"label": "x", "data": data} if data is not None else {"label": "x"}
    assert editor.client.request("completionItem/resolve", item) == item


# Hover


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


# Code actions


def test_a_block_has_places_to_fill_in_where_the_editor_takes_them(vscode: Editor) -> None:
    """The edit names the version of the document that it is for."""
    uri = vscode.open(f"FROM {IMAGE}:latest\n\n")
    (action,) = [action for action in vscode.actions(uri, 1, 0) if action["title"] == "Insert pip packages"]
    assert action["kind"] == "refactor.rewrite"
    (change_,) = action["edit"]["documentChanges"]
    assert change_["textDocument"] == {"uri": uri, "version": 1}
    (edit,) = change_["edits"]
    assert edit["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}}
    assert edit["snippet"]["kind"] == "snippet"
    assert edit["snippet"]["value"].startswith("COPY ${1:requirements.txt} /tmp/requirements.txt\n")
    assert "changes" not in action["edit"]


@pytest.mark.parametrize("name", ["neovim", "plain", "minimal"])
def test_another_editor_gets_the_same_block_as_text(request: pytest.FixtureRequest, name: str) -> None:
    """And the text raises no finding."""
    editor: Editor = request.getfixturevalue(name)
    text = f"FROM {IMAGE}:latest\n\n"
    uri = editor.open(text)
    for action in editor.actions(uri, 1, 0):
        assert "documentChanges" not in action["edit"]
        after = apply(text, action["edit"]["changes"][uri])
        assert "${1" not in after
        assert len(after.splitlines()) > 1
        assert editor.findings(after) == []


def test_a_repair_is_text_for_every_editor(editor: Editor) -> None:
    """There is nothing to fill in; it names its finding and, where the editor can tell, is marked as the usual one."""
    text = f"FROM {IMAGE}:latest\nRUN apt-get update\n"
    uri = editor.open(text)
    (finding,) = editor.diagnostics(uri)["diagnostics"]
    action, *_ = editor.actions(uri, 1, 6, only=["quickfix"])
    assert action["title"] == "Switch to root for this RUN, and back to dockeruser"
    assert action["kind"] == "quickfix"
    knows_preferred = "isPreferredSupport" in editor.capabilities["textDocument"]["codeAction"]
    assert action.get("isPreferred") == (True if knows_preferred else None)
    assert action["diagnostics"] == [finding]
    edit = action["edit"]
    edits = edit["documentChanges"][0]["edits"] if "documentChanges" in edit else edit["changes"][uri]
    assert apply(text, edits) == f"FROM {IMAGE}:latest\nUSER root\nRUN apt-get update\nUSER dockeruser\n"


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (None, {"quickfix", "refactor.rewrite", "source.fixAll"}),
        ([], {"quickfix", "refactor.rewrite", "source.fixAll"}),
        ([""], {"quickfix", "refactor.rewrite", "source.fixAll"}),
        (["quickfix"], {"quickfix"}),
        (["refactor"], {"refactor.rewrite"}),
        (["refactor.rewrite"], {"refactor.rewrite"}),
        (["refactor.rewrite", "quickfix"], {"quickfix", "refactor.rewrite"}),
        (["refactor.extract"], set()),
        (["refactor.rewrite.azureml"], set()),
        (["source.fixAll"], {"source.fixAll"}),
        (["source"], {"source.fixAll"}),
        (["source.organizeImports"], set()),
        (["quick"], set()),
        (["something.new"], set()),
    ],
)
def test_only_the_kinds_that_are_asked_for_are_offered(editor: Editor, only: list[str] | None, kinds: set[str]) -> None:
    """A kind stands for those below it."""
    uri = editor.open(f"FROM {IMAGE}:latest\nRUN pip install numpy>=1.2\n")
    actions = editor.actions(uri, 1, 20, **({} if only is None else {"only": only}))
    assert {action["kind"] for action in actions} == kinds


def test_edits_end_lines_as_the_document_does(neovim: Editor) -> None:
    """Also in a file from Windows."""
    uri = neovim.open(f"FROM {IMAGE}:latest\r\nRUN apt-get update\r\n")
    for action in neovim.actions(uri, 1, 6):
        for edit in action["edit"]["changes"][uri]:
            assert "\n" in edit["newText"]
            assert "\n" not in edit["newText"].replace("\r\n", "")


# Findings


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
    """So one can tell who says it."""
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


# Outline


def test_the_outline_is_a_tree_for_an_editor_that_nests(vscode: Editor, neovim: Editor) -> None:
    """Stages hold their instructions, FROM first."""
    for editor in (vscode, neovim):
        uri = editor.open("ARG A=1\nFROM ubuntu AS build\nMAINTAINER me\n")
        argument, stage = editor.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert argument["name"] == "ARG A=1"
        assert (stage["name"], stage["detail"]) == ("build", "ubuntu")
        assert stage["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 13}}
        assert stage["selectionRange"] == {"start": {"line": 1, "character": 15}, "end": {"line": 1, "character": 20}}
        assert [child["name"] for child in stage["children"]] == ["FROM ubuntu AS build", "MAINTAINER me"]
        assert stage["children"][1].get("tags") == ([1] if editor is vscode else None)


def test_the_outline_is_flat_for_another(plain: Editor, minimal: Editor) -> None:
    """Each instruction with its place in the document."""
    for editor in (plain, minimal):
        uri = editor.open("ARG A=1\nFROM ubuntu AS build\nRUN x\n")
        found = editor.client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        assert [symbol["name"] for symbol in found] == ["ARG A=1", "FROM ubuntu AS build", "RUN x"]
        assert [symbol.get("containerName") for symbol in found] == [None, "build", "build"]
        assert found[2]["location"] == {
            "uri": uri,
            "range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 5}},
        }


# Columns


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
        uri = editor.open("FROM ubuntu\nENV FOLDER=x\nLABEL x=🐍 bc=$F\n")
        (item,) = editor.ask("textDocument/completion", uri, 2, column + 1)["items"]
        assert item["textEdit"]["range"] == {
            "start": {"line": 2, "character": column},
            "end": {"line": 2, "character": column + 1},
        }
