"""textDocument/completion, as editors that can do more or less see it."""

from __future__ import annotations

import pytest

from tests.lsp.clients.neovim import NEOVIM_0_12
from tests.lsp.editors import IMAGE, Editor
from tests.lsp.raw_client import Json, RawClient
from tests.waiting import wait_until


def test_an_editor_that_inserts_or_replaces_is_given_both_ranges(vscode: Editor) -> None:
    """The range to insert at ends at the cursor, the one to replace with the word."""
    uri = vscode.open("FROM minimal-old AS x")
    found = vscode.ask("textDocument/completion", uri, 0, 9)
    item = found["items"][0]
    assert item["label"] == "minimal-py312-inference"
    assert item["textEdit"] == {
        "newText": f"{IMAGE}:${{1|latest,20260316.v1|}}",
        "insert": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 9}},
        "replace": {"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 16}},
    }
    assert item["filterText"] == "minimal-py312-inference"
    assert "insertText" not in item


@pytest.mark.parametrize(("name", "is_filtered"), [("neovim", False), ("plain", True), ("minimal", True)])
def test_other_editors_are_given_one_range(request: pytest.FixtureRequest, name: str, is_filtered: bool) -> None:
    """Neovim before 0.10 is given no `filterText`: it would not take the range of an item that has one."""
    editor: Editor = request.getfixturevalue(name)
    uri = editor.open("FROM minimal-old AS x")
    for item in editor.ask("textDocument/completion", uri, 0, 9)["items"]:
        assert ("filterText" in item) == is_filtered
        assert item["textEdit"]["range"] == {
            "start": {"line": 0, "character": 5},
            "end": {"line": 0, "character": 16},
        }


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"FROM {IMAGE[:-3]}", f"{IMAGE}:latest"),
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


def test_eglot_is_given_no_others_where_some_go_on(eglot: Editor) -> None:
    """Of two labels with the letters that are typed, it would insert only the letters that both have."""
    assert [item["label"] for item in eglot.complete("FROM minimal-py312-inf")["items"]] == ["minimal-py312-inference"]
    assert len(eglot.complete("FROM torch")["items"]) > 1


def test_an_editor_whose_choices_begin_without_a_text_is_given_a_field(client: RawClient) -> None:
    """Neovim: until a tag is chosen, the name would end with its colon, which is an error."""
    editor = Editor(client, "Neovim", NEOVIM_0_12)
    (item,) = (item for item in editor.complete("FROM minimal-py")["items"] if item["label"] == IMAGE.split("/")[-1])
    assert item["textEdit"]["newText"] == f"{IMAGE}:${{1:latest}}"


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
    """What an image is compared with depends on what was typed; a list of tags stays the same, once it is known."""
    assert editor.complete("FROM ")["isIncomplete"]
    wait_until(lambda: not editor.complete(f"FROM {IMAGE}:")["isIncomplete"])


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
