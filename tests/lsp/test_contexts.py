"""The build context as editors see it: findings follow the files, links lead to them, hints say what is not written."""

from __future__ import annotations

import time

import pytest

from tests.lsp.projects import DOCKERFILE, SCRIPT, Project
from tests.lsp.raw_client import Json, change

ENVIRONMENT = """\
$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
name: my-env
build:
  path: .
"""
WITHOUT_RUN = "def init():\n    pass\n"
WATCHING: Json = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
RELATED: Json = {"textDocument": {"publishDiagnostics": {"relatedInformation": True}}}


def codes(findings: list[Json]) -> list[str]:
    """The names of the rules that found something."""
    return [finding["code"] for finding in findings]


def test_a_script_that_fits_raises_nothing(project: Project) -> None:
    """The script is read, and has what the server needs."""
    assert project.open() == []


def test_a_changed_script_refreshes_the_dockerfile(project: Project) -> None:
    """The editor is asked to report changes, and the findings follow them without an edit of the Dockerfile."""
    project.client.initialize(root=project.folder.as_uri(), **WATCHING)
    registered = project.client.answer("client/registerCapability", None)
    assert [one["method"] for one in registered["registrations"]] == ["workspace/didChangeWatchedFiles"]
    project.client.open(project.uri, DOCKERFILE)
    assert project.findings() == []

    project.script.write_text(WITHOUT_RUN)
    project.client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": project.script.as_uri(), "type": 2}]})
    assert codes(project.findings()) == ["InvalidEntryScript"]


def test_a_yaml_that_names_the_context_makes_a_missing_source_an_error(project: Project) -> None:
    """The YAML appears while the Dockerfile is open."""
    text = f"{DOCKERFILE}COPY absent.txt /tmp/\n"
    project.client.initialize(root=project.folder.as_uri(), **WATCHING)
    project.client.open(project.uri, text)
    [assumed] = project.findings()
    assert (assumed["code"], assumed["severity"]) == ("MissingSource", 2)

    yaml = project.folder / "env.yml"
    yaml.write_text(ENVIRONMENT)
    project.client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": yaml.as_uri(), "type": 1}]})
    [known] = project.findings()
    assert (known["code"], known["severity"]) == ("MissingSource", 1)
    assert "env.yml names" in known["message"]


def test_an_open_script_counts_as_it_is_in_the_editor(project: Project) -> None:
    """Not as it was saved; when it is closed, the saved one counts again. It is not a Dockerfile itself."""
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


@pytest.mark.slow
def test_a_change_that_nobody_told_of_is_seen_with_the_next_edit(project: Project) -> None:
    """Many editors watch no files; after a second the context is read again."""
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


def test_the_ignore_file_of_a_dockerfile_is_none(project: Project) -> None:
    """Editors take it for one, by the beginning of its name."""
    uri = f"{project.uri}.dockerignore"
    project.client.initialize(root=project.folder.as_uri())
    project.client.open(uri, "*.key\n")
    project.client.open(project.uri, "FROM mcr.microsoft.com/azureml/minimal-py312-inference\n")
    assert project.client.notification("textDocument/publishDiagnostics")["uri"] == project.uri
