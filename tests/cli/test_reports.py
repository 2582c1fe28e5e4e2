"""The reports of `check` for programs: SARIF and GitHub."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.command import (
    CLEAN,
    ERROR,
    HINT,
    IMAGE,
    INFORMATION,
    WARNING,
    Outcome,
    run,
)

# SARIF


def test_sarif_has_each_finding_with_its_region_and_its_rule(folder: Path) -> None:
    """Columns are code points, and the end is the position of the next character, as in JSON."""
    (folder / "a folder").mkdir()
    Path("a folder/Dockerfile").write_text(f"{CLEAN}RUN echo 🐍 && apt-get update\n", encoding="utf-8")
    outcome = run("check", "--format", "sarif", ".")
    assert outcome.status == 1
    log = outcome.sarif_run
    assert log["columnKind"] == "unicodeCodePoints"
    (result,) = log["results"]
    rule = log["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "PackageInstallWithoutRoot"
    assert rule["help"]["markdown"].startswith(rule["shortDescription"]["text"])
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert result["level"] == "error"
    (finding,) = run("check", "--format", "json", ".").findings
    assert result["message"]["text"] == finding["message"]
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20folder/Dockerfile", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2, "startColumn": 15, "endLine": 2, "endColumn": 22},
            }
        }
    ]


@pytest.mark.parametrize("line", ['VOLUME [""]', "RUN --mount= a", "RUN --network= a", "RUN --mount=target=/x, a"])
def test_sarif_has_no_empty_region(folder: Path, line: str) -> None:
    """What is empty is marked with what is around it, because viewers show nothing of an empty region."""
    Path("Dockerfile").write_text(f"FROM alpine\n{line}\n")
    for result in run("check", "--format", "sarif", ".").sarif_run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])


@pytest.mark.parametrize(
    ("content", "level"), [(ERROR, "error"), (WARNING, "warning"), (INFORMATION, "note"), (HINT, "note")]
)
def test_sarif_has_three_levels(folder: Path, content: str, level: str) -> None:
    """Information and hints are notes."""
    Path("Dockerfile").write_text(content)
    assert [result["level"] for result in run("check", "--format", "sarif", ".").sarif_run["results"]] == [level]


def test_sarif_of_a_clean_file_has_no_results(folder: Path) -> None:
    """Code scanning then closes what was reported before."""
    Path("Dockerfile").write_text(CLEAN)
    log = run("check", "--format", "sarif", "Dockerfile").sarif_run
    assert log["results"] == []
    assert log["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_sarif_reports_files_that_could_not_be_checked(folder: Path) -> None:
    """A missing file does not look like a clean one."""
    log = run("check", "--format", "sarif", "missing").sarif_run
    (invocation,) = log["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification == {
        "level": "error",
        "message": {"text": "missing: No such file or directory"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "missing", "uriBaseId": "%SRCROOT%"}}}],
    }


def test_sarif_has_the_repairs(folder: Path) -> None:
    """The replacements of a fix give the repaired text."""
    text = f"{CLEAN}RUN pip install 🐍–r requirements.txt\r\n".replace("🐍", "")
    Path("Dockerfile").write_text(text, encoding="utf-8", newline="")
    (result,) = run("check", "--format", "sarif", "Dockerfile").sarif_run["results"]
    assert result["ruleId"] == "TypographicCharacter"
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "Dockerfile", "uriBaseId": "%SRCROOT%"}
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    assert (region["startLine"], region["endLine"]) == (2, 2)
    line = text.splitlines()[1]
    repaired = (
        line[: region["startColumn"] - 1] + replacement["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
    )
    assert repaired == "RUN pip install -r requirements.txt"


def test_braces_in_sarif_messages_are_escaped(folder: Path) -> None:
    """SARIF reads `{0}` as a placeholder."""
    Path("Dockerfile").write_text(f"{CLEAN}STOPSIGNAL {{0}}\n")
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    (result,) = run("check", "--format", "sarif", "Dockerfile").sarif_run["results"]
    assert "{0}" in finding["message"]
    assert result["message"]["text"] == finding["message"].replace("{", "{{").replace("}", "}}")


@pytest.mark.slow
def test_a_file_outside_the_current_folder_has_an_absolute_uri(folder: Path) -> None:
    """A relative URI would name another file where the log is read; standard input is `-`."""
    (folder / "here").mkdir()
    Path("Dockerfile").write_text(INFORMATION)
    for path, stdin, expected in (
        ("../Dockerfile", "", {"uri": (folder / "Dockerfile").as_uri()}),
        ("-", INFORMATION, {"uri": "-", "uriBaseId": "%SRCROOT%"}),
    ):
        (result,) = run("check", "--format", "sarif", path, stdin=stdin, cwd=folder / "here").sarif_run["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"] == expected


# GitHub


def test_github_output_has_a_command_for_each_finding(folder: Path) -> None:
    """GitHub shows each as an annotation; information and hints are notices."""
    Path("Dockerfile").write_text(f"FROM {IMAGE}\nRUN apt-get update\nUSER root\n")
    outcome = run("check", "--format", "github", ".")
    assert outcome.status == 1
    commands = [line.partition("::")[2].partition("::") for line in outcome.output.splitlines()]
    assert [properties for properties, _, _ in commands] == [
        "notice file=Dockerfile,line=1,col=6,endLine=1,endColumn=55,title=UntaggedImage",
        "error file=Dockerfile,line=2,col=5,endLine=2,endColumn=12,title=PackageInstallWithoutRoot",
        "warning file=Dockerfile,line=3,col=6,endLine=3,endColumn=10,title=FinalUserRoot",
    ]
    messages = {finding["message"] for finding in run("check", "--format", "json", ".").findings}
    assert {message for _, _, message in commands} == messages


def test_github_output_of_a_clean_file_is_empty(folder: Path) -> None:
    """There is no empty line either."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "--format", "github", ".") == Outcome(0, "", [])


def test_github_commands_are_escaped(folder: Path) -> None:
    """Neither a file name nor a message can end its command or start another one."""
    Path("a,b:c%.dockerfile").write_text(f"{CLEAN}STOPSIGNAL %0A\r::error::forged\x1b[2J\n", newline="")
    (line,) = run("check", "--format", "github", ".").output.splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25.dockerfile,line=2,")
    assert "%250A%0D::error::forged\\x1b[2J" in line


def test_a_finding_that_spans_lines_has_no_columns_for_github(folder: Path) -> None:
    """GitHub rejects columns in such an annotation."""
    Path("Dockerfile").write_text(f"{CLEAN}STOPSIGNAL a \\\n  b\n")
    places = [
        (finding["line"], finding["endLine"], finding["rule"])
        for finding in run("check", "--format", "json", ".").findings
        if finding["line"] != finding["endLine"]
    ]
    assert places == [(2, 3, "ParseError")]
    assert run("check", "--format", "github", ".").output.startswith(
        "::error file=Dockerfile,line=2,endLine=3,title=ParseError::"
    )


@pytest.mark.parametrize("output", ["github", "sarif"])
def test_paths_are_relative_to_the_workspace_of_a_workflow(folder: Path, output: str) -> None:
    """A step may run in a subfolder, but GitHub expects paths in the repository."""
    (folder / "sub").mkdir()
    Path("sub/Dockerfile").write_text(INFORMATION)
    environment = {**os.environ, "GITHUB_WORKSPACE": str(folder)}
    outcome = run("check", "--format", output, "Dockerfile", cwd=folder / "sub", env=environment)
    assert ("file=sub/Dockerfile," if output == "github" else '"uri": "sub/Dockerfile"') in outcome.output
