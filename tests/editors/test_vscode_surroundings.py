"""The VS Code extension on machines, in windows and beside extensions of many kinds: each test opens a VS Code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors.vscode import BASE, DOCKERFILE, EXTENSION, TOOLS, VSCode, write_project
from tests.images.real_registry import Image, fill, require_programs, running_registry, without_proxies
from tests.machine import make_debian, must_run, require, run
from tests.waiting import wait_until

Open = Callable[..., VSCode]

SQUIGGLE = "document.querySelector('.squiggly-error') !== null"
REPAIRED = DOCKERFILE.replace("RUN", "USER root\nRUN").replace("COPY", "USER dockeruser\nCOPY")

# The Python extension's own interface: https://github.com/microsoft/vscode-python/tree/main/pythonExtensionApi
PYTHON_EXTENSION = """\
exports.activate = () => ({ environments: {
    getActiveEnvironmentPath: () => ({ id: 'selected', path: PYTHON }),
    resolveEnvironment: async ({ path }) => ({ executable: { uri: require('vscode').Uri.file(path) } }),
} });
"""

BROKEN_PYTHON = """\
#!/bin/sh
case "$*" in
*version_info*) printf '%s\\n' 3.12.1 "$0" ;;
*) echo "No module named '_socket'" >&2; exit 1 ;;
esac
"""

CLEAN_MACHINE = """\
root=$1; shift
until [ "$1" = -- ]; do mkdir -p "$root$1"; mount --bind "$1" "$root$1"; shift; done; shift
mount -t proc proc "$root/proc"
exec chroot "$root" "$@"
"""


def make_extension(folder: Path, publisher: str, name: str, title: str, code: str = "") -> Path:
    """The `.vsix` of another extension, or of what stands for it, that is active when it is asked to be."""
    folder.mkdir()
    manifest = {"name": name, "displayName": title, "publisher": publisher, "version": "0.0.1", "license": "MIT"}
    started = {"main": "./main.js", "activationEvents": ["onCommand:never.called"]} if code else {}
    (folder / "package.json").write_text(json.dumps(manifest | {"engines": {"vscode": "^1.91.0"}} | started))
    (folder / "README.md").write_text("Stands for the extension of this name.\n")
    (folder / "main.js").write_text(code)
    options = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", "it.vsix"]
    vsce = EXTENSION / "node_modules" / ".bin" / "vsce"
    subprocess.run([vsce, "package", *options], cwd=folder, check=True, capture_output=True)
    return folder / "it.vsix"


def the_message(editor: VSCode) -> str:
    """The one message that VS Code shows."""
    editor.wait_for("document.querySelector('.notification-list-item') !== null")
    (message,) = editor.texts(".notification-list-item")
    return message


def problems(editor: VSCode) -> list[str]:
    """The rows of the Problems panel, which is opened for it."""
    editor.keys("Control+Shift+m")
    return editor.rows(".markers-panel")


def suggestions(editor: VSCode) -> list[str]:
    """What completion offers now at the cursor, first first."""
    editor.keys("Control+Space")
    rows = editor.rows(".suggest-widget.visible")
    editor.keys("Escape")
    return rows


def test_without_python_one_message_tells_what_is_missing(open_vscode: Open, tmp_path: Path) -> None:
    """Where no Python runs, one message says so, and offers to choose one or to see what was tried."""
    editor = open_vscode(
        write_project(tmp_path), settings={"azuremlDockerfile.interpreter": str(tmp_path / "no-python")}
    )
    editor.open("Dockerfile")
    message = the_message(editor)
    assert "needs Python 3.10 or newer" in message
    assert "no-python" in message
    assert "Choose Python" in message
    assert "Show log" in message


def test_a_python_that_cannot_run_the_server_is_named_with_what_it_says(open_vscode: Open, tmp_path: Path) -> None:
    """Where Python is new enough, but broken, one message has its last words."""
    python = tmp_path / "python"
    python.write_text(BROKEN_PYTHON)
    python.chmod(0o755)
    editor = open_vscode(write_project(tmp_path), settings={"azuremlDockerfile.interpreter": str(python)})
    editor.open("Dockerfile")
    message = the_message(editor)
    assert f"The server does not start with {python}: No module named '_socket'" in message
    assert "Choose Python" in message


def test_a_python_that_is_too_old_is_named_and_another_one_can_be_chosen(open_vscode: Open, tmp_path: Path) -> None:
    """The message names its version; as soon as the setting names a newer one the server runs."""
    old = shutil.which("pypy3")
    if old is None or "Python 3.9" not in must_run(old, "--version"):
        pytest.skip("there is no Python that is too old: pypy3 of Debian 12 is Python 3.9")
    setting = "azuremlDockerfile.interpreter"
    editor = open_vscode(write_project(tmp_path), settings={setting: old})
    editor.open("Dockerfile")
    assert f"needs Python 3.10 or newer: {old} is Python 3.9" in the_message(editor)

    settings = editor.home / "data" / "Machine" / "settings.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), setting: "python3"}))
    editor.wait_for(SQUIGGLE)


def test_a_python_is_chosen_from_a_list_where_it_runs(open_vscode: Open, tmp_path: Path) -> None:
    """The window is a remote one: the list has the Pythons of that machine, and the choice is a setting of it."""
    editor = open_vscode(write_project(tmp_path), settings={"azuremlDockerfile.interpreter": "/no/python"})
    editor.open("Dockerfile")
    the_message(editor)
    editor.click(".notification-list-item .monaco-button")
    assert "Browse" in editor.rows(".quick-input-list")[-1]
    # The first one is selected.
    editor.focus_row(".quick-input-list", "Python 3.")
    chosen = str(
        editor.evaluate("document.querySelector('.quick-input-list .monaco-list-row.focused .label-name').innerText")
    )
    editor.keys("Enter")
    editor.wait_for(SQUIGGLE)
    settings = json.loads((editor.home / "data" / "Machine" / "settings.json").read_text())
    assert settings["azuremlDockerfile.interpreter"] == chosen


def test_wrong_settings_are_one_message_that_opens_their_file(open_vscode: Open, tmp_path: Path) -> None:
    """The message begins with what is wrong."""
    project = write_project(tmp_path)
    (project / ".azureml-dockerfile.toml").write_text('rules.UntagedImage = "off"\nregistry.enabled = "no"\n')
    editor = open_vscode(project)
    editor.open("Dockerfile")
    message = the_message(editor)
    assert (
        "Azure ML Dockerfile: rules.UntagedImage: unknown rule; did you mean UntaggedImage? registry.enabled" in message
    )
    editor.click(".notification-list-item .monaco-button")
    editor.wait_for("document.querySelector('.tab.active')?.dataset.resourceName === '.azureml-dockerfile.toml'")


def test_the_python_that_is_selected_in_the_python_extension_runs_the_server(open_vscode: Open, tmp_path: Path) -> None:
    """Its extension need not be active before, and its Python needs no packages."""
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = str(environment / "bin" / "python")
    code = PYTHON_EXTENSION.replace("PYTHON", json.dumps(python))
    other = make_extension(tmp_path / "other", "ms-python", "python", "Python", code)
    editor = open_vscode(write_project(tmp_path), others=[other])
    editor.open("Dockerfile")
    editor.wait_for(SQUIGGLE)
    (server,) = editor.servers().values()
    assert server.startswith(f"{python} ")


def test_beside_another_dockerfile_extension_only_azure_ml_is_looked_after(open_vscode: Open, tmp_path: Path) -> None:
    """The other extension keeps the general features, and a message says so."""
    project = write_project(tmp_path)
    (project / "Dockerfile").write_text(f"FROM {BASE}/minimal-py312-inference:latest\nCOPIE a b\nRUN apt-get update\n")
    editor = open_vscode(project, others=[make_extension(tmp_path / "other", "docker", "docker", "Docker DX")])
    editor.open("Dockerfile")
    assert "The extension Docker DX also supports Dockerfiles" in the_message(editor)
    editor.wait_for(SQUIGGLE)
    rows = problems(editor)
    assert any("apt-get runs as dockeruser" in row for row in rows)
    assert not any("COPIE" in row for row in rows), rows


def test_in_a_folder_that_is_not_trusted_nothing_of_it_is_run(open_vscode: Open, tmp_path: Path) -> None:
    """Findings are shown, but the folder names no interpreter, and nothing is offered that builds."""
    project = write_project(tmp_path)
    trap = project / "python"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/was-run'\nexec python3 \"$@\"\n")
    trap.chmod(0o755)
    (project / ".vscode").mkdir()
    settings = {"azuremlDockerfile.interpreter": "${workspaceFolder}/python"}
    (project / ".vscode" / "settings.json").write_text(json.dumps(settings))
    editor = open_vscode(project, is_trusted=False)
    editor.open("Dockerfile")
    editor.wait_for(SQUIGGLE)
    editor.wait_for_lenses("Copy docker build", "Copy az acr build", "Image details")
    assert not (tmp_path / "was-run").exists()


def test_each_folder_of_a_workspace_has_its_own_settings(open_vscode: Open, tmp_path: Path) -> None:
    """A rule that one folder switches off is still judged in the other."""
    for name, severity in (("one", "error"), ("other", "off")):
        folder = tmp_path / name
        (folder / ".vscode").mkdir(parents=True)
        settings = {"azuremlDockerfile.rules": {"UntaggedImage": severity}}
        (folder / ".vscode" / "settings.json").write_text(json.dumps(settings))
        (folder / f"{name}.dockerfile").write_text(f"FROM {BASE}/minimal-py312-inference\nRUN apt-get update\n")
    workspace = tmp_path / "both.code-workspace"
    workspace.write_text(json.dumps({"folders": [{"path": "one"}, {"path": "other"}]}))

    editor = open_vscode(workspace)
    for name in ("one", "other"):
        editor.keys("Control+p")
        editor.type(f"{name}.dockerfile")
        focused = "document.querySelector('.quick-input-list .monaco-list-row.focused')"
        editor.wait_for(f"{focused}?.innerText.includes('{name}.dockerfile')")
        editor.keys("Enter")
        editor.wait_for(f"document.querySelector('.tab.active')?.dataset.resourceName === '{name}.dockerfile'")
        editor.wait_for(SQUIGGLE)
    assert len(problems(editor)) == len(
        ["one's file", "UntaggedImage", "its apt-get", "the other's file", "its apt-get"]
    )
    rules = editor.texts(".markers-panel a.monaco-link")
    assert sorted(rules) == ["PackageInstallWithoutRoot", "PackageInstallWithoutRoot", "UntaggedImage"]


def test_refreshing_the_images_brings_what_the_registry_has_by_now(
    open_vscode: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tag that was pushed after the registry had been asked is in the menu."""
    require_programs()
    without_proxies(monkeypatch)
    project = write_project(tmp_path)
    (project / "new.dockerfile").write_text(f"FROM {BASE}/minimal-py312-inference:20261101.v1\n")
    repository, folder = "azureml/minimal-py312-inference", tmp_path / "registry"
    folder.mkdir()
    with running_registry(folder, folder / "data") as url:
        fill(url, [Image(repository, "20261116.v7", {"User": "dockeruser"})], folder)
        editor = open_vscode(project, settings={"azuremlDockerfile.registry.urls": {"mcr.microsoft.com": url}})
        editor.open("new.dockerfile")
        editor.wait_for("document.querySelector('.squiggly-info, .squiggly-warning') !== null")
        (folder / "later").mkdir()
        fill(url, [Image(repository, "20261121.v1", {"User": "dockeruser"})], folder / "later")

        editor.command("Azure ML Dockerfile: Refresh Images")
        editor.go_to(1, len(f"FROM {BASE}/minimal-py312-inference:") + 1)
        wait_until(lambda: suggestions(editor)[0].startswith("20261121.v1"))


