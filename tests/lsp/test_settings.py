"""Settings as editors send them: when they connect, when they are asked, and when they change."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from tests.lsp.raw_client import Json, RawClient, change
from tests.waiting import wait_until

UNTAGGED = "FROM mcr.microsoft.com/azureml/minimal-py312-inference\n"
CONFIGURATION: Json = {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}}


def check_findings(client: RawClient, uri: str, *expected: tuple[str, int]) -> None:
    """The next findings of a document are these rules with these severities."""
    shown = client.notification("textDocument/publishDiagnostics")
    assert shown["uri"] == uri
    assert [(finding["code"], finding["severity"]) for finding in shown["diagnostics"]] == list(expected)


def test_initialization_options_are_settings(client: RawClient) -> None:
    """They are the content of the section, and hold from the first findings on."""
    client.initialize(options={"rules": {"UntaggedImage": "error"}})
    client.open("untitled:a", UNTAGGED)

    check_findings(client, "untitled:a", ("UntaggedImage", 1))


def test_an_editor_that_answers_is_asked(client: RawClient) -> None:
    """It is asked once it is connected, and once more when it says that something changed."""
    client.initialize(workspace=CONFIGURATION)

    asked = client.answer("workspace/configuration", [{"rules": {"UntaggedImage": "off"}}])
    assert [item["section"] for item in asked["items"]] == ["azuremlDockerfile"]
    registered = client.answer("client/registerCapability", None)
    assert [one["method"] for one in registered["registrations"]] == ["workspace/didChangeConfiguration"]
    client.open("untitled:a", UNTAGGED)
    check_findings(client, "untitled:a")

    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.answer("workspace/configuration", [{"rules": {"UntaggedImage": "hint"}}])
    check_findings(client, "untitled:a", ("UntaggedImage", 4))


@pytest.mark.parametrize("answer", [[None], [], None])
def test_an_editor_without_such_settings_gets_the_defaults(client: RawClient, answer: object) -> None:
    """It answers with null, or with nothing."""
    client.initialize(workspace=CONFIGURATION)
    client.answer("workspace/configuration", answer)
    client.open("untitled:a", UNTAGGED)

    check_findings(client, "untitled:a", ("UntaggedImage", 3))


def test_an_editor_that_answers_with_an_error_gets_the_defaults(client: RawClient) -> None:
    """Its error is not shown."""
    client.initialize(workspace=CONFIGURATION)
    request = next(
        message for message in iter(client.receive, None) if message.get("method") == "workspace/configuration"
    )
    client.send({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "what?"}})
    client.open("untitled:a", UNTAGGED)

    check_findings(client, "untitled:a", ("UntaggedImage", 3))


def test_each_folder_of_a_workspace_has_its_own_settings(client: RawClient, tmp_path: Path) -> None:
    """Where there are several, the editor is asked for each, and again when one is added."""
    one, other, late, outside = [(tmp_path / name).as_uri() for name in ("one", "other", "late", "outside")]
    client.initialize(folders=[one, other], workspace=CONFIGURATION)
    everywhere, off = {"rules": {"UntaggedImage": "hint"}}, {"rules": {"UntaggedImage": "off"}}
    asked = client.answer("workspace/configuration", [everywhere, {"rules": {"UntaggedImage": "error"}}, off])
    assert [item.get("scopeUri") for item in asked["items"]] == [None, one, other]
    for folder, expected in ((one, [("UntaggedImage", 1)]), (other, []), (outside, [("UntaggedImage", 4)])):
        client.open(f"{folder}/Dockerfile", UNTAGGED)
        check_findings(client, f"{folder}/Dockerfile", *expected)
    client.open(f"{late}/Dockerfile", UNTAGGED)
    check_findings(client, f"{late}/Dockerfile", ("UntaggedImage", 4))

    added = {"added": [{"uri": late, "name": "late"}], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": added})
    asked = client.answer("workspace/configuration", [everywhere, everywhere, off, off])
    assert [item.get("scopeUri") for item in asked["items"]] == [None, one, other, late]
    check_findings(client, f"{one}/Dockerfile", ("UntaggedImage", 4))
    check_findings(client, f"{other}/Dockerfile")
    check_findings(client, f"{outside}/Dockerfile", ("UntaggedImage", 4))
    check_findings(client, f"{late}/Dockerfile")


def test_changed_settings_come_with_the_notification(client: RawClient) -> None:
    """So do editors that answer no questions; the open documents are checked again."""
    client.initialize()
    client.open("untitled:a", UNTAGGED)
    check_findings(client, "untitled:a", ("UntaggedImage", 3))

    settings = {"azuremlDockerfile": {"rules": {"untaggedimage": "warning"}}}
    client.notify("workspace/didChangeConfiguration", {"settings": settings})
    check_findings(client, "untitled:a", ("UntaggedImage", 2))


def test_a_wrong_setting_is_told_once(client: RawClient) -> None:
    """The message names the setting and what would be right; the others count."""
    client.initialize(options={"rules": {"UntagedImage": "off", "UntaggedImage": "hint"}})
    client.open("untitled:a", UNTAGGED)

    message = client.notification("window/showMessage")
    assert message["type"] == 2
    assert "rules.UntagedImage: unknown rule; did you mean UntaggedImage?" in message["message"]
    check_findings(client, "untitled:a", ("UntaggedImage", 4))
    client.open("untitled:b", UNTAGGED)
    check_findings(client, "untitled:b", ("UntaggedImage", 4))
    assert not [message for message in client.notifications if message["method"] == "window/showMessage"]


def test_wrong_settings_of_a_file_are_diagnostics_in_it(client: RawClient, tmp_path: Path) -> None:
    """Each is on its key, no message is shown, and they disappear when the file is corrected."""
    project = tmp_path / ".azureml-dockerfile.toml"
    project.write_text('# ours\nrules.UntagedImage = "off"\n[inlayHints]\ntags = "yes"\n')
    client.initialize(root=tmp_path.as_uri())
    client.open((tmp_path / "Dockerfile").as_uri(), UNTAGGED)

    shown = client.notification("textDocument/publishDiagnostics")
    assert shown["uri"] == project.as_uri()
    places = [
        (each["range"]["start"]["line"], each["range"]["start"]["character"], each["range"]["end"]["character"])
        for each in shown["diagnostics"]
    ]
    assert places == [(1, 6, 18), (3, 0, 4)]
    assert shown["diagnostics"][0]["message"] == "rules.UntagedImage: unknown rule; did you mean UntaggedImage?"
    check_findings(client, (tmp_path / "Dockerfile").as_uri(), ("UntaggedImage", 3))

    project.write_text('rules.UntaggedImage = "hint"\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": project.as_uri(), "type": 2}]})
    check_findings(client, project.as_uri())
    check_findings(client, (tmp_path / "Dockerfile").as_uri(), ("UntaggedImage", 4))
    assert not [message for message in client.notifications if message["method"] == "window/showMessage"]


def test_a_settings_file_that_is_not_read_because_of_its_name_says_so(client: RawClient, tmp_path: Path) -> None:
    """A user believes that a rule is off."""
    (tmp_path / ".git").mkdir()
    wrong = tmp_path / "azureml-dockerfile.toml"
    wrong.write_text('rules.UntaggedImage = "off"\n')
    client.initialize(root=tmp_path.as_uri())
    client.open((tmp_path / "Dockerfile").as_uri(), UNTAGGED)

    shown = client.notification("textDocument/publishDiagnostics")
    assert shown["uri"] == wrong.as_uri()
    assert "rename it to .azureml-dockerfile.toml" in shown["diagnostics"][0]["message"]


@pytest.mark.slow
def test_a_projects_file_that_changed_without_a_word_counts_with_the_next_edit(
    client: RawClient, tmp_path: Path
) -> None:
    """Many editors watch no files; after a second the file is read again."""
    (tmp_path / ".git").mkdir()
    uri = (tmp_path / "Dockerfile").as_uri()
    client.initialize(root=tmp_path.as_uri())
    client.open(uri, UNTAGGED)
    check_findings(client, uri, ("UntaggedImage", 3))
    (tmp_path / ".azureml-dockerfile.toml").write_text('[rules]\nUntaggedImage = "error"\n')

    version = count(2)

    def severities() -> list[int]:
        client.send(change(uri, number := next(version), f"{UNTAGGED}# {number}\n"))
        return [found["severity"] for found in client.notification("textDocument/publishDiagnostics")["diagnostics"]]

    wait_until(lambda: severities() == [1])


def test_a_projects_file_counts_and_the_editor_wins(client: RawClient, tmp_path: Path) -> None:
    """Rule by rule; the file is read again when the editor reports its change."""
    (tmp_path / ".git").mkdir()
    project = tmp_path / ".azureml-dockerfile.toml"
    project.write_text('[rules]\nUntaggedImage = "error"\nRetiredImage = "off"\n')
    uri = (tmp_path / "Dockerfile").as_uri()
    retired = "mcr.microsoft.com/azureml/minimal-ubuntu18.04-py37-cpu-inference:latest"
    text = f"{UNTAGGED.rstrip()} AS first\nFROM {retired}\n"
    client.initialize(root=tmp_path.as_uri(), options={"rules": {"UntaggedImage": "hint"}})
    client.open(uri, text)
    check_findings(client, uri, ("UntaggedImage", 4))

    project.write_text('[rules]\nRetiredImage = "information"\n')
    changes = [{"uri": project.as_uri(), "type": 2}]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    check_findings(client, uri, ("UntaggedImage", 4), ("RetiredImage", 3))
