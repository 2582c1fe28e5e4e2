"""The VS Code extension as users get it: the built `.vsix` in a real VS Code, from an empty file to a build."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.vscode import EXTENSION, VSCode, what_is_missing

if _reason := what_is_missing():
    pytest.skip(_reason, allow_module_level=True)

BASE = "mcr.microsoft.com/azureml"

DOCKERFILE = f"""\
FROM {BASE}/minimal-py312-inference:latest
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
"""
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

RECORD = """\
#!/bin/sh
# Stands for docker: writes down where it was called, and with what.
{ pwd; printf '%s\\n' "$@"; } > "$HOME/docker-was-called"
"""


@pytest.fixture(scope="module")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, built by its own script from a copy of the sources."""
    root = tmp_path_factory.mktemp("sources")
    project = EXTENSION.parent.parent
    for name in ("pyproject.toml", "README.md", "LICENSE", "server"):
        copy = shutil.copytree if (project / name).is_dir() else shutil.copy
        copy(project / name, root / name)
    built = root / "client-config" / "vscode"
    leave_out = shutil.ignore_patterns("node_modules", "dist", "bundled")
    shutil.copytree(EXTENSION, built, ignore=leave_out)
    (built / "node_modules").symlink_to(EXTENSION / "node_modules")
    # The packages do come from the network, which the servers that tests start are kept from.
    environment = {**os.environ, "PYTHON": sys.executable}
    del environment["HTTPS_PROXY"]
    subprocess.run(["npm", "run", "--silent", "build"], cwd=built, env=environment, check=True)
    (package,) = (built / "dist").glob("*.vsix")
    return package


