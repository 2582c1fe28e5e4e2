"""The VS Code extension as users get it: the built `.vsix` in a real VS Code, from an empty file to a build."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.context.build_context import BuildContext
from azureml_dockerfile_ls.images.catalogue import BUILT_IN_DATE
from azureml_dockerfile_ls.snapshot import analyse
from tests.editors.vscode import BASE, DOCKERFILE, EXTENSION, ROWS, VSCode, what_npm_misses, write_project
from tests.waiting import wait_until

REPAIRED = DOCKERFILE.replace("RUN", "USER root\nRUN").replace("COPY", "USER dockeruser\nCOPY")
WRITTEN = f"""\
FROM {BASE}/minimal-py312-inference:latest
USER root
RUN apt-get update && \\
    apt-get install -y --no-install-recommends libgomp1 && \\
    rm -rf /var/lib/apt/lists/*
USER dockeruser
COPY code /var/azureml-app
"""

TABS = "[...document.querySelectorAll('.tab')].map(tab => tab.innerText)"

RECORD = """\
#!/bin/sh
# Stands for docker: writes down where it was called to build, and with what.
if [ -e "$HOME/docker-is-down" ]; then echo "Cannot connect to the Docker daemon" >&2; exit 1; fi
[ "$1" = build ] || exit 0
{ pwd; printf '%s\\n' "$@"; } > "$HOME/docker-was-called"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is open in VS Code."""
    return write_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def vscode(vsix: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VSCode]:
    """VS Code with the extension and the project."""
    home = tmp_path_factory.mktemp("vscode")
    programs = home / "bin"
    programs.mkdir()
    (programs / "docker").write_text(RECORD)
    (programs / "docker").chmod(0o755)
    # VS Code asks the user's shell for the PATH of its terminals.
    for profile in (".profile", ".bash_profile", ".bashrc"):
        (home / profile).write_text(f"export PATH={shlex.quote(str(programs))}:$PATH\n")
    editor = VSCode(vsix, home, project)
    yield editor
    editor.close()


def problems(vscode: VSCode, name: str) -> list[str]:
    """The rows below a file of the project in the list of problems, which has those of all files."""
    vscode.rows(".markers-panel")
    rows = "[...document.querySelectorAll('.markers-panel .monaco-list-row')]"
    found, file = [], ""
    for level, text in vscode.evaluate(f"{rows}.map(row => [row.ariaLevel, row.textContent])"):
        if level == "1":
            file = text
        elif file.startswith(name) and file[len(name) :].isdigit():
            found.append(text)
    return found


def test_a_finding_is_seen_explained_and_repaired(vscode: VSCode, project: Path) -> None:
    """A squiggle, its row among the problems with a link to the rule's rendered page, and the repair, saved to disk."""
    vscode.open("Dockerfile")
    vscode.wait_for("document.querySelector('.squiggly-error') !== null")
    vscode.keys("Control+Shift+m")
    rows = problems(vscode, "Dockerfile")
    assert len(rows) == 1, rows
    assert "apt-get runs as dockeruser here" in rows[0]
    assert "PackageInstallWithoutRoot" in vscode.texts(".markers-panel a.monaco-link")
    vscode.click(".markers-panel a.monaco-link[href*='PackageInstallWithoutRoot']")
    vscode.wait_for(f"{TABS}.some(name => name.includes('Preview PackageInstallWithoutRoot'))")
    # The preview takes the keys for itself.
    vscode.click(".tab[data-resource-name='Dockerfile']")
    vscode.command("View: Close All Editors")
    vscode.keys("Control+j")

    vscode.open("Dockerfile")
    vscode.go_to(2, 6)
    vscode.code_action("root")
    vscode.wait_for("document.querySelector('.squiggly-error') === null")
    assert vscode.save(project / "Dockerfile") == REPAIRED


def test_hovering_the_image_tells_its_facts(vscode: VSCode) -> None:
    """The hover on an image shows its Python."""
    vscode.open("Dockerfile")
    vscode.go_to(1, 40)
    assert "minimal-py312-inference" in vscode.hover("Python: 3.12")
    vscode.keys("Escape")


def test_the_entry_script_is_a_link_to_the_file(vscode: VSCode) -> None:
    """The value of AZUREML_ENTRY_SCRIPT leads to the script in the folder that is copied."""
    vscode.open("Dockerfile")
    vscode.go_to(len(vscode.text().rstrip().split("\n")), len("ENV AZUREML_ENTRY_SCRIPT=s"))
    vscode.command("Open Link")
    vscode.wait_for("document.querySelector('.tab.active')?.dataset.resourceName === 'score.py'")
    vscode.wait_for("document.querySelector('.editor-instance .view-lines')?.innerText.includes('init')")


def test_a_dockerfile_is_written_from_the_keyboard(vscode: VSCode, project: Path) -> None:
    """Image and tag come from the menu, a block from a code action, whose tab stops are gone through."""
    vscode.open("new.dockerfile")
    vscode.type("FROM ")
    vscode.keys("Control+Space")
    vscode.focus_row(".suggest-widget.visible", "minimal-py312-inference")
    vscode.keys("Enter")
    # The menu of the tags takes the place of that of the images.
    tag = f"{ROWS}('.suggest-widget.visible')[0]?.includes('latest')"
    vscode.wait_for(f"document.querySelector('.suggest-widget.visible') !== null && {tag}")
    vscode.keys("Enter")
    vscode.wait_for("document.querySelector('.suggest-widget.visible') === null")
    vscode.keys("End", "Enter", "Escape")
    vscode.code_action("Insert apt packages")
    vscode.wait_for(
        "document.querySelector('.editor-instance .view-lines').innerText.includes('no-install-recommends')"
    )
    vscode.type("libgomp1")
    vscode.keys("Tab")
    vscode.type("COPY code /var/azureml-app")
    vscode.keys("Escape", "Enter")
    assert vscode.save(project / "new.dockerfile") == WRITTEN


def test_the_commands_that_build_give_docker_the_same_words(vscode: VSCode, project: Path) -> None:
    """The copied lines and the build in a terminal have the same file, name and context, whatever the folder's name."""
    vscode.open("build.dockerfile")
    vscode.wait_for_lenses("Build in terminal", "Copy docker build", "Copy az acr build", "Image details")

    vscode.command("Azure ML Dockerfile: Copy docker build Command")
    assert shlex.split(vscode.clipboard("docker build")) == [
        "docker",
        "build",
        "-f",
        "build.dockerfile",
        "-t",
        "it-s-home:latest",
        ".",
    ]

    vscode.wait_for("document.querySelector('.notification-list-item')?.innerText.includes('Copied: docker build')")
    vscode.command("Notifications: Clear All Notifications")

    vscode.command("Azure ML Dockerfile: Copy az acr build Command")
    vscode.wait_for("document.querySelector('.quick-input-widget input')?.placeholder === 'contoso'")
    vscode.type("contoso")
    vscode.keys("Enter")
    words = ["az", "acr", "build", "-r", "contoso", "-f", "build.dockerfile", "-t", "it-s-home:latest", "."]
    assert shlex.split(vscode.clipboard("az acr build")) == words

    vscode.command("Azure ML Dockerfile: Build in Terminal")
    called = vscode.wait_for_file("docker-was-called").splitlines()
    dockerfile = str(project / "build.dockerfile")
    assert called == [str(project), "build", "-f", dockerfile, "-t", "it-s-home:latest", str(project)]


def test_a_docker_that_is_down_is_one_sentence(vscode: VSCode) -> None:
    """The build does not begin; the message says what to do, and offers the build that needs no Docker."""
    vscode.command("Notifications: Clear All Notifications")
    (vscode.home / "docker-is-down").touch()
    vscode.open("build.dockerfile")
    vscode.command("Azure ML Dockerfile: Build in Terminal")
    vscode.wait_for("document.querySelector('.notification-list-item') !== null")
    (message,) = vscode.texts(".notification-list-item")
    assert "Docker is not running. Start Docker, then build again." in message
    assert "Copy az acr build" in message
    (vscode.home / "docker-is-down").unlink()
    vscode.command("Notifications: Clear All Notifications")


@pytest.mark.parametrize(
    ("kind", "name", "image"),
    [("Inference", "", "minimal-py312-inference"), ("Training", "gpu.dockerfile", "openmpi5.0-ubuntu24.04")],
)
def test_a_new_dockerfile_is_a_file_that_builds(
    vscode: VSCode, project: Path, kind: str, name: str, image: str
) -> None:
    """It is in the folder, clean, and its first field is selected; a file that exists is never replaced."""
    existing = (project / "Dockerfile").read_text() if name else None
    if not name:
        vscode.command("View: Close All Editors")
        (project / "Dockerfile").rename(project / "old.txt")
    (project / "requirements.txt").write_text("numpy\n")
    vscode.command("Azure ML Dockerfile: New Azure ML Dockerfile")
    vscode.wait_for("document.querySelector('.quick-input-widget input')?.placeholder === 'What is the image for?'")
    vscode.focus_row(".quick-input-list", kind)
    vscode.keys("Enter")
    if name:
        vscode.wait_for("document.querySelector('.quick-input-widget input')?.value === 'Dockerfile.training'")
        vscode.type("Dockerfile")
        vscode.wait_for("document.querySelector('.quick-input-widget')?.innerText.includes('exists already')")
        vscode.keys("Control+a")
        vscode.type(name)
        vscode.keys("Enter")
    vscode.wait_for(f"document.querySelector('.tab.active')?.dataset.resourceName === '{name or 'Dockerfile'}'")
    vscode.wait_for("document.querySelector('.editor-instance .view-lines')?.innerText.includes('pip')")
    vscode.wait_for("document.querySelector('.tab.active.dirty') === null")
    text = (project / (name or "Dockerfile")).read_text()
    assert text.startswith(f"FROM {BASE}/{image}:latest\n")
    assert "COPY requirements.txt /tmp/requirements.txt\n" in text
    assert analyse(text, context=BuildContext(str(project))).findings == ()
    vscode.wait_for(
        f"document.querySelector('#status\\\\.editor\\\\.selection')?.innerText.includes('{len(image)} selected')"
    )
    vscode.keys("Escape")
    if existing is not None:
        assert (project / "Dockerfile").read_text() == existing
    else:
        (project / "old.txt").replace(project / "Dockerfile")


def test_the_status_names_server_python_and_catalogue(vscode: VSCode) -> None:
    """Behind the braces in the status bar of a Dockerfile."""
    vscode.open("build.dockerfile")
    vscode.click("[id='status.languageStatus']")
    items = "[...document.querySelectorAll('.hover-language-status .element')].map(e => e.innerText)"
    vscode.wait_for(f"{items}.some(text => text.includes('Python 3.'))")
    server, images = sorted(" ".join(text.split()) for text in vscode.evaluate(items))
    vscode.keys("Escape")
    assert f"Azure ML images of {BUILT_IN_DATE}" in " ".join([server, images])
    assert f"Azure ML server {__version__}" in " ".join([server, images])


def test_the_facts_of_the_image_of_a_stage_are_shown(vscode: VSCode, project: Path) -> None:
    """The command finds the image from inside the stage, though its FROM goes on and a heredoc looks like another."""
    (project / "facts.dockerfile").write_text(
        f"FROM \\\n  {BASE}/minimal-py312-inference:latest\nRUN python <<EOF\nfrom os import path\nEOF\nRUN true\n"
    )
    vscode.wait_for("document.querySelector(\".explorer-folders-view [aria-label^='facts.dockerfile']\") !== null")
    vscode.open("facts.dockerfile")
    vscode.wait_for_lenses("Build in terminal", "Copy docker build", "Copy az acr build", "Image details")
    vscode.go_to(6, 1)
    vscode.command("Azure ML Dockerfile: Show Image Details")
    vscode.click(".editor-actions [aria-label='Open Source File']")
    shown = "[...document.querySelectorAll('.editor-instance .view-lines')].some(e => e.innerText.includes('3.12'))"
    vscode.wait_for(shown)
    vscode.command("View: Close All Editors")


def test_the_walkthrough_leads_from_the_image_to_the_build(vscode: VSCode) -> None:
    """It has four steps with pictures, and marks what is code."""
    vscode.command("Welcome: Open Walkthrough...")
    vscode.wait_for("document.querySelector('.quick-input-list .monaco-list-row') !== null")
    vscode.type("Extend an Azure ML image")
    vscode.focus_row(".quick-input-list", "Extend an Azure ML image")
    vscode.keys("Enter")
    steps = ("Choose an image", "Insert packages, code and model", "Fix problems", "Build")
    vscode.wait_for_texts(".getting-started-step .step-title", *steps)
    (step,) = vscode.texts(".getting-started-step.expanded .step-description-container")
    assert "type FROM and a space" in " ".join(step.split())
    vscode.wait_for("document.querySelector('.getting-started-media img')?.naturalWidth > 300")


def test_what_is_typed_is_not_replaced_by_another_word_of_the_file(vscode: VSCode, project: Path) -> None:
    """Where the server has nothing to offer, Enter ends the line: no word of the file is offered instead."""
    typed = f"FROM {BASE}/minimal-py312-inference:latest\nENV AZUREML_ENTRY_SCRIPT=score.py"
    (project / "words.dockerfile").write_text(typed.removesuffix("score.py"))
    vscode.wait_for("document.querySelector(\".explorer-folders-view [aria-label^='words.dockerfile']\") !== null")
    vscode.open("words.dockerfile")
    vscode.keys("Control+End")
    vscode.type("score.py")
    # The menu would open by itself.
    time.sleep(1)
    vscode.keys("Enter")
    assert vscode.save(project / "words.dockerfile") == typed + "\n"


def test_of_a_comparison_only_the_file_itself_is_judged(vscode: VSCode, project: Path) -> None:
    """The older version beside it is not among the problems."""
    (project / "compared.dockerfile").write_text(f"FROM {BASE}/minimal-py312-inference:latest\nRUN apt-get update\n")
    vscode.wait_for("document.querySelector(\".explorer-folders-view [aria-label^='compared.dockerfile']\") !== null")
    vscode.open("compared.dockerfile")
    vscode.wait_for("document.querySelector('.squiggly-error') !== null")
    vscode.keys("Control+Home")
    vscode.type("#\n")
    vscode.command("File: Compare Active File with Saved")
    vscode.wait_for("document.querySelectorAll('.monaco-diff-editor .squiggly-error').length > 0")
    # What is wrong about the other side would come a moment later.
    time.sleep(1)
    vscode.keys("Control+Shift+m")
    rows = problems(vscode, "compared.dockerfile")
    vscode.keys("Control+Shift+m", "Control+1", "Control+s")
    vscode.wait_for("document.querySelector('.tab.dirty') === null")
    vscode.command("View: Close All Editors")
    assert len(rows) == 1, rows
    assert "apt-get" in rows[0]


def test_the_server_comes_back_after_a_restart(vscode: VSCode) -> None:
    """After the restart findings are shown again."""
    vscode.open("build.dockerfile")
    vscode.command("Azure ML Dockerfile: Restart Server")
    vscode.open("new.dockerfile")
    vscode.keys("Control+End")
    vscode.type("RUN apt-get update\n")
    vscode.wait_for("document.querySelector('.squiggly-error, .squiggly-warning') !== null")
    vscode.keys("Control+z", "Control+z", "Control+z", "Control+s")


def test_a_server_that_ends_is_started_again_until_the_user_is_asked(vscode: VSCode) -> None:
    """It comes back by itself four times; then one message offers to start it, and to see the log."""
    vscode.open("build.dockerfile")
    for _ in range(5):
        servers = wait_until(vscode.servers)
        # Until it has answered, its end is a start that failed.
        vscode.wait_for("document.querySelector('.editor-instance .view-lines').innerText.includes('20260316')")
        (server,) = servers
        os.kill(server, signal.SIGKILL)
        vscode.wait_for("!document.querySelector('.editor-instance .view-lines').innerText.includes('20260316')")
    vscode.wait_for("document.querySelector('.notification-list-item') !== null")
    (message,) = vscode.texts(".notification-list-item")
    assert "The server exited 5 times within 3 minutes" in message
    assert "Show log" in message
    vscode.click(".notification-list-item .monaco-button")
    vscode.wait_for("document.querySelector('.editor-instance .view-lines').innerText.includes('20260316')")
    assert len(vscode.servers()) == 1


def test_a_rule_is_explained(vscode: VSCode) -> None:
    """The command lists the rules, and opens the page of the one that is picked."""
    vscode.command("Azure ML Dockerfile: Explain Rule")
    vscode.wait_for("document.querySelector('.quick-input-widget input')?.placeholder === 'Select a rule'")
    vscode.type("FinalUserRoot")
    vscode.keys("Enter")
    vscode.wait_for("[...document.querySelectorAll('.tab')].some(tab => tab.innerText.includes('FinalUserRoot'))")


def test_everything_in_the_package_is_pure_python_and_named_in_its_notice(vsix: Path) -> None:
    """No native module is in the package; NOTICE names each bundled package with its version and licence."""
    with zipfile.ZipFile(vsix) as package:
        names = package.namelist()
        notice = package.read("extension/NOTICE").decode()
    assert not [name for name in names if name.endswith((".so", ".pyd", ".dll", ".dylib", ".node"))]
    found = {name.split("/")[2] for name in names if ".dist-info/" in name}
    assert len(found) > 10
    for folder in found - {name for name in found if name.startswith("azureml_dockerfile_ls-")}:
        package_name, version = folder.removesuffix(".dist-info").split("-")
        rows = [
            line.split()
            for line in notice.splitlines()
            if line.lower().replace("-", "_").startswith(package_name.lower())
        ]
        assert any(row[1] == version and len(row) > 2 for row in rows), folder
    assert "vscode-languageclient" in notice


def test_the_functions_that_quote_pass_their_own_tests() -> None:
    """The unit tests of the extension, in Node."""
    if reason := what_npm_misses():
        pytest.skip(reason)
    answer = subprocess.run(["npm", "test", "--silent"], cwd=EXTENSION, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
