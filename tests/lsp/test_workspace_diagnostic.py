"""workspace/diagnostic: the findings of files that are not open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.clients import CLIENTS
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change

SCHEMA = "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json"
RETIRED = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:latest"
CURRENT = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"
METHOD = "workspace/diagnostic"
FILES = {
    "Dockerfile": f"FROM {RETIRED}\n",
    "clean/Dockerfile": f"FROM {CURRENT}\n",
    "env.yml": f"name: e\nimage: {RETIRED}\n",
    "run.py": f'IMAGE = "{RETIRED}"\n',
    "other.py": "print()\n",
    "compose.yml": f"services: {{a: {{image: {RETIRED}}}}}\n",
    "ignored/Dockerfile": f"FROM {RETIRED}\n",
    ".gitignore": "ignored/\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[RawClient]:
    """VS Code with the project as its folder."""
    name, capabilities = CLIENTS["VS Code"]
    workspace = {**capabilities["workspace"], "configuration": False}
    with RawClient(REAL_SERVER) as client:
        client.initialize(
            name,
            options={"registry": {"enabled": False}},
            folders=[folder.as_uri()],
            **{**capabilities, "workspace": workspace},
        )
        yield client


@pytest.mark.parametrize(
    ("name", "version", "is_offered"),
    [
        ("Neovim", "0.12.4+v0.12.4", False),
        ("Neovim", "0.13.0-dev", True),
        ("Neovim", "1.0.0", True),
        ("VS", "0.12", True),
    ],
)
def test_neovim_that_would_not_pull_open_documents(name: str, version: str, is_offered: bool) -> None:
    """Neovim before 0.13 pulls only the workspace when it is asked to pull again, so the workspace is not offered."""
    with RawClient(REAL_SERVER) as client:
        capabilities = client.initialize(name, version=version, **CLIENTS["Neovim 0.12"][1])

    assert capabilities["diagnosticProvider"]["workspaceDiagnostics"] is is_offered


def ids(items: list[Json]) -> list[Json]:
    """The result ids of an answer, as the next request sends them."""
    return [{"uri": item["uri"], "value": item["resultId"]} for item in items if item.get("resultId")]


def rules(items: list[Json], folder: Path) -> dict[str, list[str]]:
    """The rules of each full report, by the name of the file."""
    return {
        item["uri"].removeprefix(f"{folder.as_uri()}/"): [found["code"] for found in item["items"]]
        for item in items
        if item["kind"] == "full"
    }


def ask(client: RawClient, previous: list[Json] | None = None) -> list[Json]:
    """The reports of an answer."""
    return list(client.request(METHOD, {"previousResultIds": previous or []})["items"])


def report_change(client: RawClient, path: Path) -> None:
    """Tell the server that a file has changed on the disk."""
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})


def test_files_that_are_not_open_have_their_findings(client: RawClient, folder: Path) -> None:
    """Dockerfiles, Azure ML's YAML and scripts, without those that git ignores."""
    found = ask(client)
    assert rules(found, folder) == {
        "Dockerfile": ["RetiredImage"],
        "env.yml": ["RetiredImage"],
        "run.py": ["RetiredImage"],
    }
    [script] = next(item["items"] for item in found if item["uri"].endswith("run.py"))
    assert script["severity"] == 3
    assert script["range"] == {
        "start": {"line": 0, "character": 9},
        "end": {"line": 0, "character": 9 + len(RETIRED) - 7},
    }


def test_a_request_is_held_until_something_changes(client: RawClient, folder: Path) -> None:
    """Other requests are answered meanwhile; then the answer has what is new, and names what is not."""
    known = ids(ask(client))
    held = client.start(METHOD, {"previousResultIds": known})
    client.open("untitled:a", "FROM ubuntu\n")
    assert client.request(
        "textDocument/hover", {"textDocument": {"uri": "untitled:a"}, "position": {"line": 0, "character": 1}}
    )
    (folder / "clean/Dockerfile").write_text(f"FROM {RETIRED}\n")
    (folder / "run.py").write_text("print()\n")
    report_change(client, folder / "clean/Dockerfile")
    items = client.response(held)["result"]["items"]
    assert rules(items, folder) == {"clean/Dockerfile": ["RetiredImage"], "run.py": []}
    assert len([item for item in items if item["kind"] == "unchanged"]) == 2


