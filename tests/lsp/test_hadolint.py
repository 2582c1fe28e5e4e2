"""hadolint in the editor: its findings come by themselves, after a pause."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.hadolint import allow, real_program
from tests.lsp.clients.vscode import VS_CODE
from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change
from tests.test_hadolint import write_program
from tests.waiting import wait_until

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
SUDO = f"FROM {IMAGE}:latest\nRUN sudo id\n"
ACTION = "Ignore DL3004 here"


class Opened:
    """An editor that gets the diagnostics of a Dockerfile from a server that finds hadolint."""

    def __init__(self, client: RawClient, folder: Path, text: str = SUDO) -> None:
        self.client = client
        self.uri = (folder / "Dockerfile").as_uri()
        self.version = 1
        client.initialize(root=folder.as_uri())
        client.open(self.uri, text)

    def edit(self, *changes: object) -> None:
        """Make one edit."""
        self.version += 1
        self.client.send(change(self.uri, self.version, *changes))

    def published(self) -> list[Json]:
        """The next diagnostics, which are of the current version."""
        shown = self.client.notification("textDocument/publishDiagnostics")
        assert (shown["uri"], shown["version"]) == (self.uri, self.version)
        return list(shown["diagnostics"])

    def codes(self) -> list[tuple[str, int]]:
        """The codes and lines of the next diagnostics."""
        return [(each["code"], each["range"]["start"]["line"]) for each in self.published()]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """An open Dockerfile with a `sudo`, before its first diagnostics."""
    allow(monkeypatch, real_program().parent)
    with RawClient(REAL_SERVER) as client:
        yield Opened(client, tmp_path)
        assert client.stderr() == ""


@pytest.mark.slow
def test_findings_come_by_themselves(opened: Opened) -> None:
    """Ours come first, without waiting for hadolint."""
    assert opened.published() == []
    (found,) = opened.published()
    assert (found["source"], found["code"], found["severity"]) == ("hadolint", "DL3004", 2)
    assert found["range"] == {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 8}}


@pytest.mark.slow
def test_an_edit_moves_a_finding_or_removes_it(opened: Opened) -> None:
    """At once; what hadolint says of the new text comes after the pause."""
    assert [opened.codes(), opened.codes()] == [[], [("DL3004", 1)]]

    opened.edit((1, 0, 1, 0, "RUN wget x\n"))
    assert opened.codes() == [("DL3004", 2)]
    assert sorted(opened.codes()) == [("DL3004", 2), ("DL3047", 1), ("DL3059", 2)]

    opened.edit((2, 4, 2, 9, ""))
    assert opened.codes() == [("DL3047", 1)]
    assert sorted(opened.codes()) == [("DL3047", 1), ("DL3059", 2)]


@pytest.mark.slow
def test_a_client_that_pulls_is_asked_to_pull_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When hadolint has found something."""
    allow(monkeypatch, real_program().parent)
    uri = (tmp_path / "Dockerfile").as_uri()
    with RawClient(REAL_SERVER) as client:
        client.initialize(**{**VS_CODE, "workspace": {"diagnostics": {"refreshSupport": True}}})

        def pull() -> list[str]:
            report = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            return [each["code"] for each in report["items"]]

        client.open(uri, SUDO)
        assert pull() == []
        client.answer("workspace/diagnostic/refresh", None)
        assert pull() == ["DL3004"]


@pytest.mark.slow
def test_the_action_writes_the_comment_of_hadolint(opened: Opened) -> None:
    """And hadolint honours it, with its next report."""
    opened.codes()
    (found,) = opened.published()
    params = {"textDocument": {"uri": opened.uri}, "range": found["range"], "context": {"diagnostics": [found]}}
    (action,) = [each for each in opened.client.request("textDocument/codeAction", params) if each["title"] == ACTION]
    (edits,) = action["edit"]["changes"].values()
    assert [edit["newText"] for edit in edits] == ["# hadolint ignore=DL3004\n"]

    opened.edit((1, 0, 1, 0, edits[0]["newText"]))
    assert opened.codes() == [("DL3004", 2)]
    assert opened.codes() == []


