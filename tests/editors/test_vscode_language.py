"""What the server knows of the language, in a real VS Code: menus, names, colours, folds, the layout of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.vscode import VSCode

TEXT = """\
FROM ubuntu:22.04 AS base
ENV HOME_DIR=/app LOG_DIR=/log
WORKDIR ${HOME_DIR}
RUN apt-get update && \\
    apt-get install -y curl
FROM base
copy --from=base $HOME_DIR/ /src/
  RUN   ls
"""
FORMATTED = TEXT.replace("copy", "COPY").replace("  RUN   ls", "RUN ls")
FUNCTION = "rgb(220, 220, 170)"
"""The colour of a function in the theme of the tests."""

MESSAGES = "[...document.querySelectorAll('.notification-list-item')].map(each => each.innerText)"
COLOUR_OF = """(text => {{
    const spans = [...document.querySelectorAll('.editor-instance .view-line span span')];
    const found = spans.find(each => each.textContent === text);
    return found ? getComputedStyle(found).color : null;
}})({!r})"""
CUT = """[...document.querySelectorAll('.suggest-widget .monaco-list-row .details-label')]
    .filter(each => each.scrollWidth > each.clientWidth + 1).map(each => each.innerText)"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is open in VS Code."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "Dockerfile").write_text(TEXT)
    (folder / "new.dockerfile").write_text("")
    return folder


@pytest.fixture(scope="module")
def vscode(vsix: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VSCode]:
    """VS Code with the extension and the project."""
    settings = {"azuremlDockerfile.registry.enabled": False}
    editor = VSCode(vsix, tmp_path_factory.mktemp("vscode"), project, settings=settings)
    yield editor
    editor.close()


def open_dockerfile(vscode: VSCode) -> None:
    """Open the Dockerfile, and wait until the server has looked at it."""
    vscode.open("Dockerfile")
    vscode.wait_for("document.querySelector('.squiggly-warning') !== null")


def wait_for_text(vscode: VSCode, text: str) -> None:
    """Wait until the editor shows this."""
    shown = "document.querySelector('.editor-instance .view-lines').innerText.replaceAll('\\u00a0', ' ')"
    vscode.wait_for(f"{shown}.includes({text!r})")


def test_the_menu_of_images_shows_all_that_it_says(vscode: VSCode) -> None:
    """Of no row the facts are cut, and no help for FROM lies under the menu."""
    vscode.open("new.dockerfile")
    vscode.type("FROM py312")
    # The server is there.
    vscode.wait_for("document.querySelector('.codelens-decoration a') !== null")
    vscode.keys("Escape", "Control+Space")
    rows = vscode.rows(".suggest-widget.visible")
    assert rows[0].startswith("minimal-py312-inference")
    assert vscode.evaluate(CUT) == []
    assert vscode.texts(".parameter-hints-widget.visible") == []
    vscode.keys("Escape", "Control+a", "Delete", "Control+s")


def test_the_help_for_an_instruction_names_its_parameters(vscode: VSCode) -> None:
    """It opens while they are typed."""
    vscode.open("new.dockerfile")
    vscode.type("FROM x\nCOPY a ")
    vscode.wait_for_texts(".parameter-hints-widget.visible .parameter.active", "DESTINATION")
    vscode.keys("Escape", "Escape", "Control+a", "Delete", "Control+s")


def test_a_name_that_is_taken_is_refused_and_another_changes_every_place(vscode: VSCode) -> None:
    """The reason is one message."""
    open_dockerfile(vscode)
    for name in ("LOG_DIR", "PREFIX"):
        vscode.go_to(3, 12)
        vscode.keys("F2")
        vscode.wait_for(
            "document.activeElement?.matches('.rename-input') && document.activeElement.value === 'HOME_DIR'"
        )
        vscode.keys("Control+a")
        vscode.type(name)
        vscode.keys("Enter")
        if name == "LOG_DIR":
            vscode.wait_for(f"{MESSAGES}.some(text => text.includes('LOG_DIR is the name of another variable'))")
            assert "HOME_DIR" in vscode.text()
            vscode.command("Notifications: Clear All Notifications")
    wait_for_text(vscode, "$PREFIX/ /src/")
    assert vscode.text().rstrip("\n") == TEXT.replace("HOME_DIR", "PREFIX").rstrip("\n")
    vscode.keys("Control+z")
    wait_for_text(vscode, "$HOME_DIR/ /src/")


def test_the_cursor_goes_to_the_definition(vscode: VSCode) -> None:
    """From the stage in a FROM to the name after AS."""
    open_dockerfile(vscode)
    vscode.go_to(6, 7)
    vscode.keys("F12")
    vscode.wait_for("document.querySelector('#status\\\\.editor\\\\.selection')?.innerText.startsWith('Ln 1, Col 22')")


def test_commands_have_the_colour_of_functions(vscode: VSCode) -> None:
    """The theme colours the server's tokens; an argument of a command keeps the colour of the text."""
    open_dockerfile(vscode)
    vscode.wait_for(f"{COLOUR_OF.format('apt-get')} === '{FUNCTION}'")
    assert vscode.evaluate(COLOUR_OF.format("FROM")) not in (None, FUNCTION)


def test_stages_fold(vscode: VSCode) -> None:
    """With everything folded, each stage is one line."""
    open_dockerfile(vscode)
    vscode.keys("Control+Home")
    vscode.command("Fold All")
    vscode.wait_for("document.querySelectorAll('.editor-instance .view-line').length < 5")
    assert [line for line in vscode.text().split("\n") if line.strip()] == ["FROM ubuntu:22.04 AS base", "FROM base"]
    vscode.command("Unfold All")


def test_a_quick_fix_is_offered_from_anywhere_on_the_line(vscode: VSCode) -> None:
    """The cursor is far from the word that is marked."""
    open_dockerfile(vscode)
    vscode.go_to(7, 30)
    assert "Change to COPY" in vscode.open_code_actions()
    vscode.keys("Escape")


def test_a_document_is_formatted(vscode: VSCode, project: Path) -> None:
    """Indentation, blanks and letter case change; nothing else does."""
    open_dockerfile(vscode)
    vscode.command("Format Document")
    wait_for_text(vscode, "COPY --from")
    assert vscode.save(project / "Dockerfile") == FORMATTED
