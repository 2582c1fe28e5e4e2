"""An edit of a Dockerfile changes what is found in the YAML that builds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.clients import CLIENTS
from tests.lsp.raw_client import Json, RawClient, change

IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu{}.04:latest"
FITTING = f"FROM {IMAGE.format(22)}\n"
OTHER = f"FROM {IMAGE.format(20)}\n"
SCHEMA = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json"
YAML = f"{SCHEMA}\nname: e\nbuild:\n  path: .\ntags:\n  OS: Ubuntu22.04\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An environment: a Dockerfile, and the YAML that builds it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(FITTING)
    (tmp_path / "spec.yaml").write_text(YAML)
    return tmp_path


def connect(client: RawClient, folder: Path, **diagnostic: object) -> tuple[str, str]:
    """VS Code with these capabilities for diagnostics; gives the URIs of the open Dockerfile and the YAML."""
    name, capabilities = CLIENTS["VS Code"]
    document = {**capabilities["textDocument"], "diagnostic": {**diagnostic} or None}
    workspace = {**capabilities["workspace"], "configuration": False}
    options = {"registry": {"enabled": False}}
    client.initialize(
        name,
        options=options,
        folders=[folder.as_uri()],
        **{**capabilities, "textDocument": document, "workspace": workspace},
    )
    client.open((folder / "Dockerfile").as_uri(), FITTING)
    return (folder / "Dockerfile").as_uri(), (folder / "spec.yaml").as_uri()


def pull(client: RawClient, uri: str) -> Json:
    """The report on a document."""
    return dict(client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}}))


def edit_and_save(client: RawClient, dockerfile: str, version: int, text: str) -> None:
    """An edit that is finished."""
    client.send(change(dockerfile, version, text))
    client.notify("textDocument/didSave", {"textDocument": {"uri": dockerfile}})


@pytest.mark.parametrize("is_open", [True, False])
def test_the_report_on_a_dockerfile_brings_what_is_new_about_its_yaml(
    client: RawClient, folder: Path, is_open: bool
) -> None:
    """Whether the YAML is open or not, and only if something is new."""
    dockerfile, yaml = connect(client, folder, relatedDocumentSupport=True)
    if is_open:
        client.open(yaml, YAML, language="yaml")
        assert pull(client, yaml)["items"] == []
    client.request("workspace/diagnostic", {"previousResultIds": []})
    assert "relatedDocuments" not in pull(client, dockerfile)
    edit_and_save(client, dockerfile, 2, OTHER)
    [(uri, report)] = pull(client, dockerfile)["relatedDocuments"].items()
    assert (uri, [found["code"] for found in report["items"]]) == (yaml, ["OsTagMismatch"])
    edit_and_save(client, dockerfile, 3, f"{OTHER}# more\n")
    assert "relatedDocuments" not in pull(client, dockerfile)
    edit_and_save(client, dockerfile, 4, FITTING)
    [(uri, report)] = pull(client, dockerfile)["relatedDocuments"].items()
    assert (uri, report["items"]) == (yaml, [])
    if is_open:
        assert pull(client, yaml)["items"] == []


@pytest.mark.slow
@pytest.mark.parametrize("is_open", [True, False])
def test_while_a_dockerfile_is_typed_its_yaml_waits(client: RawClient, folder: Path, is_open: bool) -> None:
    """A key that is pressed costs nothing for the YAML; after a pause the client is asked to pull again."""
    dockerfile, yaml = connect(client, folder, relatedDocumentSupport=True)
    if is_open:
        client.open(yaml, YAML, language="yaml")
        assert pull(client, yaml)["items"] == []
    client.request("workspace/diagnostic", {"previousResultIds": []})
    assert "relatedDocuments" not in pull(client, dockerfile)
    column = FITTING.index("22.04")
    client.send(change(dockerfile, 2, (0, column, 0, column + 2, "20")))
    assert "relatedDocuments" not in pull(client, dockerfile)
    client.notification("workspace/diagnostic/refresh")
    [(uri, report)] = pull(client, dockerfile)["relatedDocuments"].items()
    assert (uri, [found["code"] for found in report["items"]]) == (yaml, ["OsTagMismatch"])


def test_a_client_without_related_documents_is_asked_to_pull_again(client: RawClient, folder: Path) -> None:
    """It has the YAML open."""
    dockerfile, yaml = connect(client, folder, relatedDocumentSupport=False)
    client.open(yaml, YAML, language="yaml")
    assert pull(client, yaml)["items"] == []
    client.send(change(dockerfile, 2, OTHER))
    client.notification("workspace/diagnostic/refresh")
    assert [found["code"] for found in pull(client, yaml)["items"]] == ["OsTagMismatch"]


def test_a_client_that_does_not_pull_gets_them(client: RawClient, folder: Path) -> None:
    """It has the YAML open; nothing is sent again while its findings stay the same."""
    dockerfile, yaml = connect(client, folder)
    client.open(yaml, YAML, language="yaml")

    def published() -> Json:
        return dict(client.notification("textDocument/publishDiagnostics"))

    while published()["uri"] != yaml:
        pass
    client.send(change(dockerfile, 2, OTHER))
    while (last := published())["uri"] != yaml:
        pass
    assert [found["code"] for found in last["diagnostics"]] == ["OsTagMismatch"]
    client.send(change(dockerfile, 3, f"{OTHER}# more\n"))
    assert published()["uri"] == dockerfile
    client.send(change(dockerfile, 4, f"{OTHER}# more and more\n"))
    assert published()["uri"] == dockerfile
