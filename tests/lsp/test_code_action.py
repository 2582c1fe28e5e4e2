"""textDocument/codeAction, as actions and as commands."""

from __future__ import annotations

import pytest

from tests.lsp.clients import COMMANDS_ONLY
from tests.lsp.editors import IMAGE, Editor, apply
from tests.lsp.raw_client import RawClient, change

UNTAGGED = f"FROM {IMAGE}\n"
URI = "untitled:a"
FIXABLE = f"FROM {IMAGE}:latest\nRUN pip install –r requirements.txt numpy>=1.2\n"


@pytest.mark.slow
def test_a_block_has_places_to_fill_in_where_the_editor_takes_them(vscode: Editor) -> None:
    """The edit names the version of the document that it is for."""
    uri = vscode.open(f"FROM {IMAGE}:latest\n\n")
    title = "Insert pip install -r requirements.txt"
    (action,) = [action for action in vscode.actions(uri, 1, 0) if action["title"] == title]
    assert action["kind"] == "refactor.rewrite"
    (change_,) = action["edit"]["documentChanges"]
    assert change_["textDocument"] == {"uri": uri, "version": 1}
    (edit,) = change_["edits"]
    assert edit["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}}
    assert edit["snippet"]["kind"] == "snippet"
    assert edit["snippet"]["value"].startswith("COPY ${1:requirements.txt} /tmp/requirements.txt\n")
    assert "changes" not in action["edit"]


@pytest.mark.slow
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
    """It has nothing to fill in. It names its finding and, where the editor shows that, is marked as the usual one."""
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
    actions = editor.actions(uri, 1, 26, **({} if only is None else {"only": only}))
    assert {action["kind"] for action in actions} == kinds


def test_edits_end_lines_as_the_document_does(neovim: Editor) -> None:
    """Also in a file from Windows."""
    uri = neovim.open(f"FROM {IMAGE}:latest\r\nRUN apt-get update\r\n")
    for action in neovim.actions(uri, 1, 6):
        for edit in action["edit"]["changes"][uri]:
            assert "\n" in edit["newText"] or not action["title"].startswith("Insert")
            assert "\n" not in edit["newText"].replace("\r\n", "")


def test_all_safe_fixes_are_one_action(neovim: Editor) -> None:
    """It is offered under its kind; where there is nothing to fix, it is not."""
    uri = neovim.open(FIXABLE)
    (action,) = neovim.actions(uri, 0, 0, only=["source.fixAll"])
    assert action["kind"] == "source.fixAll"
    edits = action["edit"]["changes"][uri]
    assert sorted(edit["newText"] for edit in edits) == ["'numpy>=1.2'", "-"]
    assert neovim.actions(neovim.open(f"FROM {IMAGE}:latest\n"), 0, 0, only=["source"]) == []


def test_findings_can_be_ignored(neovim: Editor) -> None:
    """By one action, after the fixes."""
    actions = neovim.actions(neovim.open(FIXABLE), 1, 42, only=["quickfix"])
    assert [action["title"] for action in actions][1:] == ["Ignore UnquotedRequirement here"]


def test_the_diagnostics_that_the_client_names_are_repaired(editor: Editor) -> None:
    """Wherever on the line the cursor is, and however the client selects; a diagnostic that is outdated is not."""
    uri = editor.open(FIXABLE)
    found = editor.diagnostics(uri)["diagnostics"]
    assert {each["code"] for each in found} >= {"TypographicCharacter", "UnquotedRequirement"}
    titles = [action["title"] for action in editor.actions(uri, 1, 0, only=["quickfix"], diagnostics=found)]
    assert len(titles) == 3
    assert titles[-1] == "Ignore TypographicCharacter and UnquotedRequirement here"
    moved = [
        {**each, "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}} for each in found
    ]
    assert editor.actions(uri, 1, 0, only=["quickfix"], diagnostics=moved) == []
    named = [{**each, "code": "Other"} for each in found]
    assert editor.actions(uri, 1, 0, only=["quickfix"], diagnostics=named) == []


def test_a_user_who_asks_without_a_selection_means_the_line(editor: Editor) -> None:
    """Where nothing is wrong at the cursor itself; an editor that looks for a light bulb means the cursor alone."""
    uri = editor.open(FIXABLE)

    def titles(line: int, character: int, kind: int) -> list[str]:
        actions = editor.actions(uri, line, character, only=["quickfix"], triggerKind=kind)
        return [action["title"] for action in actions]

    assert titles(1, 1, 1)[-1] == "Ignore TypographicCharacter and UnquotedRequirement here"
    assert titles(1, 42, 1)[-1] == "Ignore UnquotedRequirement here"
    assert titles(1, 1, 2) == []
    assert titles(0, 1, 1) == []


def test_all_safe_fixes_leave_nothing_to_fix(neovim: Editor) -> None:
    """Also what comes up only when another one is made: one run is enough."""
    text = f"FROM {IMAGE}:latest\nUSER root\nRUN apt-get install libgl1\nUSER dockeruser\n"
    uri = neovim.open(text)
    (action,) = neovim.actions(uri, 0, 0, only=["source.fixAll"])
    after = apply(text, action["edit"]["changes"][uri])
    assert "apt-get update && apt-get install -y libgl1 && rm -rf /var/lib/apt/lists/*" in after
    assert neovim.actions(neovim.open(after), 0, 0, only=["source.fixAll"]) == []


def test_a_command_changes_only_the_text_that_it_was_offered_for(client: RawClient) -> None:
    """It carries the edit; for another version of the file it gives an error."""
    client.initialize(**COMMANDS_ONLY)
    client.open(URI, UNTAGGED)
    line = {"start": {"line": 0, "character": 6}, "end": {"line": 0, "character": 6}}
    params = {"textDocument": {"uri": URI}, "range": line, "context": {"diagnostics": [], "only": ["quickfix"]}}
    command = client.request("textDocument/codeAction", params)[0]
    assert set(command) == {"title", "command", "arguments"}
    call = {"command": command["command"], "arguments": command["arguments"]}

    assert client.request("workspace/executeCommand", call) is None
    asked = client.notification("workspace/applyEdit")
    assert asked["label"] == command["title"]
    (edit,) = asked["edit"]["changes"][URI]
    assert edit["newText"].startswith(":")

    client.send(change(URI, 2, "FROM ubuntu\n"))
    client.request("workspace/executeCommand", call)
    assert client.notification("window/showMessage")["message"].startswith(command["title"])
    assert "workspace/applyEdit" not in [message["method"] for message in client.notifications]


@pytest.mark.parametrize("arguments", [[], [1, 2, 3, 4], ["x", URI, 1, {"changes": 7}]])
def test_a_command_with_other_arguments_is_refused(client: RawClient, arguments: object) -> None:
    """With an error to who sent it, and nothing else."""
    client.initialize(**COMMANDS_ONLY)
    client.open(URI, UNTAGGED)
    error = client.error(
        "workspace/executeCommand", {"command": "azureml-dockerfile-ls.applyEdit", "arguments": arguments}
    )
    assert error["code"] == -32602
    assert client.stderr() == ""


def test_refactorings_need_a_question_or_a_selection(vscode: Editor) -> None:
    """A cursor that moves over a RUN lights no bulb; a selection does."""
    uri = vscode.open("FROM alpine\nRUN a\nRUN b\n")

    def titles(start: int, end: int, trigger: int) -> list[str]:
        places = {"start": {"line": 1, "character": start}, "end": {"line": 1, "character": end}}
        context = {"diagnostics": [], "triggerKind": trigger}
        params = {"textDocument": {"uri": uri}, "range": places, "context": context}
        return [action["title"] for action in vscode.client.request("textDocument/codeAction", params) or []]

    assert "Merge with the RUN below" in titles(1, 1, trigger=1)
    assert "Merge with the RUN below" not in titles(1, 1, trigger=2)
    assert "Merge with the RUN below" in titles(0, 5, trigger=2)
