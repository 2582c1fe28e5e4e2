"""textDocument/documentLink."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.editors import Editor
from tests.lsp.projects import DOCKERFILE, write_script


@pytest.mark.parametrize(("name", "tooltip"), [("vscode", "code/score.py in the build context"), ("plain", None)])
def test_links_lead_to_pages_and_files(
    request: pytest.FixtureRequest, tmp_path: Path, name: str, tooltip: str | None
) -> None:
    """The image has its page, the entry script is in the build context; the tooltip is for an editor that shows it."""
    editor: Editor = request.getfixturevalue(name)
    script, uri = write_script(tmp_path), (tmp_path / "Dockerfile").as_uri()
    editor.client.open(uri, DOCKERFILE)

    found = {link["range"]["start"]["line"]: link for link in editor.about("documentLink", uri)}
    assert found[0]["target"].startswith("https://mcr.microsoft.com/artifact/mar/azureml/minimal-py312-inference")
    assert found[2]["target"] == script.as_uri()
    assert found[2].get("tooltip") == tooltip