@pytest.mark.slow
def test_settings_switch_it_off_and_on(opened: Opened) -> None:
    """Without a new run."""
    assert [opened.codes(), opened.codes()] == [[], [("DL3004", 1)]]
    for severity, found in (("off", []), ("hint", [("DL3004", 1)])):
        settings = {"azuremlDockerfile": {"rules": {"hadolint": severity}, "registry.enabled": False}}
        opened.client.notify("workspace/didChangeConfiguration", {"settings": settings})
        assert opened.codes() == found


@pytest.mark.slow
def test_a_change_of_its_configuration_counts(opened: Opened, tmp_path: Path) -> None:
    """When the editor reports it, and when the Dockerfile is saved."""
    assert [opened.codes(), opened.codes()] == [[], [("DL3004", 1)]]
    configuration = tmp_path / ".hadolint.yaml"
    configuration.write_text("ignored: [DL3004]\n")
    changes = [{"uri": configuration.as_uri(), "type": 1}]
    opened.client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    # A YAML that changes can also change the build context, so the old findings may come once more.
    while opened.codes():
        pass

    configuration.unlink()
    opened.client.notify("textDocument/didSave", {"textDocument": {"uri": opened.uri}})
    assert opened.codes() == [("DL3004", 1)]


@pytest.mark.slow
def test_a_run_for_an_old_text_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit kills the process, and closing the document does too; no finding of it is shown."""
    held, project = tmp_path / "held", tmp_path / "project"
    os.mkfifo(held)
    project.mkdir()
    allow(monkeypatch, write_program(tmp_path / "bin", f"exec 3>{held}; echo x >&3; sleep 1000").parent)
    with RawClient(REAL_SERVER) as client:
        opened = Opened(client, project)
        assert opened.codes() == []
        for end in (lambda: opened.edit((1, 0, 1, 0, "# a\n")), lambda: _close(opened)):
            with open(held) as pipe:
                assert pipe.readline() == "x\n"
                end()
                # The pipe ends with the process that holds it.
                assert pipe.read() == ""
        client.request("shutdown")
        assert client.stderr() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_hadolint_ends_with_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    """A signal that ends the server leaves no process behind."""
    held, project = tmp_path / "held", tmp_path / "project"
    os.mkfifo(held)
    project.mkdir()
    allow(monkeypatch, write_program(tmp_path / "bin", f"exec 3>{held}; echo x >&3; sleep 1000").parent)
    with RawClient(REAL_SERVER) as client:
        Opened(client, project)
        with open(held) as pipe:
            assert pipe.readline() == "x\n"
            client.process.send_signal(number)
            assert pipe.read() == ""
        assert client.exit_status() == 128 + number


def _close(opened: Opened) -> None:
    opened.client.notify("textDocument/didClose", {"textDocument": {"uri": opened.uri}})


@pytest.mark.slow
def test_a_broken_hadolint_is_one_line_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it fails."""
    project = tmp_path / "project"
    project.mkdir()
    count = tmp_path / "count"
    allow(monkeypatch, write_program(tmp_path / "bin", f"echo >>{count}; exit 3").parent)
    with RawClient(REAL_SERVER) as client:
        opened = Opened(client, project)
        assert opened.codes() == []
        # An edit ends a program that runs, and then it has not failed.
        wait_until(lambda: client.stderr().count("hadolint"))
        for runs in (2, 3):
            opened.edit((0, 0, 0, 0, "# a\n"))
            assert opened.codes() == []
            wait_until(lambda runs=runs: count.read_text().count("\n") == runs)
        client.request("shutdown")
        assert client.stderr().count("hadolint") == 1


def test_a_program_of_the_workspace_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder may be on the `PATH`; the next hadolint there is run."""
    project = tmp_path / "project"
    allow(monkeypatch, real_program().parent)
    program = write_program(project / "bin", f"echo >{tmp_path}/was-run")
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    with RawClient(REAL_SERVER) as client:
        opened = Opened(client, project)
        assert [opened.codes(), opened.codes()] == [[], [("DL3004", 1)]]
    assert not (tmp_path / "was-run").exists()
