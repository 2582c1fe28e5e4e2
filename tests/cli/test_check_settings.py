"""The settings and the build context of `check`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import (
    CLEAN,
    COMMAND,
    IMAGE,
    WARNING,
    Outcome,
    run,
)
from tests.waiting import PATIENCE

# Settings


def test_the_settings_of_the_project_are_in_force(folder: Path) -> None:
    """They set severities, and so the exit status; each Dockerfile has the settings of its own folder."""
    for name in ("loose", "strict"):
        (folder / name).mkdir()
        (folder / name / "Dockerfile").write_text(f"FROM {IMAGE}\nUSER root\n")
    Path("loose/.azureml-dockerfile.toml").write_text('[rules]\nUntaggedImage = "off"\nFinalUserRoot = "hint"\n')
    Path("strict/pyproject.toml").write_text('[tool.azureml-dockerfile.rules]\nuntaggedimage = "Error"\n')
    found = [
        (finding["path"], finding["rule"], finding["severity"])
        for finding in run("check", "--format", "json", ".").findings
    ]
    assert found == [
        ("loose/Dockerfile", "FinalUserRoot", "hint"),
        ("strict/Dockerfile", "UntaggedImage", "error"),
        ("strict/Dockerfile", "FinalUserRoot", "warning"),
    ]
    assert run("check", "loose").status == 0
    assert run("check", "strict", "--fail-on", "error").status == 1


def test_standard_input_has_the_settings_of_the_current_folder(folder: Path) -> None:
    """There is no other folder that it could belong to."""
    Path(".azureml-dockerfile.toml").write_text('[rules]\nFinalUserRoot = "off"\n')
    assert run("check", "-", stdin=WARNING) == Outcome(0, "no findings in 1 file\n", [])


def test_a_removed_current_folder_has_no_settings(folder: Path) -> None:
    """Standard input is checked with the defaults."""
    command = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    process = subprocess.run(
        ["/bin/sh", "-c", command, "sh", *COMMAND, "check", "-"],
        input=CLEAN.encode(),
        capture_output=True,
        timeout=PATIENCE,
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, b"no findings in 1 file\n", b"")


def test_an_invalid_setting_is_reported_once_and_the_others_apply(folder: Path) -> None:
    """The exit status is 2, as for an invalid option."""
    settings = folder / ".azureml-dockerfile.toml"
    settings.write_text('[rules]\nFinalUserRoot = "off"\nUntagedImage = "off"\n')
    for name in ("a", "b"):
        Path(f"{name}.dockerfile").write_text(f"FROM {IMAGE}\nUSER root\n")
    outcome = run("check", "--format", "json", ".")
    assert outcome.status == 2
    assert outcome.errors == [
        f"azureml-dockerfile-ls: {settings}:3: rules.UntagedImage: unknown rule; did you mean UntaggedImage?"
    ]
    *found, problem = outcome.findings
    assert [finding["rule"] for finding in found] == ["UntaggedImage", "UntaggedImage"]
    assert (problem["path"], problem["rule"], problem["line"]) == (str(settings), None, 3)
    summary = run("check", ".").output.splitlines()[-1]
    assert summary == "2 information in 2 files, 1 problem in the settings"


def test_a_damaged_settings_file_is_reported_with_its_line(folder: Path) -> None:
    """The Dockerfile is checked with the defaults."""
    settings = folder / ".azureml-dockerfile.toml"
    settings.write_text("[rules]\nFinalUserRoot: off\n")
    Path("Dockerfile").write_text(WARNING)
    outcome = run("check", "--format", "json", ".")
    assert outcome.status == 2
    (line,) = outcome.errors
    assert line.startswith(f"azureml-dockerfile-ls: {settings}:2: ")
    assert [finding["rule"] for finding in outcome.findings] == ["FinalUserRoot", None]


# The build context

NEEDS_SCRIPT = f"{CLEAN}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n"
"""A Dockerfile without findings if its context has `code/score.py`."""


def missing_script(outcome: Outcome) -> bool:
    """Whether the entry script is reported as missing."""
    assert outcome.errors == []
    return "[EntryScriptNotFound]" in outcome.output


@pytest.fixture
def scripts(folder: Path) -> Path:
    """A folder with two contexts, each with a Dockerfile: one has its script, the other has a different one."""
    for name, script in (("good", "score.py"), ("bad", "other.py")):
        (folder / name / "code").mkdir(parents=True)
        (folder / name / "code" / script).write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
        (folder / name / "Dockerfile").write_text(NEEDS_SCRIPT)
    return folder


def test_the_context_is_the_folder_of_the_dockerfile(scripts: Path) -> None:
    """The current folder does not matter."""
    assert not missing_script(run("check", "good/Dockerfile"))
    assert missing_script(run("check", "bad/Dockerfile"))


def test_an_option_sets_the_context(scripts: Path) -> None:
    """It has priority over the settings and over the folder of the Dockerfile."""
    Path(".azureml-dockerfile.toml").write_text('buildContext = "bad"\n')
    assert missing_script(run("check", "good/Dockerfile"))
    assert not missing_script(run("check", "bad/Dockerfile", "--context", "good"))
    assert missing_script(run("check", "good/Dockerfile", "--context", scripts / "bad"))


@pytest.mark.slow
def test_standard_input_has_only_the_context_of_the_option(scripts: Path) -> None:
    """Neither standard input nor a pipe has a folder; `--context` names one."""
    Path("bad/.azureml-dockerfile.toml").write_text('buildContext = "."\n')
    assert not missing_script(run("check", "-", stdin=NEEDS_SCRIPT, cwd=scripts / "bad"))
    assert not missing_script(run("check", "/dev/stdin", stdin=NEEDS_SCRIPT, cwd=scripts / "bad"))
    assert missing_script(run("check", "-", "--context", "bad", stdin=NEEDS_SCRIPT))
    assert not missing_script(run("check", "-", "--context", "good", stdin=NEEDS_SCRIPT))


def test_the_dockerfile_can_be_in_a_subfolder_of_its_context(scripts: Path) -> None:
    """Its own ignore file is beside it."""
    (scripts / "good" / "docker").mkdir()
    Path("good/docker/Dockerfile").write_text(NEEDS_SCRIPT)
    assert not missing_script(run("check", "good/docker/Dockerfile", "--context", "good"))
    Path("good/docker/Dockerfile.dockerignore").write_text("code/*.py\n")
    assert missing_script(run("check", "good/docker/Dockerfile", "--context", "good"))


def test_a_context_in_the_settings_that_is_not_a_folder_is_reported_once(scripts: Path) -> None:
    """The context is then unknown, so the rules that read it are silent; the exit status is 2."""
    settings = scripts / ".azureml-dockerfile.toml"
    settings.write_text('buildContext = "nowhere"\n')
    outcome = run("check", "good", "bad")
    path = scripts / "nowhere"
    assert outcome.errors == [f"azureml-dockerfile-ls: {settings}:1: buildContext: {path} is not a folder"]
    assert outcome.status == 2
    assert "[EntryScriptNotFound]" not in outcome.output


def test_a_related_place_is_printed_below_the_finding(scripts: Path) -> None:
    """The text report has a line for it, SARIF a related location; JSON does not have it."""
    script = Path("good/code/score.py")
    script.write_text("def init():\n    pass\n\n\ndef run(*data):\n    return data\n")
    lines = run("check", "good").output.splitlines()
    assert "[InvalidEntryScript]" in lines[0]
    assert re.match(r"  good/code/score\.py:5:\d+: ", lines[1])
    (result,) = run("check", "--format", "sarif", "good").sarif_run["results"]
    (related,) = result["relatedLocations"]
    place = related["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "good/code/score.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"]["startLine"] == 5
    assert related["message"]["text"] in lines[1]
    (finding,) = run("check", "--format", "json", "good").findings
    assert set(finding) == {
        *("path", "rule", "severity", "message", "line", "column", "endLine", "endColumn", "url", "fixes")
    }