@pytest.fixture
def clean_machine(tmp_path: Path) -> Iterator[Path]:
    """A new system of Debian's, of another release than this one, with nothing but its Python."""
    require("mmdebstrap", "unshare", "mount", "chroot")
    if os.geteuid() != 0:
        pytest.skip("only root can change the root folder")
    root = tmp_path / "root"
    make_debian(root, "python3", suite="trixie")
    yield root
    shutil.rmtree(root)


def test_a_machine_with_nothing_but_python_is_enough(
    open_vscode: Open, clean_machine: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In a system that has none of the project's packages, and no pip, the extension completes, finds and repairs."""
    project = write_project(tmp_path)
    shared = [str(TOOLS), str(tmp_path_factory.getbasetemp())]
    inside = ["unshare", "--mount", "sh", "-euc", CLEAN_MACHINE, "sh", str(clean_machine), *shared, "--"]
    for module in ("pygls", "requests", "pip"):
        assert f"No module named '{module}'" in run(*inside, "python3", "-c", f"import {module}").stdout

    editor = open_vscode(project, inside=inside)
    editor.open("Dockerfile")
    editor.wait_for(SQUIGGLE)
    editor.go_to(2, 6)
    editor.code_action("root")
    editor.wait_for("document.querySelector('.squiggly-error') === null")
    assert editor.save(project / "Dockerfile") == REPAIRED

    editor.open("new.dockerfile")
    editor.type("FROM ")
    editor.pick_suggestion("minimal-py312-inference")
    assert editor.save(project / "new.dockerfile") == f"FROM {BASE}/minimal-py312-inference:latest"