def make_project(folder: Path) -> Path:
    """A build context with code, a model, and Dockerfiles for the tests, in a folder whose name needs quotes."""
    project = folder / "it's $HOME"
    (project / "code").mkdir(parents=True)
    (project / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
    (project / "model").mkdir()
    (project / "model" / "model.onnx").write_bytes(b"")
    (project / "Dockerfile").write_text(DOCKERFILE)
    (project / "new.dockerfile").write_text("")
    (project / "build.dockerfile").write_text(f"# Nothing\nFROM {BASE}/minimal-py312-inference:latest\n")
    return project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that is open in VS Code."""
    return make_project(tmp_path_factory.mktemp("project"))


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


def test_a_finding_is_seen_explained_and_repaired(vscode: VSCode, project: Path) -> None:
    """A squiggle, its row among the problems with a link to the rule's page, and the repair, saved to disk."""
    vscode.open("Dockerfile")
    vscode.wait_for("document.querySelector('.squiggly-error') !== null")
    vscode.keys("Control+Shift+m")
    rows = vscode.rows(".markers-panel")
    assert len(rows) == 2, rows
    assert "apt-get runs as dockeruser here" in rows[1]
    link = vscode.evaluate(
        "[...document.querySelectorAll('.markers-panel a.monaco-link')].map(a => [a.innerText, a.href])"
    )
    ((rule, page),) = link
    assert rule == "PackageInstallWithoutRoot"
    assert page.endswith("/bundled/azureml_dockerfile_ls/rules/pages/PackageInstallWithoutRoot.md")

    vscode.keys("Control+Shift+m", "Control+1")
    vscode.go_to(2, 6)
    vscode.code_action("root")
    vscode.wait_for("document.querySelector('.squiggly-error') === null")
    assert vscode.save(project / "Dockerfile") == REPAIRED


def test_hovering_the_image_tells_its_facts(vscode: VSCode) -> None:
    """The hover on an image tells its Python."""
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
    vscode.pick_suggestion("minimal-py312-inference")
    vscode.type(":")
    vscode.pick_suggestion("latest")
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
    vscode.wait_for("document.querySelector('.codelens-decoration a') !== null")
    lenses = [text.strip() for text in vscode.texts(".codelens-decoration a")]
    assert lenses == ["Build in terminal", "Copy docker build", "Copy az acr build", "Image facts"]

    vscode.command("Azure ML Dockerfile: Copy docker build command")
    assert shlex.split(vscode.clipboard("docker build")) == [
        "docker",
        "build",
        "-f",
        "build.dockerfile",
        "-t",
        "it-s-home",
        ".",
    ]

    vscode.command("Azure ML Dockerfile: Copy az acr build command")
    vscode.wait_for("document.querySelector('.quick-input-widget input')?.placeholder === 'contoso'")
    vscode.type("contoso")
    vscode.keys("Enter")
    words = ["az", "acr", "build", "-r", "contoso", "-f", "build.dockerfile", "-t", "it-s-home", "."]
    assert shlex.split(vscode.clipboard("az acr build")) == words

    vscode.command("Azure ML Dockerfile: Build in terminal")
    called = vscode.wait_for_file("docker-was-called").splitlines()
    dockerfile = str(project / "build.dockerfile")
    assert called == [str(project), "build", "-f", dockerfile, "-t", "it-s-home", str(project)]


def test_a_rule_is_explained(vscode: VSCode) -> None:
    """The command lists the rules, and opens the page of the one that is picked."""
    vscode.command("Azure ML Dockerfile: Explain rule")
    vscode.wait_for("document.querySelector('.quick-input-widget input')?.placeholder === 'The rule to explain'")
    vscode.type("FinalUserRoot")
    vscode.keys("Enter")
    vscode.wait_for("[...document.querySelectorAll('.tab')].some(tab => tab.innerText.includes('FinalUserRoot'))")


def test_the_server_comes_back_after_a_restart(vscode: VSCode) -> None:
    """After the restart findings are shown again."""
    vscode.open("build.dockerfile")
    vscode.command("Azure ML Dockerfile: Restart server")
    vscode.open("new.dockerfile")
    vscode.keys("Control+End")
    vscode.type("RUN apt-get update\n")
    vscode.wait_for("document.querySelector('.squiggly-error, .squiggly-warning') !== null")
    vscode.keys("Control+z", "Control+z", "Control+z", "Control+s")


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
    answer = subprocess.run(["npm", "test", "--silent"], cwd=EXTENSION, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_without_python_one_message_tells_what_is_missing(vsix: Path, tmp_path: Path) -> None:
    """Where no Python runs, one message says so, and offers to choose one or to see what was tried."""
    project = make_project(tmp_path)
    settings = {"azuremlDockerfile.interpreter": str(tmp_path / "no-python")}
    (tmp_path / "home").mkdir()
    editor = VSCode(vsix, tmp_path / "home", project, settings=settings)
    try:
        editor.open("Dockerfile")
        editor.wait_for("document.querySelector('.notification-list-item') !== null")
        (message,) = editor.texts(".notification-list-item")
        assert "needs Python 3.10 or newer" in message
        assert "no-python" in message
        assert "Choose Python" in message
        assert "Show log" in message
    finally:
        editor.close()


def test_beside_another_dockerfile_extension_only_azure_ml_is_looked_after(vsix: Path, tmp_path: Path) -> None:
    """What concerns every Dockerfile is left to the other extension, and the user is told."""
    other = tmp_path / "other"
    other.mkdir()
    manifest = {"name": "docker", "displayName": "Docker DX", "publisher": "docker", "version": "0.0.1"}
    manifest |= {"license": "MIT", "engines": {"vscode": "^1.91.0"}}
    (other / "package.json").write_text(json.dumps(manifest))
    (other / "README.md").write_text("Stands for the extension of this name.\n")
    vsce = EXTENSION / "node_modules" / ".bin" / "vsce"
    package = ["package", "--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", "other.vsix"]
    subprocess.run([vsce, *package], cwd=other, check=True, capture_output=True)
    project = make_project(tmp_path)
    (project / "Dockerfile").write_text(f"FROM {BASE}/minimal-py312-inference:latest\nCOPIE a b\nRUN apt-get update\n")
    (tmp_path / "home").mkdir()
    editor = VSCode(vsix, tmp_path / "home", project, others=[other / "other.vsix"])
    try:
        editor.open("Dockerfile")
        editor.wait_for("document.querySelector('.notification-list-item') !== null")
        (message,) = editor.texts(".notification-list-item")
        assert "Docker DX looks after Dockerfiles too" in message
        editor.wait_for("document.querySelector('.squiggly-error') !== null")
        editor.keys("Control+Shift+m")
        rows = editor.rows(".markers-panel")
        assert any("apt-get runs as dockeruser" in row for row in rows)
        assert not any("COPIE" in row for row in rows), rows
    finally:
        editor.close()
