"""A project with a Dockerfile and a script, and an editor that opens it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lsp.raw_client import Json, RawClient

DOCKERFILE = """\
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
"""
SCRIPT = "def init():\n    pass\n\ndef run(data):\n    return data\n"


class Project:
    """A folder with a Dockerfile, a scoring script, and an editor that has the Dockerfile open."""

    def __init__(self, client: RawClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.uri = (folder / "Dockerfile").as_uri()
        self.script = write_script(folder)
        (folder / "Dockerfile").write_text(DOCKERFILE)

    def open(self, text: str = DOCKERFILE, **capabilities: object) -> list[Json]:
        """Connect, open the Dockerfile, and give its findings."""
        self.client.initialize(root=self.folder.as_uri(), **capabilities)
        self.client.open(self.uri, text)
        return self.findings()

    def findings(self) -> list[Json]:
        """The next findings that are shown for the Dockerfile."""
        shown = self.client.notification("textDocument/publishDiagnostics")
        assert shown["uri"] == self.uri
        return list(shown["diagnostics"])

    def request(self, method: str, **params: object) -> Any:
        """Ask something about the Dockerfile."""
        return self.client.request(f"textDocument/{method}", {"textDocument": {"uri": self.uri}, **params})


def write_script(folder: Path) -> Path:
    """Write the scoring script of a project, and give its path."""
    script = folder / "code" / "score.py"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    return script