def test_a_held_request_can_be_cancelled(client: RawClient, folder: Path) -> None:
    """It ends at once with an error, and the next one works."""
    known = ids(ask(client))
    held = client.start(METHOD, {"previousResultIds": known})
    client.notify("$/cancelRequest", {"id": held})
    assert client.response(held)["error"]["code"] == -32800
    assert len(ask(client)) == 3


def test_findings_depend_on_the_files_around(client: RawClient, folder: Path) -> None:
    """A YAML is looked at again when the file appears that it names, although nobody wrote to the YAML."""
    (folder / "conda").mkdir()
    (folder / "env.yml").write_text(f"{SCHEMA}\nname: e\nimage: {CURRENT}\nconda_file: conda/c.yml\n")
    found = ask(client)
    assert rules(found, folder)["env.yml"] == ["CondaFileNotFound"]
    (folder / "conda/c.yml").write_text("dependencies: [pip]\n")
    report_change(client, folder / "conda/c.yml")
    assert rules(ask(client, ids(found)), folder) == {"env.yml": []}


def test_reports_come_in_parts_to_a_client_with_a_token(client: RawClient, folder: Path) -> None:
    """The answer itself is empty then."""
    assert client.request(METHOD, {"previousResultIds": [], "partialResultToken": "t"}) == {"items": []}
    [progress] = [message["params"] for message in client.notifications if message["method"] == "$/progress"]
    assert progress["token"] == "t"
    assert len(rules(progress["value"]["items"], folder)) == 3


def test_an_open_file_is_left_to_its_own_request(client: RawClient, folder: Path) -> None:
    """Its text in the editor counts. After it was closed, the file on the disk counts again."""
    uri = (folder / "Dockerfile").as_uri()
    known = ids(ask(client))
    client.open(uri, f"FROM {CURRENT}\n")
    document = {"textDocument": {"uri": uri}}
    assert client.request("textDocument/diagnostic", document)["items"] == []
    held = client.start(METHOD, {"previousResultIds": known})
    (folder / "Dockerfile").write_text(f"FROM {CURRENT}\n")
    client.notify("textDocument/didClose", document)
    assert rules(client.response(held)["result"]["items"], folder) == {"Dockerfile": []}
    assert client.request("textDocument/diagnostic", document)["items"] == []


def test_settings_apply(client: RawClient, folder: Path) -> None:
    """A held request is answered when they change."""
    known = ids(ask(client))
    held = client.start(METHOD, {"previousResultIds": known})
    client.notify(
        "workspace/didChangeConfiguration", {"settings": {"azuremlDockerfile": {"rules": {"RetiredImage": "off"}}}}
    )
    assert rules(client.response(held)["result"]["items"], folder) == {"Dockerfile": [], "env.yml": [], "run.py": []}


def test_editing_goes_on_while_the_workspace_is_checked(client: RawClient, folder: Path) -> None:
    """The findings of an edit come before those of a workspace with many files."""
    for number in range(300):
        (folder / f"{number}.dockerfile").write_text(f"FROM {RETIRED}\n" + "RUN apt-get update\n" * 20)
    held = client.start(METHOD, {"previousResultIds": [], "partialResultToken": "t"})
    client.open("untitled:a", f"FROM {CURRENT}\n")
    while not any(message["method"] == "$/progress" for message in client.notifications):
        client.request("textDocument/diagnostic", {"textDocument": {"uri": "untitled:a"}})
        time.sleep(0.01)
    client.send(change("untitled:a", 2, f"FROM {RETIRED}\n"))
    found = client.request("textDocument/diagnostic", {"textDocument": {"uri": "untitled:a"}})
    assert [item["code"] for item in found["items"]] == ["RetiredImage"]
    client.notify("$/cancelRequest", {"id": held})
    assert client.response(held)["error"]["code"] == -32800
