"""Takes the pictures of the extension's README: a real VS Code that shows findings, their repairs, and images.

    python tests/editors/vscode_screenshot.py

Writes client-config/vscode/screenshot.png, repair.png and completion.png. It needs what `test_vscode.py` needs.
"""

from __future__ import annotations

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


def take(editor: VSCode, name: str, height: int = 800) -> None:
    """Take a picture, when all that fades has faded."""
    time.sleep(1)
    editor.picture(EXTENSION / name, height)


if __name__ == "__main__":
    main()
