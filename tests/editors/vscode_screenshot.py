"""Takes the picture of the extension's README: a real VS Code with findings and an open completion menu.

    sh client-config/vscode/build.sh && python tests/editors/vscode_screenshot.py

Writes client-config/vscode/screenshot.png. It needs what `test_vscode.py` needs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.editors.vscode import EXTENSION, VSCode, what_is_missing

DOCKERFILE = """\
FROM mcr.microsoft.com/azureml/inference-base-2004:latest AS old

# The packages and the code
RUN apt-get update && apt-get install -y libpng-tools
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=scorer.py

"""


def main() -> None:
    """Writes the picture."""
    if missing := what_is_missing():
        raise SystemExit(missing)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "my-model"
        (project / "code").mkdir(parents=True)
        (project / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
        (project / "model").mkdir()
        (project / "Dockerfile").write_text(DOCKERFILE)
        home = Path(folder) / "home"
        home.mkdir()
        vsix = EXTENSION / "dist" / "azureml-dockerfile-ls.vsix"
        editor = VSCode(vsix, home, project, settings={"editor.suggestFontSize": 11})
        try:
            editor.open("Dockerfile")
            editor.wait_for("document.querySelector('.squiggly-error') !== null")
            editor.keys("Control+Shift+m")
            editor.rows(".markers-panel")
            editor.keys("Control+1", "Control+b", "Control+End")
            editor.type("FROM mcr.microsoft.com/azureml/inference-base-")
            editor.keys("Control+Space")
            editor.rows(".suggest-widget.visible")
            time.sleep(1)  # for what fades in
            editor.picture(EXTENSION / "screenshot.png")
        finally:
            editor.close()


if __name__ == "__main__":
    main()
