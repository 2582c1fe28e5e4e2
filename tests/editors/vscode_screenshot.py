"""Takes the pictures of the extension's README and of its walkthrough in a real VS Code.

    python tests/editors/vscode_screenshot.py

Writes client-config/vscode/screenshot.png, repair.png, completion.png and yaml.png, and those in media/. It needs what
`test_vscode.py` needs.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.editors.vscode import BASE, EXTENSION, VSCode, build_extension, what_is_missing

FINDINGS = f"""\
FROM {BASE}/minimal-py312-inference:latest

# The system's packages
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && \\
    rm -rf /var/lib/apt/lists/*

# The code and its packages
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir –r /tmp/requirements.txt
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=scorer.py
"""
YAML = {
    "deployment.yml": f"""\
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: churn
model: azureml:churn:1
code_configuration:
  code: code
  scoring_script: score.py
environment:
  image: {BASE}/openmpi4.1.0-ubuntu20.04:latest
  conda_file: conda.yml
instance_type: Standard_DS3_v2
instance_count: 1
""",
    "environment.yml": "name: churn-training\nbuild:\n  path: .\n  dockerfile_path: Dockerfile\n",
    "conda.yml": "dependencies:\n  - python=3.12\n  - pip:\n      - azureml-inference-server-http\n",
    "Dockerfile": f"""\
FROM {BASE}/minimal-py312-inference:latest
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir -r /tmp/requirements.txt
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
""",
}
SETTINGS = {"azuremlDockerfile.registry.enabled": False, "editor.suggestFontSize": 11}  # the same picture on every day


def main() -> None:
    """Writes the pictures."""
    if missing := what_is_missing():
        raise SystemExit(missing)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for made in ("sources", "home", "my-model/code"):
            (folder / made).mkdir(parents=True)
        project = folder / "my-model"
        (project / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
        (project / "requirements.txt").write_text("numpy\n")
        (project / "Dockerfile").write_text(FINDINGS)
        editor = VSCode(build_extension(folder / "sources"), folder / "home", project, settings=SETTINGS)
        try:
            show_findings(editor)
            take(editor, "screenshot.png")
            show_repairs(editor)
            take(editor, "repair.png", 640)
            show_images(editor)
            take(editor, "completion.png", 340)
            take_walkthrough(editor)
            show_yaml(editor, project)
            take(editor, "yaml.png", 360)
        finally:
            editor.close()


def show_findings(editor: VSCode) -> None:
    """The findings and their list."""
    editor.open("Dockerfile")
    editor.wait_for("document.querySelector('.squiggly-error') !== null")
    editor.keys("Control+Shift+m")
    editor.rows(".markers-panel")
    editor.keys("Control+1", "Control+b", "Control+End")


def show_repairs(editor: VSCode) -> None:
    """The menu of what can be done about a finding, and the blocks that can be inserted."""
    editor.keys("Control+j")
    editor.go_to(11, 27)
    editor.open_code_actions()


def show_images(editor: VSCode) -> None:
    """The menu of images, the retired ones struck through."""
    editor.keys("Escape", "Control+a", "Delete")
    editor.type(f"FROM {BASE}/inference-base-")
    editor.rows(".suggest-widget.visible")


def show_yaml(editor: VSCode, project: Path) -> None:
    """A deployment whose image is retired, beside a Dockerfile with the environment that builds it."""
    editor.command("File: Revert File")
    editor.command("View: Close All Editors")
    for name, text in YAML.items():
        (project / name).write_text(text)
    editor.command("View: Show Explorer")
    editor.open("deployment.yml")
    editor.wait_for("document.querySelector('.squiggly-warning') !== null")
    editor.keys("Control+p")
    editor.type("Dockerfile")
    focused = "document.querySelector('.quick-input-list .monaco-list-row.focused')?.innerText"
    editor.wait_for(f"{focused}?.includes('Dockerfile')")
    editor.keys("Control+Enter")
    editor.wait_for("document.querySelector('.codelens-decoration')?.innerText.includes('churn-training')")
    editor.keys("Control+b", "Control+1")
    editor.go_to(9, 30)
    editor.open_code_actions()


def take_walkthrough(editor: VSCode) -> None:
    """Each step of the walkthrough, in a window that shows nothing else."""
    editor.keys("Escape", "Control+a", "Delete")
    editor.type("FROM minimal")
    editor.rows(".suggest-widget.visible")
    take_step(editor, "image.png", 180)

    replace(editor, f"FROM {BASE}/minimal-py312-inference:latest\n\n")
    editor.open_code_actions()
    take_step(editor, "blocks.png", 290)

    replace(
        editor,
        f"FROM {BASE}/minimal-py312-inference:latest\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=scorer.py\n",
    )
    editor.go_to(3, 27)
    editor.wait_for("document.querySelector('.squiggly-warning') !== null")
    editor.open_code_actions()
    take_step(editor, "repair.png", 180)

    replace(
        editor,
        f"FROM {BASE}/minimal-py312-inference:latest\nCOPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n",
    )
    editor.wait_for_lenses("Build in terminal", "Copy docker build", "Copy az acr build", "Image details")
    take_step(editor, "build.png", 110)


def replace(editor: VSCode, text: str) -> None:
    """Make this the text of the file."""
    editor.evaluate(f"navigator.clipboard.writeText({json.dumps(text)})")
    editor.keys("Escape", "Control+a", "Control+v")


def take_step(editor: VSCode, name: str, height: int) -> None:
    """Take a picture of the editor's upper left part, below the tabs."""
    take(editor, f"media/{name}", height, x=52, y=90, width=840)


def take(editor: VSCode, name: str, height: int = 800, **part: int) -> None:
    """Take a picture, when all that fades has faded."""
    time.sleep(1)
    editor.picture(EXTENSION / name, height, **part)


if __name__ == "__main__":
    main()
