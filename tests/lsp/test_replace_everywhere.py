"""The code action that replaces a retired image in all files of the workspace."""

from __future__ import annotations

from pathlib import Path

from tests.lsp.clients import CLIENTS
from tests.lsp.raw_client import Json, RawClient
from tests.waiting import wait_until

OLD = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04"
NEW = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04"
OTHER_OLD = "mcr.microsoft.com/azureml/openmpi3.1.2-ubuntu18.04"
FILES = {
    "Dockerfile": f"FROM {OLD}:latest\n",
    "env.yml": f"name: e\nimage: {OLD}:latest\n",
    "run.py": f'A = "{OLD}"\nB = "{OTHER_OLD}:latest"\n',
    "clean.yml": f"name: e\nimage: {NEW}:latest\n",
}
TITLE = "Replace openmpi4.1.0-ubuntu20.04 everywhere in the workspace"


def connect(client: RawClient, folder: Path, **workspace_edit: object) -> str:
    """VS Code with another `workspaceEdit`, and a project; gives the URI of the open Dockerfile."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    name, capabilities = CLIENTS["VS Code"]
    edit = {**capabilities["workspace"]["workspaceEdit"], **workspace_edit}
    workspace = {**capabilities["workspace"], "configuration": False, "workspaceEdit": edit}
    options = {"registry": {"enabled": False}}
    client.initialize(name, options=options, folders=[folder.as_uri()], **{**capabilities, "workspace": workspace})
    uri = (folder / "Dockerfile").as_uri()
    client.open(uri, FILES["Dockerfile"], version=7)
    return uri


def everywhere(client: RawClient, uri: str, line: int = 0) -> list[Json]:
    """The actions that replace in all files."""
    start = {"line": line, "character": 8}
    params = {"textDocument": {"uri": uri}, "range": {"start": start, "end": start}, "context": {"diagnostics": []}}
    found = client.request("textDocument/codeAction", params)
    return [action for action in found if "everywhere" in action["title"]]


def test_the_edit_covers_all_files_and_asks_before_each(client: RawClient, tmp_path: Path) -> None:
    """Open documents with their versions; the text in the editor counts, not that on the disk."""
    uri = connect(client, tmp_path)
    yaml = (tmp_path / "env.yml").as_uri()
    client.open(yaml, f"# a comment\n{FILES['env.yml']}", version=3, language="yaml")
    wait_until(lambda: everywhere(client, uri))
    [action] = everywhere(client, uri)
    assert (action["title"], action["kind"]) == (TITLE, "quickfix")
    assert "edit" not in action
    edit = client.request("codeAction/resolve", action)["edit"]
    [(mark, annotation)] = edit["changeAnnotations"].items()
    assert annotation["needsConfirmation"] is True
    changes = {
        change["textDocument"]["uri"].rpartition("/")[2]: (change["textDocument"]["version"], change["edits"])
        for change in edit["documentChanges"]
    }
    assert {name: version for name, (version, _) in changes.items()} == {"Dockerfile": 7, "env.yml": 3, "run.py": None}
    assert {each["annotationId"] for _, edits in changes.values() for each in edits} == {mark}
    [[docker], [yaml_edit], [script]] = [edits for _, edits in changes.values()]
    assert docker["newText"] == yaml_edit["newText"] == f"{NEW}:latest"
    assert yaml_edit["range"]["start"] == {"line": 2, "character": 7}
    assert script["newText"] == NEW


def test_it_is_offered_only_for_an_image_that_other_files_name(client: RawClient, tmp_path: Path) -> None:
    """Not for a current image, and not for a retired one that stands nowhere else."""
    uri = connect(client, tmp_path)
    (tmp_path / "run.py").write_text("print()\n")
    other = (tmp_path / "other.dockerfile").as_uri()
    client.open(other, f"FROM {NEW}:latest\nFROM {OTHER_OLD}:latest\n")
    wait_until(lambda: everywhere(client, uri))
    assert everywhere(client, other, 0) == everywhere(client, other, 1) == []


def test_a_client_without_annotations_gets_plain_edits(client: RawClient, tmp_path: Path) -> None:
    """The same edits, without marks."""
    uri = connect(client, tmp_path, changeAnnotationSupport=None)
    wait_until(lambda: everywhere(client, uri))
    edit = client.request("codeAction/resolve", everywhere(client, uri)[0])["edit"]
    assert "changeAnnotations" not in edit
    assert len(edit["documentChanges"]) == 3
    assert not any("annotationId" in each for change in edit["documentChanges"] for each in change["edits"])


def test_a_client_without_document_changes_is_not_offered_it(client: RawClient, tmp_path: Path) -> None:
    """It could not say which version of a document it means."""
    uri = connect(client, tmp_path, documentChanges=False, changeAnnotationSupport=None)
    client.request("workspace/diagnostic", {"previousResultIds": []})  # which searches the workspace
    assert everywhere(client, uri) == []
