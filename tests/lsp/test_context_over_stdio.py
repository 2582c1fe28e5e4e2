"""The build context as editors see it: findings follow the files, links lead to them, hints say what is not written."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.raw_client import REAL_SERVER, Json, RawClient, change

DOCKERFILE = """\
FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py
"""
SCRIPT = "def init():\n    pass\n\ndef run(data):\n    return data\n"
WITHOUT_RUN = "def init():\n    pass\n"
WATCHING: Json = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
RELATED: Json = {"textDocument": {"publishDiagnostics": {"relatedInformation": True}}}


class Project:
    """A folder with a Dockerfile, a scoring script, and an editor that has the Dockerfile open."""

    def __init__(self, client: RawClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.uri = (folder / "Dockerfile").as_uri()
        self.script = folder / "code" / "score.py"
        self.script.parent.mkdir()
        self.script.write_text(SCRIPT)
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


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project whose Dockerfile is right, and an editor that has not opened it yet."""
    with RawClient(REAL_SERVER) as client:
        yield Project(client, tmp_path)


def codes(findings: list[Json]) -> list[str]:
    """The names of the rules that found something."""
    return [finding["code"] for finding in findings]


def test_a_script_that_fits_raises_nothing(project: Project) -> None:
    """The script is read, and has what the server needs."""
    assert project.open() == []


def test_a_changed_script_refreshes_the_dockerfile(project: Project) -> None:
    """The editor is asked to tell of changes, and the findings follow them without an edit of the Dockerfile."""
    project.client.initialize(root=project.folder.as_uri(), **WATCHING)
    registered = project.client.answer("client/registerCapability", None)
    assert [one["method"] for one in registered["registrations"]] == ["workspace/didChangeWatchedFiles"]
    project.client.open(project.uri, DOCKERFILE)
    assert project.findings() == []

    project.script.write_text(WITHOUT_RUN)
    project.client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": project.script.as_uri(), "type": 2}]})
    assert codes(project.findings()) == ["InvalidEntryScript"]


def test_an_open_script_counts_as_it_is_in_the_editor(project: Project) -> None:
    """Not as it was saved; when it is closed, the saved one counts again. It is no Dockerfile itself."""
    assert project.open() == []

    script = project.script.as_uri()
    project.client.open(script, WITHOUT_RUN, language="python")
    assert codes(project.findings()) == ["InvalidEntryScript"]
    project.client.send(change(script, 2, SCRIPT))
    assert project.findings() == []
    project.client.send(change(script, 3, WITHOUT_RUN))
    assert codes(project.findings()) == ["InvalidEntryScript"]
    project.client.notify("textDocument/didClose", {"textDocument": {"uri": script}})
    assert project.findings() == []


def test_a_change_that_nobody_told_of_is_seen_with_the_next_edit(project: Project) -> None:
    """Many editors watch no files; after a second the context is read anew."""
    assert project.open() == []
    project.script.unlink()

    found: list[str] = []
    for version in range(2, 100):
        project.client.send(change(project.uri, version, f"{DOCKERFILE}# {version}\n"))
        if found := codes(project.findings()):
            break
        time.sleep(0.05)
    assert found == ["EntryScriptNotFound"]


def test_the_place_in_the_script_is_related_information(project: Project) -> None:
    """Its range counts in the script; an editor that takes none gets the same finding without it."""
    text = "# ☃\ndef init():\n    pass\n\ndef run():\n    pass\n"
    project.script.write_text(text)

    (finding,) = project.open(**RELATED)
    (related,) = finding["relatedInformation"]
    start, end = related["location"]["range"]["start"], related["location"]["range"]["end"]
    assert related["location"]["uri"] == project.script.as_uri()
    assert start["line"] == end["line"] == 4
    assert "run" in text.splitlines()[4][start["character"] : end["character"]]


def test_a_client_without_related_information_gets_none(project: Project) -> None:
    """The finding says enough by itself."""
    project.script.write_text(WITHOUT_RUN)

    (finding,) = project.open()
    assert "relatedInformation" not in finding


def test_the_context_is_the_folder_of_the_setting(project: Project) -> None:
    """A relative one counts from the workspace's folder."""
    (project.folder / "docker").mkdir()
    project.uri = (project.folder / "docker" / "Dockerfile").as_uri()
    options = {"buildContext": "."}
    project.client.initialize(root=project.folder.as_uri(), options=options)
    project.client.open(project.uri, DOCKERFILE.replace("score.py", "predict.py"))

    assert codes(project.findings()) == ["EntryScriptNotFound"]


def test_links_lead_to_pages_and_files(project: Project) -> None:
    """The image has its page, the entry script is in the build context."""
    project.open(textDocument={"documentLink": {"tooltipSupport": True}})

    found = {link["range"]["start"]["line"]: link for link in project.request("documentLink")}
    assert found[0]["target"].startswith("https://mcr.microsoft.com/artifact/mar/azureml/minimal-py312-inference")
    assert found[2]["target"] == project.script.as_uri()
    assert "code/score.py" in found[2]["tooltip"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["= TAG, as dockeruser", "dockeruser → root"]),
        ({"inlayHints": {"tags": False}}, ["as dockeruser", "dockeruser → root"]),
        ({"inlayHints": {"users": False}}, ["= TAG"]),
    ],
)
def test_hints_say_what_is_not_written(project: Project, options: Json, expected: list[str]) -> None:
    """What `latest` stands for, and who runs it; each has its setting."""
    project.client.initialize(root=project.folder.as_uri(), options=options)
    project.client.open(project.uri, f"{DOCKERFILE}USER root\n")

    range_ = {"start": {"line": 0, "character": 0}, "end": {"line": 4, "character": 0}}
    hints = project.request("inlayHint", range=range_)
    assert [re.sub(r"\d{8}\.v\d+", "TAG", hint["label"]) for hint in hints] == expected


def test_all_safe_fixes_are_one_action(project: Project) -> None:
    """It is offered under its kind, and when nothing is asked for; where there is nothing to fix, it is not."""
    text = f"{DOCKERFILE}RUN pip install –r requirements.txt numpy>=1.2\n"
    project.open(text)
    range_ = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}

    (action,) = project.request("codeAction", range=range_, context={"diagnostics": [], "only": ["source.fixAll"]})
    edits = action["edit"]["changes"][project.uri]
    assert action["kind"] == "source.fixAll"
    assert sorted(edit["newText"] for edit in edits) == ["'numpy>=1.2'", "-"]

    project.client.send(change(project.uri, 2, DOCKERFILE))
    assert project.request("codeAction", range=range_, context={"diagnostics": [], "only": ["source"]}) == []


def test_findings_can_be_ignored(project: Project) -> None:
    """Here or in the file, after the repairs."""
    project.open(f"{DOCKERFILE}RUN pip install numpy>=1.2\n")
    range_ = {"start": {"line": 3, "character": 20}, "end": {"line": 3, "character": 20}}

    actions = project.request("codeAction", range=range_, context={"diagnostics": [], "only": ["quickfix"]})
    assert [action["title"] for action in actions][1:] == [
        "Ignore UnquotedRequirement here",
        "Ignore UnquotedRequirement in this file",
    ]


def test_the_ignore_file_of_a_dockerfile_is_none(project: Project) -> None:
    """Editors take it for one, by the beginning of its name."""
    uri = f"{project.uri}.dockerignore"
    project.client.initialize(root=project.folder.as_uri())
    project.client.open(uri, "*.key\n")
    project.client.open(project.uri, "FROM mcr.microsoft.com/azureml/minimal-py312-inference\n")
    assert project.client.notification("textDocument/publishDiagnostics")["uri"] == project.uri
