"""textDocument/codeLens, for the commands that a client executes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.editors import IMAGE
from tests.lsp.raw_client import Json, RawClient
from tests.lsp.requests import LENS_COMMANDS

TEXT = f"FROM ubuntu AS tools\nFROM {IMAGE}:latest\n"
FILE = "file:///project/Dockerfile"


def lenses(client: RawClient, uri: str, commands: object) -> list[Json]:
    """The lenses of a document for a client that executes `commands`."""
    server = client.initialize(**VS_CODE, options={"commands": commands, "registry.enabled": False})
    assert ("codeLensProvider" in server) is bool(commands)
    client.open(uri, TEXT)
    return list(client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}))


def test_a_lens_carries_its_command(client: RawClient) -> None:
    """With the document, and the stage or the position of the image; the range is the FROM."""
    found = lenses(client, FILE, LENS_COMMANDS)
    assert [(lens["range"]["start"]["line"], lens["command"]["title"]) for lens in found] == [
        (0, "Build in terminal"),
        (0, "Copy docker build"),
        (0, "Copy az acr build"),
        (0, "Build stage tools"),
        (0, "Copy docker build --target tools"),
        (1, "Image details"),
    ]
    commands = [lens["command"] for lens in found]
    assert commands[0]["command"] == "azuremlDockerfile.buildInTerminal"
    assert commands[0]["arguments"] == [FILE, None]
    assert commands[3]["arguments"] == [FILE, "tools"]
    assert commands[5]["arguments"] == [FILE, {"line": 1, "character": TEXT.index("minimal") - TEXT.index("\n") - 1}]


def test_only_commands_that_the_client_executes_are_offered(client: RawClient) -> None:
    """Another command would fail when it is chosen."""
    found = lenses(client, FILE, ["azuremlDockerfile.copyDockerBuild", "azuremlDockerfile.other", 7])
    assert {lens["command"]["command"] for lens in found} == {"azuremlDockerfile.copyDockerBuild"}


def test_a_document_without_a_file_cannot_be_built(client: RawClient) -> None:
    """Its images have facts all the same."""
    found = lenses(client, "untitled:a", LENS_COMMANDS)
    assert [lens["command"]["title"] for lens in found] == ["Image details"]


@pytest.mark.parametrize("options", [None, {"commands": []}, {"commands": "x"}, {"commands": None}])
def test_a_client_without_commands_is_offered_no_lenses(client: RawClient, options: object) -> None:
    """Such as lsp-mode, which shows lenses but has no command for them; a list of commands is not a wrong setting."""
    assert "codeLensProvider" not in client.initialize(**VS_CODE, options=options)
    client.open("untitled:a", TEXT)
    client.request(
        "textDocument/hover", {"textDocument": {"uri": "untitled:a"}, "position": {"line": 0, "character": 0}}
    )
    assert "window/showMessage" not in [message["method"] for message in client.notifications]


def test_the_commands_are_no_settings(client: RawClient) -> None:
    """They may be beside the settings or beside their section; the settings are read all the same."""
    options = {"commands": LENS_COMMANDS, "rules": {"UntaggedImage": "off"}, "registry.enabled": False}
    client.initialize(**VS_CODE, options=options)
    client.open(FILE, f"FROM {IMAGE}\n")
    report = client.request("textDocument/diagnostic", {"textDocument": {"uri": FILE}})
    assert report["items"] == []
    assert "window/showMessage" not in [message["method"] for message in client.notifications]


ENVIRONMENT = "name: {}\nbuild:\n  path: .\n  dockerfile_path: Dockerfile\n"


def test_a_lens_opens_the_environment_that_builds_the_file(client: RawClient, tmp_path: Path) -> None:
    """Above the last FROM, with the YAML and the place in it; with each answer it is as the editor has the YAML."""
    environment, dockerfile = tmp_path / "env.yml", tmp_path / "Dockerfile"
    environment.write_text(ENVIRONMENT.format("mine"))
    dockerfile.write_text(TEXT)
    (tmp_path / "other.yml").write_text(ENVIRONMENT.format("other").replace("Dockerfile", "Other"))
    found = lenses(client, dockerfile.as_uri(), LENS_COMMANDS)
    (lens,) = [lens for lens in found if lens["command"]["command"] == "azuremlDockerfile.openEnvironment"]
    assert lens["range"]["start"]["line"] == 1
    assert lens["command"]["title"] == "environment mine (env.yml)"
    assert lens["command"]["arguments"] == [environment.as_uri(), {"line": 2, "character": 2}]

    client.open(environment.as_uri(), f"# é\n{ENVIRONMENT.format('renamed')}", language="yaml")
    client.answer("workspace/codeLens/refresh", None)
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": dockerfile.as_uri()}})
    command = next(lens["command"] for lens in found if lens["command"]["title"].startswith("environment"))
    assert command["title"] == "environment renamed (env.yml)"
    assert command["arguments"][1] == {"line": 3, "character": 2}
