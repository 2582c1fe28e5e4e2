"""Azure ML's YAML in VS Code, beside its Dockerfile; for other YAML nothing is started."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azureml_dockerfile_ls.manifest.recognition import kind_of
from tests.annotated import dockerfile
from tests.editors.vscode import BASE, EXTENSION, VSCode, what_npm_misses
from tests.manifest.test_recognition import OTHERS, SCHEMA, SHAPES

RETIRED = f"{BASE}/openmpi4.1.0-ubuntu20.04"
ENVIRONMENT = "name: sklearn-env\nbuild:\n  path: .\n  dockerfile_path: Dockerfile\n"
TRAINING = f"name: training\nimage: {RETIRED}\nconda_file: conda.yml\n"
SQUIGGLE = "document.querySelector('.squiggly-warning') !== null"
ITEMS = "[...document.querySelectorAll('.hover-language-status .element')].map(e => e.innerText).join()"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two environments, the Dockerfile of one, and the file of another program."""
    folder = tmp_path_factory.mktemp("project")
    for name, text in {
        "environment.yml": ENVIRONMENT,
        "training.yml": TRAINING,
        "conda.yml": "dependencies:\n  - python=3.12\n",
        "Dockerfile": f"FROM {BASE}/minimal-py312-inference:latest\n",
        "kubernetes.yml": dockerfile(OTHERS["kubernetes"]),
    }.items():
        (folder / name).write_text(text)
    (folder / ".git").mkdir()
    return folder


@pytest.fixture(scope="module")
def vscode(vsix: Path, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VSCode]:
    """VS Code with the extension and the project."""
    editor = VSCode(vsix, tmp_path_factory.mktemp("vscode"), project)
    yield editor
    editor.close()


def active(name: str) -> str:
    """Whether the active tab is that of a file."""
    return f"document.querySelector('.tab.active')?.dataset.resourceName === {json.dumps(name)}"


def test_a_server_runs_for_azure_mls_yaml_only(vscode: VSCode, project: Path) -> None:
    """For the file of another program there is neither a server nor a status; then a retired image is repaired."""
    vscode.open("kubernetes.yml")
    vscode.keys("Control+End")
    vscode.type("# a comment\n")
    # A server would be there by now.
    time.sleep(5)
    assert vscode.servers() == {}
    vscode.keys("Control+z")
    assert vscode.texts("[id='status.languageStatus']") == []

    vscode.open("training.yml")
    vscode.wait_for(SQUIGGLE)
    assert len(vscode.servers()) == 1
    vscode.click("[id='status.languageStatus']")
    vscode.wait_for(f"{ITEMS}.includes('Azure ML server')")
    vscode.keys("Escape")
    vscode.click(".editor-instance .view-lines")
    vscode.go_to(2, 20)
    vscode.code_action("Replace")
    vscode.wait_for(f"!({SQUIGGLE})")
    image = vscode.save(project / "training.yml").splitlines()[1]
    assert image.startswith(f"image: {BASE}/openmpi")
    assert "ubuntu20.04" not in image

    vscode.open("kubernetes.yml")
    time.sleep(1)
    assert vscode.texts(".squiggly-warning, .squiggly-info, .squiggly-hint") == []
    assert vscode.texts("[id='status.languageStatus']") == []


def test_an_environment_and_its_dockerfile_lead_to_each_other(vscode: VSCode) -> None:
    """From the path to the Dockerfile, and by the lens above its FROM, or from that word, to the path."""
    vscode.open("environment.yml")
    vscode.go_to(4, 22)
    vscode.keys("F12")
    vscode.wait_for(active("Dockerfile"))
    lenses = ("Build in terminal", "Copy docker build", "Copy az acr build", "Image details")
    vscode.wait_for_lenses("environment sklearn-env (environment.yml)", *lenses)
    vscode.click(".codelens-decoration a:text('environment')")
    vscode.wait_for(active("environment.yml"))
    place = "document.querySelector('#status\\\\.editor\\\\.selection')?.innerText.startsWith('Ln 3, Col 3')"
    vscode.wait_for(place)

    vscode.open("Dockerfile")
    vscode.go_to(1, 2)
    vscode.keys("F12")
    vscode.wait_for(active("environment.yml"))


def test_yaml_is_formatted_by_other_extensions(vscode: VSCode) -> None:
    """The extension does not take part where it has nothing to say."""
    vscode.open("environment.yml")
    vscode.command("Format Document")
    vscode.wait_for("document.querySelector('.monaco-dialog-box')?.innerText.includes('no formatter for')")
    vscode.keys("Escape")


def test_the_extension_takes_the_same_yaml_as_the_server(tmp_path: Path) -> None:
    """Of every text, and of it without each of its lines, both say the same."""
    if reason := what_npm_misses():
        pytest.skip(reason)
    whole = [SCHEMA.format("environment"), SCHEMA.format("x").replace("azuremlschemas", "example")]
    whole += [f"# yaml-language-server: $schema={SCHEMA.split(' ')[1]}", *(text for text, _ in SHAPES)]
    whole += map(dockerfile, OTHERS.values())
    texts = [*whole]
    for text in whole:
        lines = text.splitlines(keepends=True)
        texts += ["".join(lines[:number] + lines[number + 1 :]) for number in range(len(lines))]
        texts += [text.replace("\n", "\r\n"), text.replace(": ", ':   "', 1), f"apiVersion: v1\n{text}", f"- {text}"]
    bundle = tmp_path / "manifest.js"
    esbuild = EXTENSION / "node_modules" / ".bin" / "esbuild"
    options = ["--bundle", "--platform=node", f"--outfile={bundle}", "--log-level=warning"]
    subprocess.run([esbuild, EXTENSION / "src" / "manifest.ts", *options], check=True)
    script = f"const {{ isAzureml }} = require({json.dumps(str(bundle))});"
    script += "console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0, 'utf8')).map(isAzureml)));"
    answer = subprocess.run(["node", "-e", script], input=json.dumps(texts), capture_output=True, text=True, check=True)
    expected = [kind_of(text) is not None for text in texts]
    different = [
        text for text, one, other in zip(texts, json.loads(answer.stdout), expected, strict=True) if one != other
    ]
    assert different == []
    assert 50 < sum(expected) < len(texts) - 50
