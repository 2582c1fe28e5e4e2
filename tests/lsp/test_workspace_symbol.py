"""workspace/symbol: the stages and ARGs of all Dockerfiles."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.clients import CLIENTS
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change
from tests.waiting import wait_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with two Dockerfiles, and with one that belongs to a tool."""
    for name, text in {
        "Dockerfile": "ARG VERSION=1\nFROM ubuntu AS build\n",
        "train/gpu.dockerfile": "FROM 😀 AS train\nARG CUDA=12\n",
        ".venv/Dockerfile": "FROM a AS hidden\n",
        "README.md": "FROM a AS text\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def client(folder: Path) -> Iterator[RawClient]:
    """VS Code with the project as its folder."""
    with connected(folder, {"registry.enabled": False}) as client:
        yield client


def connected(folder: Path, options: Json) -> RawClient:
    """VS Code with a folder and with settings."""
    name, capabilities = CLIENTS["VS Code"]
    client = RawClient(REAL_SERVER)
    workspace = {**capabilities["workspace"], "configuration": False}
    client.initialize(name, options=options, folders=[folder.as_uri()], **{**capabilities, "workspace": workspace})
    return client


def names(client: RawClient, query: str = "") -> list[str]:
    """The names that a query finds."""
    return [symbol["name"] for symbol in client.request("workspace/symbol", {"query": query})]


def test_files_that_are_not_open_are_searched(client: RawClient, folder: Path) -> None:
    """In the folders of the project, not in those of tools."""
    assert sorted(names(client)) == ["CUDA", "VERSION", "build", "train"]
    (found,) = client.request("workspace/symbol", {"query": "cud"})
    assert found["location"] == {
        "uri": (folder / "train" / "gpu.dockerfile").as_uri(),
        "range": {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 8}},
    }
    assert found["containerName"] == "train"
    (stage,) = client.request("workspace/symbol", {"query": "train"})
    assert stage["location"]["range"]["start"] == {"line": 0, "character": 11}


def test_an_open_file_is_as_the_editor_has_it(client: RawClient, folder: Path) -> None:
    """Its text on the disk is not searched too."""
    uri = (folder / "Dockerfile").as_uri()
    client.open(uri, "FROM ubuntu AS mine\n")
    assert sorted(names(client)) == ["CUDA", "mine", "train"]
    client.send(change(uri, 2, "FROM ubuntu AS yours\n"))
    assert "yours" in names(client)


@pytest.mark.slow
def test_a_file_that_changes_is_read_again(folder: Path) -> None:
    """By the next search."""
    with connected(folder, {"registry.enabled": False}) as client:
        assert "build" in names(client)
        (folder / "Dockerfile").write_text("FROM ubuntu AS changed\n")
        wait_until(lambda: "changed" in names(client))
        assert "build" not in names(client)


def test_a_project_without_the_general_part_has_none(folder: Path) -> None:
    """Another server knows its stages; a settings file can say so for a folder."""
    with connected(folder, {"registry.enabled": False, "dockerfileFeatures": False}) as client:
        assert names(client) == []
    (folder / "train" / ".azureml-dockerfile.toml").write_text("dockerfileFeatures = false\n")
    with connected(folder, {"registry.enabled": False}) as client:
        assert sorted(names(client)) == ["VERSION", "build"]


def test_what_is_no_file_is_left_out(folder: Path) -> None:
    """A folder, a link to nowhere and a pipe; a file that is not text is searched as far as it is."""
    (folder / "x" / "Dockerfile").mkdir(parents=True)
    (folder / "Dockerfile.link").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "Dockerfile.pipe")
    (folder / "Dockerfile.bytes").write_bytes(b"\xff\nFROM a AS b\xfe\n")
    with connected(folder, {"registry.enabled": False}) as client:
        assert {"build", "train", "b\ufffd"} <= set(names(client))
        assert client.stderr() == ""


def test_what_changes_is_found_at_once(client: RawClient, folder: Path) -> None:
    """Though a search is used again for the keys that follow: other settings, and a file that the editor reports."""
    assert "train" in names(client)
    off = {"settings": {"azuremlDockerfile": {"dockerfileFeatures": False}}}
    client.notify("workspace/didChangeConfiguration", off)
    assert names(client) == []
    client.notify("workspace/didChangeConfiguration", {"settings": {"azuremlDockerfile": {}}})
    path = folder / "train" / "gpu.dockerfile"
    path.write_text("FROM ubuntu AS other\n", encoding="utf-8")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": 2}]})
    assert sorted(names(client)) == ["VERSION", "build", "other"]
