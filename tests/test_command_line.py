"""The command `azureml-dockerfile-ls`, run as users and CI run it: as a process of its own."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

from azureml_dockerfile_ls import __version__
from azureml_dockerfile_ls.rules.pages import page_text
from azureml_dockerfile_ls.rules.registry import RULES
from tests.lsp.raw_client import frame, split
from tests.machine import require
from tests.waiting import PATIENCE, wait_until

COMMAND = [sys.executable, "-m", "azureml_dockerfile_ls"]
EXAMPLE = Path(__file__).parent / "example" / "Dockerfile"

IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference"
CLEAN = f"FROM {IMAGE}:latest\n"
ERROR = f"{CLEAN}RUN apt-get update\n"
WARNING = f"{CLEAN}USER root\n"
INFORMATION = f"FROM {IMAGE}\n"
HINT = f'{CLEAN}USER root\nCMD ["sleep"]\n'


class Outcome(NamedTuple):
    """How a run of the command ended."""

    status: int
    output: str
    errors: list[str]
    """The lines of standard error."""

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The output, as JSON."""
        found = json.loads(self.output)
        assert isinstance(found, list)
        return found


def run(
    *arguments: str | Path | bytes, stdin: str | bytes = b"", prefix: tuple[str, ...] = (), **options: Any
) -> Outcome:
    """The outcome of the command. It never shows a traceback, and never hangs."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    command = [*prefix, *COMMAND, *arguments]
    process = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, **options)
    errors = process.stderr.decode(errors="replace").splitlines()
    assert not any("Traceback" in line or "Exception" in line for line in errors), errors
    return Outcome(process.returncode, process.stdout.decode(errors="replace"), errors)


def waiting_bytes(pipe: int) -> int:
    """How much was written into a pipe and not read yet."""
    answer = fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4)
    return int.from_bytes(answer, sys.byteorder)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which the command runs in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# What is printed


def test_text_output_has_one_line_for_each_finding(folder: Path) -> None:
    """File, line, column, severity, message, rule: as compilers print it; and a count at the end."""
    Path("Dockerfile").write_text(f"FROM {IMAGE}\nRUN apt-get update\n")
    untagged = "minimal-py312-inference has no tag, so Docker takes latest: say so, or pin a tag."
    no_root = "apt-get runs as dockeruser here, and fails: only root may change the system's packages."
    assert run("check", "Dockerfile") == Outcome(
        1,
        f"Dockerfile:1:6: information: {untagged} [UntaggedImage]\n"
        f"Dockerfile:2:5: error: {no_root} [PackageInstallWithoutRoot]\n"
        "1 error, 1 information in 1 file\n",
        [],
    )


def test_a_clean_file_is_said_to_be_clean(folder: Path) -> None:
    """So nobody wonders whether it was looked at."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "Dockerfile") == Outcome(0, "no findings in 1 file\n", [])


def test_json_output_is_a_list_of_findings(folder: Path) -> None:
    """Lines and columns count from 1; the end is where the next character stands."""
    Path("Dockerfile").write_text(ERROR)
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    url = finding.pop("url")
    assert finding == {
        "path": "Dockerfile",
        "rule": "PackageInstallWithoutRoot",
        "severity": "error",
        "message": "apt-get runs as dockeruser here, and fails: only root may change the system's packages.",
        "line": 2,
        "column": 5,
        "endLine": 2,
        "endColumn": 12,
        "fixes": ["Switch to root for it, and back to dockeruser"],
    }
    page = Path(url2pathname(urlparse(url).path))
    assert page.read_text(encoding="utf-8").startswith("# PackageInstallWithoutRoot (error)")


def test_json_of_a_clean_file_is_an_empty_list(folder: Path) -> None:
    """And nothing else is printed, so that a program can read it."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "--format", "json", "Dockerfile") == Outcome(0, "[]\n", [])


def test_an_error_of_the_builder_links_to_the_reference_of_the_language(folder: Path) -> None:
    """There is more to read than we could say."""
    Path("Dockerfile").write_text(f"{CLEAN}RUM x\n")
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    assert finding["rule"] == "ParseError"
    assert finding["url"] == "https://docs.docker.com/reference/dockerfile/"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (f"{CLEAN}RUN echo 🐍🐍 && apt-get update\n", (2, 16, 2, 23)),
        (f"{CLEAN}RUN echo 🐍🐍 && apt-get update\n".replace("\n", "\r\n"), (2, 16, 2, 23)),
        (f"\ufeff{CLEAN}RUN apt-get update\n", (2, 5, 2, 12)),
        (f"{CLEAN}RUN true && \\\n    apt-get update", (3, 5, 3, 12)),
        (f"{CLEAN}RUN true\u2028\x0c && apt-get update", (2, 15, 2, 22)),
    ],
    ids=["emoji", "crlf", "bom", "continued", "other line separators"],
)
def test_columns_count_characters(folder: Path, content: str, place: tuple[int, ...]) -> None:
    """An emoji is one; a byte order mark is none; only line feeds and carriage returns end a line."""
    Path("Dockerfile").write_bytes(content.encode())
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    assert (finding["line"], finding["column"], finding["endLine"], finding["endColumn"]) == place


def test_a_byte_order_mark_does_not_shift_the_first_line(folder: Path) -> None:
    """As editors count."""
    Path("Dockerfile").write_bytes(f"\ufeff{INFORMATION}".encode())
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    assert (finding["line"], finding["column"]) == (1, 6)


def test_what_a_file_holds_cannot_act_on_the_terminal(folder: Path) -> None:
    """Control characters in a message are written out, so that it stays on its line; JSON escapes them itself."""
    Path("Dockerfile").write_text(f'{CLEAN}STOPSIGNAL "a\rDockerfile:1:1: error: forged\x1b[2J\n', newline="")
    outcome = run("check", "Dockerfile")
    assert len(outcome.output.splitlines()) == 2
    assert "\\rDockerfile:1:1: error: forged\\x1b[2J" in outcome.output
    assert "\r" in run("check", "--format", "json", "Dockerfile").findings[0]["message"]


def test_the_example_of_the_readme_gives_what_the_readme_says(folder: Path) -> None:
    """One thing: the base image has no tag."""
    outcome = run("check", EXAMPLE)
    assert outcome.status == 0
    assert outcome.output.endswith("1 information in 1 file\n")
    assert "[UntaggedImage]" in outcome.output


def test_the_installed_command_is_the_same(folder: Path) -> None:
    """`pip install` puts it beside Python."""
    script = shutil.which("azureml-dockerfile-ls", path=str(Path(sys.executable).parent))
    if script is None:
        pytest.skip("azureml-dockerfile-ls is not installed beside this Python")
    Path("Dockerfile").write_text(ERROR)
    process = subprocess.run([script, "check", "Dockerfile"], capture_output=True, text=True, timeout=30)
    assert process.returncode == 1
    assert process.stdout == run("check", "Dockerfile").output


def test_a_terminal_with_few_characters_costs_no_report(folder: Path) -> None:
    """In the C locale what cannot be shown is written out."""
    Path("Dockerfile").write_text(f"{CLEAN}RUN pip install –r requirements.txt\n", encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    outcome = run("check", "Dockerfile", env=environment)
    assert outcome.status == 1
    assert "[TypographicCharacter]" in outcome.output
    assert "\\u201c-\\u201d" in outcome.output
    explained = run("explain", "TypographicCharacter", env=environment)
    assert explained.status == 0
    assert "\\u2013r" in explained.output


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_reader_that_has_seen_enough_is_no_error(folder: Path, output: str) -> None:
    """`… | head -1` ends quietly, with the status of what was found."""
    Path("Dockerfile").write_text(CLEAN + "RUN apt-get update\n" * 20_000)
    with subprocess.Popen(
        [*COMMAND, "check", "--format", output, "Dockerfile"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1


def test_a_full_disk_is_told(folder: Path) -> None:
    """A report that was not written is no report."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    Path("Dockerfile").write_text(CLEAN)
    with open("/dev/full", "wb") as full:
        process = subprocess.run([*COMMAND, "check", "Dockerfile"], stdout=full, stderr=subprocess.PIPE, timeout=30)
    assert process.returncode == 2
    assert process.stderr.decode().splitlines() == ["azureml-dockerfile-ls: standard output: No space left on device"]


# The exit status


@pytest.mark.parametrize(
    ("content", "severity", "above"),
    [
        (ERROR, "error", None),
        (WARNING, "warning", "error"),
        (INFORMATION, "information", "warning"),
        (HINT, "hint", "information"),
    ],
)
def test_the_exit_status_depends_on_the_severity(folder: Path, content: str, severity: str, above: str | None) -> None:
    """1 when something is at least as severe as `--fail-on`, else 0."""
    Path("Dockerfile").write_text(content)
    assert run("check", "Dockerfile", "--fail-on", severity).status == 1
    assert run("check", "Dockerfile", "--fail-on", "hint").status == 1
    if above:
        assert run("check", "Dockerfile", "--fail-on", above).status == 0


def test_a_clean_file_never_fails(folder: Path) -> None:
    """There is nothing at any level."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "Dockerfile", "--fail-on", "hint").status == 0


def test_by_default_a_warning_fails_and_an_information_does_not(folder: Path) -> None:
    """Information and hints are for editors."""
    Path("a.dockerfile").write_text(WARNING)
    Path("b.dockerfile").write_text(INFORMATION)
    assert run("check", "a.dockerfile").status == 1
    assert run("check", "b.dockerfile").status == 0


# Which files


def test_a_folder_stands_for_the_dockerfiles_in_it(folder: Path) -> None:
    """By their names, in any letter case, in folders within it too; each is checked once, in order."""
    counted = [
        "Dockerfile",
        "Dockerfile.gpu",
        "Dockerfile.gpu.prod",
        "gpu.Dockerfile",
        "gpu.containerfile",
        "lower/dockerfile",
        "lower/CONTAINERFILE",
        "lower/CPU.DOCKERFILE",
        "lower/down/ContainerFile.cpu",
    ]
    others = [
        "Dockerfile.dockerignore",
        "gpu.Dockerfile.DockerIgnore",
        ".dockerignore",
        "MyDockerfile",
        "Dockerfiles",
        "docker-compose.yml",
        "lower/Docker",
        ".git/Dockerfile",
        "node_modules/x/Dockerfile",
    ]
    for name in counted + others:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(INFORMATION)
    findings = run("check", "--format", "json", ".").findings
    assert sorted(finding["path"] for finding in findings) == sorted(f"./{name}" for name in counted)
    assert [finding["path"] for finding in findings] == [
        finding["path"] for finding in run("check", "--format", "json", ".").findings
    ]


def test_a_file_that_is_named_is_checked_whatever_its_name(folder: Path) -> None:
    """Who names it knows."""
    Path("recipe.txt").write_text(ERROR)
    assert run("check", "recipe.txt").status == 1


def test_a_folder_called_dockerfile_is_a_folder(folder: Path) -> None:
    """What is in it is searched."""
    (folder / "Dockerfile").mkdir()
    (folder / "Dockerfile" / "Dockerfile").write_text(ERROR)
    assert [finding["path"] for finding in run("check", "--format", "json", ".").findings] == [
        "./Dockerfile/Dockerfile"
    ]


def test_a_folder_without_dockerfiles_is_told(folder: Path) -> None:
    """It is no failure, but it may be a mistake."""
    (folder / "empty").mkdir()
    assert run("check", "empty") == Outcome(
        0, "no findings in 0 files\n", ["azureml-dockerfile-ls: empty: no Dockerfile in this folder"]
    )


def test_a_file_is_checked_once_however_often_it_is_named(folder: Path) -> None:
    """By two paths, by its folder, or by a link."""
    Path("Dockerfile").write_text(ERROR)
    Path("link.dockerfile").symlink_to("Dockerfile")
    outcome = run("check", "Dockerfile", "./Dockerfile", folder / "Dockerfile", ".", "link.dockerfile")
    assert outcome.output.endswith("1 error in 1 file\n")


def test_standard_input_is_a_file_too(folder: Path) -> None:
    """It is called `-`; naming it twice is naming it once."""
    outcome = run("check", "-", "-", stdin=ERROR)
    assert outcome.status == 1
    assert outcome.output.startswith("-:2:5: error: ")
    assert outcome.output.endswith("1 error in 1 file\n")


def test_a_pipe_can_be_named(folder: Path) -> None:
    """As a shell does for `check <(make-dockerfile)`, also when the text is slow to come."""
    if sys.platform != "linux":
        pytest.skip("only Linux tells how much of a pipe was read")
    reader, writer = os.pipe()
    with subprocess.Popen(
        [*COMMAND, "check", f"/dev/fd/{reader}"], stdout=subprocess.PIPE, pass_fds=(reader,), text=True
    ) as process:
        os.close(reader)
        for line in ERROR.splitlines(keepends=True):
            os.write(writer, line.encode())
            wait_until(lambda: waiting_bytes(writer) == 0)
        os.close(writer)
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "PackageInstallWithoutRoot" in output


# What cannot be checked


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("FROM x\n".encode("utf-16"), "broken:1: not UTF-8 text (byte 1 of the file); save it as UTF-8"),
        (b"FROM x\n\nRUN \0\n", "broken:3: not text, since it holds a NUL character"),
        (b"\x7fELF\x02\x01\x01\0\0", "broken:1: not text, since it holds a NUL character"),
        (None, "broken: No such file or directory"),
    ],
    ids=["utf-16", "nul", "binary", "missing"],
)
def test_what_is_not_text_is_told_and_the_others_are_checked(folder: Path, content: bytes | None, told: str) -> None:
    """One clear line on standard error, exit status 2, and the findings of the other files all the same."""
    Path("Dockerfile").write_text(ERROR)
    if content is not None:
        Path("broken").write_bytes(content)
    outcome = run("check", "--format", "json", "broken", "Dockerfile")
    assert outcome.status == 2
    assert outcome.errors == [f"azureml-dockerfile-ls: {told}"]
    assert [finding["path"] for finding in outcome.findings] == ["Dockerfile"]


def test_a_file_that_is_not_utf8_is_checked_all_the_same(folder: Path) -> None:
    """What stands around the wrong bytes may be wrong too; the exit status says that it was not read as it is."""
    Path("Dockerfile").write_bytes(f"{CLEAN}LABEL größe=1\nRUN apt-get update\n".encode("latin-1"))
    outcome = run("check", "--format", "json", "Dockerfile")
    assert outcome.status == 2
    offset = len(CLEAN) + len("LABEL gr") + 1
    told = f"Dockerfile:2: not UTF-8 text (byte {offset} of the file); save it as UTF-8"
    assert outcome.errors == [f"azureml-dockerfile-ls: {told}"]
    rules = {finding["rule"]: (finding["line"], finding["column"]) for finding in outcome.findings}
    assert rules["PackageInstallWithoutRoot"] == (3, 5)
    assert rules["InvalidEncoding"] == (2, 9)


def test_a_file_that_vanished_is_told(folder: Path) -> None:
    """A folder lists it, but it is not there any more: a link to nowhere is the same."""
    Path("Dockerfile").write_text(CLEAN)
    Path("gone.dockerfile").symlink_to("nowhere")
    assert run("check", ".") == Outcome(
        2, "no findings in 1 file\n", ["azureml-dockerfile-ls: ./gone.dockerfile: No such file or directory"]
    )


def test_a_pipe_that_nobody_writes_to_does_not_hang(folder: Path) -> None:
    """Named, it is an empty file; in a folder, no file at all."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo("Dockerfile")
    assert run("check", "Dockerfile").output.startswith("Dockerfile:1:1: error: the Dockerfile cannot be empty")
    assert run("check", ".").errors == ["azureml-dockerfile-ls: .: no Dockerfile in this folder"]


def test_a_folder_and_a_file_without_permission_are_told(folder: Path) -> None:
    """And the rest is checked."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        # Root may read everything, until that right is taken away.
        require("setpriv")
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    for name in ("open", "secret"):
        (folder / name).mkdir()
        (folder / name / "Dockerfile").write_text(CLEAN)
    (folder / "closed.dockerfile").write_text(CLEAN)
    (folder / "closed.dockerfile").chmod(0)
    (folder / "secret").chmod(0)
    try:
        outcome = run("check", ".", "secret", prefix=prefix)
    finally:
        (folder / "secret").chmod(0o755)
    assert outcome == Outcome(
        2,
        "no findings in 1 file\n",
        [
            "azureml-dockerfile-ls: ./closed.dockerfile: Permission denied",
            "azureml-dockerfile-ls: ./secret: Permission denied",
            "azureml-dockerfile-ls: secret: Permission denied",
        ],
    )


def test_a_closed_standard_input_is_told(folder: Path) -> None:
    """As with `check - <&-`."""
    process = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "check", "-"], capture_output=True, text=True, timeout=30
    )
    assert process.returncode == 2
    assert process.stderr == "azureml-dockerfile-ls: -: Bad file descriptor\n"


def test_a_name_that_is_no_text_is_a_name(folder: Path) -> None:
    """On Linux a file name is bytes."""
    name = b"\xff.dockerfile"
    try:
        Path(os.fsdecode(name)).write_text(ERROR)
    except (OSError, UnicodeError):
        pytest.skip("this file system refuses names that are not UTF-8")
    outcome = run("check", name)
    assert outcome.status == 1
    assert outcome.output.startswith("\\udcff.dockerfile:2:5: error: ")


# SARIF


def log_of(outcome: Outcome) -> dict[str, Any]:
    """The only run of a SARIF log."""
    log = json.loads(outcome.output)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def test_sarif_holds_each_finding_with_its_place_and_its_rule(folder: Path) -> None:
    """Columns count characters, and the end is where the next one stands, as in JSON."""
    (folder / "a folder").mkdir()
    Path("a folder/Dockerfile").write_text(f"{CLEAN}RUN echo 🐍 && apt-get update\n", encoding="utf-8")
    outcome = run("check", "--format", "sarif", ".")
    assert outcome.status == 1
    log = log_of(outcome)
    assert log["columnKind"] == "unicodeCodePoints"
    (result,) = log["results"]
    rule = log["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "PackageInstallWithoutRoot"
    assert rule["help"]["markdown"].startswith(rule["shortDescription"]["text"])
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("apt-get runs as dockeruser here")
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20folder/Dockerfile", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 2, "startColumn": 15, "endLine": 2, "endColumn": 22},
            }
        }
    ]


@pytest.mark.parametrize(
    ("content", "level"), [(ERROR, "error"), (WARNING, "warning"), (INFORMATION, "note"), (HINT, "note")]
)
def test_sarif_has_three_levels(folder: Path, content: str, level: str) -> None:
    """A hint is a note there."""
    Path("Dockerfile").write_text(content)
    assert [result["level"] for result in log_of(run("check", "--format", "sarif", "."))["results"]] == [level]


def test_sarif_of_a_clean_file_has_no_results(folder: Path) -> None:
    """So that what was reported before counts as repaired."""
    Path("Dockerfile").write_text(CLEAN)
    log = log_of(run("check", "--format", "sarif", "Dockerfile"))
    assert log["results"] == []
    assert log["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_sarif_says_what_could_not_be_checked(folder: Path) -> None:
    """Otherwise a missing file would look like a clean one."""
    log = log_of(run("check", "--format", "sarif", "missing"))
    (invocation,) = log["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification == {"level": "error", "message": {"text": "missing: No such file or directory"}}


def test_sarif_brings_the_repairs(folder: Path) -> None:
    """Whoever makes the edits gets the repaired file."""
    text = f"{CLEAN}RUN pip install 🐍–r requirements.txt\r\n".replace("🐍", "")
    Path("Dockerfile").write_text(text, encoding="utf-8", newline="")
    (result,) = log_of(run("check", "--format", "sarif", "Dockerfile"))["results"]
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


def test_braces_in_sarif_messages_are_no_arguments(folder: Path) -> None:
    """The format reads `{0}` as the place of one."""
    Path("Dockerfile").write_text(f"{CLEAN}STOPSIGNAL {{0}}\n")
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    (result,) = log_of(run("check", "--format", "sarif", "Dockerfile"))["results"]
    assert "{0}" in finding["message"]
    assert result["message"]["text"] == finding["message"].replace("{", "{{").replace("}", "}}")


def test_a_file_outside_the_current_folder_has_an_absolute_uri(folder: Path) -> None:
    """A relative one would name another file wherever the log is read; standard input has its own name."""
    (folder / "here").mkdir()
    Path("Dockerfile").write_text(INFORMATION)
    for path, stdin, expected in (
        ("../Dockerfile", "", {"uri": (folder / "Dockerfile").as_uri()}),
        ("-", INFORMATION, {"uri": "-", "uriBaseId": "%SRCROOT%"}),
    ):
        (result,) = log_of(run("check", "--format", "sarif", path, stdin=stdin, cwd=folder / "here"))["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"] == expected


# GitHub


def test_github_output_is_a_command_for_each_finding(folder: Path) -> None:
    """GitHub shows it at the line of a pull request; information and hints are notices there."""
    Path("Dockerfile").write_text(f"FROM {IMAGE}\nRUN apt-get update\nUSER root\n")
    outcome = run("check", "--format", "github", ".")
    assert outcome.status == 1
    commands = [line.partition("::")[2].partition("::") for line in outcome.output.splitlines()]
    assert [properties for properties, _, _ in commands] == [
        "notice file=Dockerfile,line=1,col=6,endLine=1,endColumn=55,title=UntaggedImage",
        "error file=Dockerfile,line=2,col=5,endLine=2,endColumn=12,title=PackageInstallWithoutRoot",
        "warning file=Dockerfile,line=3,col=6,endLine=3,endColumn=10,title=FinalUserRoot",
    ]
    said = {finding["message"] for finding in run("check", "--format", "json", ".").findings}
    assert {message for _, _, message in commands} == said


def test_a_clean_file_gives_github_nothing_to_do(folder: Path) -> None:
    """Not even an empty line."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "--format", "github", ".") == Outcome(0, "", [])


def test_github_commands_are_escaped(folder: Path) -> None:
    """A name or a message must not end its command, or begin another."""
    Path("a,b:c%.dockerfile").write_text(f"{CLEAN}STOPSIGNAL %0A\r::error::forged\x1b[2J\n", newline="")
    (line,) = run("check", "--format", "github", ".").output.splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25.dockerfile,line=2,")
    assert "%250A%0D::error::forged\\x1b[2J" in line


def test_a_finding_over_several_lines_has_no_columns_for_github(folder: Path) -> None:
    """GitHub refuses them there."""
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
def test_paths_count_from_the_root_of_a_workflow(folder: Path, output: str) -> None:
    """A step may run in a folder of its own, but GitHub wants the path in the repository."""
    (folder / "sub").mkdir()
    Path("sub/Dockerfile").write_text(INFORMATION)
    environment = {**os.environ, "GITHUB_WORKSPACE": str(folder)}
    outcome = run("check", "--format", output, "Dockerfile", cwd=folder / "sub", env=environment)
    assert ("file=sub/Dockerfile," if output == "github" else '"uri": "sub/Dockerfile"') in outcome.output


# Settings


def test_the_settings_of_the_project_are_in_force(folder: Path) -> None:
    """They set the severity, and with it the exit status; each Dockerfile has those of its own folder."""
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
        ("./loose/Dockerfile", "FinalUserRoot", "hint"),
        ("./strict/Dockerfile", "UntaggedImage", "error"),
        ("./strict/Dockerfile", "FinalUserRoot", "warning"),
    ]
    assert run("check", "loose").status == 0
    assert run("check", "strict", "--fail-on", "error").status == 1


def test_standard_input_has_the_settings_of_the_current_folder(folder: Path) -> None:
    """It belongs to no other."""
    Path(".azureml-dockerfile.toml").write_text('[rules]\nFinalUserRoot = "off"\n')
    assert run("check", "-", stdin=WARNING) == Outcome(0, "no findings in 1 file\n", [])


def test_a_current_folder_that_was_removed_has_no_settings(folder: Path) -> None:
    """Standard input is checked all the same."""
    command = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    process = subprocess.run(
        ["/bin/sh", "-c", command, "sh", *COMMAND, "check", "-"], input=CLEAN.encode(), capture_output=True, timeout=30
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, b"no findings in 1 file\n", b"")


def test_a_wrong_setting_is_told_once_and_the_rest_holds(folder: Path) -> None:
    """With exit status 2, as for a bad option: what was asked for is not what was done."""
    settings = folder / ".azureml-dockerfile.toml"
    settings.write_text('[rules]\nFinalUserRoot = "off"\nUntagedImage = "off"\n')
    for name in ("a", "b"):
        Path(f"{name}.dockerfile").write_text(f"FROM {IMAGE}\nUSER root\n")
    outcome = run("check", "--format", "json", ".")
    assert outcome.status == 2
    assert outcome.errors == [
        f"azureml-dockerfile-ls: {settings}: rules.UntagedImage: there is no such rule: did you mean UntaggedImage?"
    ]
    assert [finding["rule"] for finding in outcome.findings] == ["UntaggedImage", "UntaggedImage"]


def test_a_damaged_settings_file_is_told_with_its_line(folder: Path) -> None:
    """And the file is checked as without it."""
    settings = folder / ".azureml-dockerfile.toml"
    settings.write_text("[rules]\nFinalUserRoot: off\n")
    Path("Dockerfile").write_text(WARNING)
    outcome = run("check", "--format", "json", ".")
    assert outcome.status == 2
    (line,) = outcome.errors
    assert line.startswith(f"azureml-dockerfile-ls: {settings}:2: ")
    assert [finding["rule"] for finding in outcome.findings] == ["FinalUserRoot"]


# The build context

NEEDS_SCRIPT = f"{CLEAN}COPY code /var/azureml-app\nENV AZUREML_ENTRY_SCRIPT=score.py\n"
"""A Dockerfile that is right where its context has `code/score.py`."""


def missing_script(outcome: Outcome) -> bool:
    """Whether the entry script was looked for, and not found."""
    assert outcome.errors == []
    return "[EntryScriptNotFound]" in outcome.output


@pytest.fixture
def scripts(folder: Path) -> Path:
    """A folder with two contexts, one with the script, one with another, and Dockerfiles in and beside them."""
    for name, script in (("good", "score.py"), ("bad", "other.py")):
        (folder / name / "code").mkdir(parents=True)
        (folder / name / "code" / script).write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
        (folder / name / "Dockerfile").write_text(NEEDS_SCRIPT)
    return folder


def test_the_context_is_the_folder_of_the_dockerfile(scripts: Path) -> None:
    """Wherever the command runs."""
    assert not missing_script(run("check", "good/Dockerfile"))
    assert missing_script(run("check", "bad/Dockerfile"))


def test_an_option_names_the_context(scripts: Path) -> None:
    """It goes before the folder, and before the settings."""
    Path(".azureml-dockerfile.toml").write_text('buildContext = "bad"\n')
    assert missing_script(run("check", "good/Dockerfile"))
    assert not missing_script(run("check", "bad/Dockerfile", "--context", "good"))
    assert missing_script(run("check", "good/Dockerfile", "--context", scripts / "bad"))


def test_standard_input_has_no_context_unless_it_is_named(scripts: Path) -> None:
    """Nobody knows where it comes from; a pipe is no different."""
    Path("bad/.azureml-dockerfile.toml").write_text('buildContext = "."\n')
    assert not missing_script(run("check", "-", stdin=NEEDS_SCRIPT, cwd=scripts / "bad"))
    assert not missing_script(run("check", "/dev/stdin", stdin=NEEDS_SCRIPT, cwd=scripts / "bad"))
    assert missing_script(run("check", "-", "--context", "bad", stdin=NEEDS_SCRIPT))
    assert not missing_script(run("check", "-", "--context", "good", stdin=NEEDS_SCRIPT))


def test_the_dockerfile_may_lie_below_its_context(scripts: Path) -> None:
    """Its own `.dockerignore` lies beside it."""
    (scripts / "good" / "docker").mkdir()
    Path("good/docker/Dockerfile").write_text(NEEDS_SCRIPT)
    assert not missing_script(run("check", "good/docker/Dockerfile", "--context", "good"))
    Path("good/docker/Dockerfile.dockerignore").write_text("code/*.py\n")
    assert missing_script(run("check", "good/docker/Dockerfile", "--context", "good"))


def test_a_context_in_the_settings_that_is_no_folder_is_told(scripts: Path) -> None:
    """And what needs it is not checked."""
    Path(".azureml-dockerfile.toml").write_text('buildContext = "nowhere"\n')
    outcome = run("check", "good", "bad")
    assert outcome.errors == [f"azureml-dockerfile-ls: buildContext: {scripts / 'nowhere'} is not a folder"]
    assert outcome.status == 2
    assert "[EntryScriptNotFound]" not in outcome.output


def test_a_place_in_another_file_is_told_below_the_finding(scripts: Path) -> None:
    """As text on a line of its own, in SARIF as a related location; JSON keeps its form."""
    script = Path("good/code/score.py")
    script.write_text("def init():\n    pass\n\n\ndef run(*data):\n    return data\n")
    lines = run("check", "good").output.splitlines()
    assert "[InvalidEntryScript]" in lines[0]
    assert re.match(r"  good/code/score\.py:5:\d+: ", lines[1])
    (result,) = log_of(run("check", "--format", "sarif", "good"))["results"]
    (related,) = result["relatedLocations"]
    place = related["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "good/code/score.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"]["startLine"] == 5
    assert related["message"]["text"] in lines[1]
    (finding,) = run("check", "--format", "json", "good").findings
    assert set(finding) == {
        *("path", "rule", "severity", "message", "line", "column", "endLine", "endColumn", "url", "fixes")
    }


# --fix

BROKEN = f"# keep\n{CLEAN}RUN pip install –r requirements.txt\nRUN pip install 'a' b>=2  # both\n"
REPAIRED = f"# keep\n{CLEAN}RUN pip install -r requirements.txt\nRUN pip install 'a' 'b>=2'  # both\n"
"""`BROKEN` after the safe repairs."""


def test_fix_makes_the_safe_repairs_and_tells_of_each(folder: Path) -> None:
    """Nothing is left to report."""
    Path("Dockerfile").write_text(BROKEN, encoding="utf-8")
    outcome = run("check", "--fix", "Dockerfile")
    assert outcome.status == 0
    assert outcome.errors == []
    *fixed, count = outcome.output.splitlines()
    assert [line.partition(": ")[0] for line in fixed] == ["Dockerfile:3:17", "Dockerfile:4:21"]
    assert [line.rpartition(" ")[2] for line in fixed] == ["[TypographicCharacter]", "[UnquotedRequirement]"]
    assert all(": fixed: " in line for line in fixed)
    assert count == "no findings in 1 file, 2 fixed"
    assert Path("Dockerfile").read_text(encoding="utf-8") == REPAIRED


def test_a_second_fix_changes_nothing(folder: Path) -> None:
    """The file is not even written."""
    Path("Dockerfile").write_text(BROKEN, encoding="utf-8")
    run("check", "--fix", "Dockerfile")
    before = os.stat("Dockerfile")
    assert run("check", "--fix", "Dockerfile") == Outcome(0, "no findings in 1 file\n", [])
    assert (os.stat("Dockerfile").st_mtime_ns, os.stat("Dockerfile").st_ino) == (before.st_mtime_ns, before.st_ino)


def test_what_is_not_safe_to_repair_is_reported(folder: Path) -> None:
    """And decides the exit status; places are those in the repaired file."""
    Path("Dockerfile").write_text(f"{BROKEN}RUN apt-get update\n", encoding="utf-8")
    outcome = run("check", "--fix", "Dockerfile")
    assert outcome.status == 1
    assert "Dockerfile:5:5: error: apt-get runs as dockeruser" in outcome.output
    assert outcome.output.endswith("1 error in 1 file, 2 fixed\n")
    assert Path("Dockerfile").read_text(encoding="utf-8") == f"{REPAIRED}RUN apt-get update\n"


def test_without_fix_no_file_changes(folder: Path) -> None:
    """To check is to read."""
    Path("Dockerfile").write_text(BROKEN, encoding="utf-8")
    assert run("check", "Dockerfile").status == 1
    assert Path("Dockerfile").read_text(encoding="utf-8") == BROKEN


def test_a_rule_that_is_off_repairs_nothing(folder: Path) -> None:
    """Neither does a finding that a comment in the file skips."""
    Path(".azureml-dockerfile.toml").write_text('[rules]\nUnquotedRequirement = "off"\n')
    text = f"# check=skip=TypographicCharacter\n{BROKEN}"
    Path("Dockerfile").write_text(text, encoding="utf-8")
    assert run("check", "--fix", "Dockerfile") == Outcome(0, "no findings in 1 file\n", [])
    assert Path("Dockerfile").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("# keep", "# schön 🐍"),
    ],
    ids=["plain", "crlf", "byte order mark", "no last line end", "other characters"],
)
def test_fix_keeps_how_a_file_is_written(folder: Path, change: Callable[[str], str]) -> None:
    """Line ends, byte order mark, encoding and the end of the file."""
    path = Path("Dockerfile")
    path.write_bytes(change(BROKEN).encode())
    assert run("check", "--fix", path).status == 0
    assert path.read_bytes() == change(REPAIRED).encode()


def test_fix_keeps_the_mode_of_a_file_and_the_link_to_it(folder: Path) -> None:
    """The file is replaced as a whole, and nothing else is left in its folder."""
    Path("real").mkdir()
    path = Path("real/Dockerfile")
    path.write_text(BROKEN, encoding="utf-8")
    path.chmod(0o640)
    Path("Dockerfile").symlink_to(path)
    assert run("check", "--fix", "Dockerfile").status == 0
    assert Path("Dockerfile").is_symlink()
    assert path.read_text(encoding="utf-8") == REPAIRED
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir("real")) == ["Dockerfile"]


@pytest.mark.parametrize("protected", ["file", "folder"])
def test_a_file_that_cannot_be_written_is_told(folder: Path, protected: str) -> None:
    """It stays as it was, and its findings are reported."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        # Root may write everything, until that right is taken away.
        require("setpriv")
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    Path("sub").mkdir()
    path = Path("sub/Dockerfile")
    path.write_text(BROKEN, encoding="utf-8")
    (path if protected == "file" else path.parent).chmod(0o444 if protected == "file" else 0o555)
    try:
        outcome = run("check", "--fix", path, prefix=prefix)
    finally:
        path.parent.chmod(0o755)
    assert outcome.status == 2
    assert outcome.errors == ["azureml-dockerfile-ls: sub/Dockerfile: Permission denied; nothing was fixed in it"]
    assert "[TypographicCharacter]" in outcome.output
    assert "fixed" not in outcome.output
    assert path.read_text(encoding="utf-8") == BROKEN
    assert os.listdir("sub") == ["Dockerfile"]


def test_what_cannot_be_read_as_it_is_is_not_written(folder: Path) -> None:
    """A file that is not UTF-8 would lose bytes, a pipe is no file."""
    latin = BROKEN.replace("# keep", "# schön").replace("–", "-").encode("latin-1")
    Path("Dockerfile").write_bytes(latin)
    outcome = run("check", "--fix", "Dockerfile")
    assert outcome.status == 2
    assert "[UnquotedRequirement]" in outcome.output
    assert Path("Dockerfile").read_bytes() == latin
    outcome = run("check", "--fix", "/dev/stdin", stdin=BROKEN)
    assert outcome.status == 2
    assert outcome.errors == ["azureml-dockerfile-ls: /dev/stdin: not a regular file; nothing was fixed in it"]


@pytest.mark.parametrize("data", [BROKEN.encode(), f"\ufeff{BROKEN}".replace("\n", "\r\n").encode()])
def test_the_repaired_standard_input_goes_to_standard_output(folder: Path, data: bytes) -> None:
    """And nothing else does, so that an editor can put it in place; the report goes to standard error."""
    outcome = run("check", "--fix", "-", stdin=data + b"RUN apt-get update\n")
    assert outcome.status == 1
    repaired = data.decode().replace("–", "-").replace("b>=2", "'b>=2'")
    assert outcome.output == f"{repaired}RUN apt-get update\n"
    assert len([line for line in outcome.errors if line.startswith("-:") and ": fixed: " in line]) == 2
    assert outcome.errors[-1] == "1 error in 1 file, 2 fixed"


@pytest.mark.parametrize("data", [b"", CLEAN.encode(), b"FROM x\nRUN \xff b>=2\n", b"FROM x\0\n"])
def test_standard_input_with_nothing_to_repair_comes_out_as_it_is(folder: Path, data: bytes) -> None:
    """Whatever it is: a filter must not lose text."""
    process = subprocess.run([*COMMAND, "check", "--fix", "-"], input=data, capture_output=True, timeout=30)
    assert process.stdout == data


@pytest.mark.parametrize("output", ["json", "sarif", "github"])
def test_programs_read_of_what_is_left_and_people_of_what_was_fixed(folder: Path, output: str) -> None:
    """The one on standard output, the other on standard error."""
    Path("Dockerfile").write_text(f"{BROKEN}RUN apt-get update\n", encoding="utf-8")
    outcome = run("check", "--fix", "--format", output, "Dockerfile")
    assert "PackageInstallWithoutRoot" in outcome.output
    assert "UnquotedRequirement" not in outcome.output
    assert [line.rpartition(" ")[2] for line in outcome.errors] == ["[TypographicCharacter]", "[UnquotedRequirement]"]


def test_fix_with_a_full_disk_behind_standard_output_is_told(folder: Path) -> None:
    """As for a report."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:
        process = subprocess.run(
            [*COMMAND, "check", "--fix", "-"], input=BROKEN.encode(), stdout=full, stderr=subprocess.PIPE, timeout=30
        )
    assert process.returncode == 2
    assert process.stderr.decode().splitlines() == ["azureml-dockerfile-ls: standard output: No space left on device"]


# explain


def test_explain_lists_the_rules() -> None:
    """Each on a line, with its summary."""
    outcome = run("explain")
    assert outcome.status == 0
    lines = outcome.output.splitlines()
    assert [line.split()[0] for line in lines] == [rule.name for rule in RULES]
    assert lines[0] == "RetiredImage               The image is deprecated or retired."


@pytest.mark.parametrize("name", ["FinalUserRoot", "finaluserroot", "FINALUSERROOT"])
def test_explain_prints_the_page_of_a_rule(name: str) -> None:
    """In any letter case: what it does, why that is bad, an example, what to write instead."""
    outcome = run("explain", name)
    assert outcome.status == 0
    assert outcome.errors == []
    headings = [line for line in outcome.output.splitlines() if re.match("#+ ", line)]
    assert headings == [
        "# FinalUserRoot (warning)",
        "## What it does",
        "## Why is this bad?",
        "## Example",
        "## Use instead",
    ]


def test_every_rule_has_a_page_to_print() -> None:
    """It begins with its name and severity, and has something to say below every heading."""
    for rule in RULES:
        first, *rest = re.split(r"^#+ ", page_text(rule), flags=re.MULTILINE)[1:]
        assert first.startswith(f"{rule.name} ({rule.severity.name.lower()})\n\n{rule.summary}")
        for section in rest:
            heading, _, body = section.partition("\n")
            assert body.strip(), f"{rule.name}: {heading}"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("FinalUserRot", "there is no rule FinalUserRot: did you mean FinalUserRoot?"),
        ("finaluserrot", "there is no rule finaluserrot: did you mean FinalUserRoot?"),
        ("DL3008", "there is no rule DL3008: `azureml-dockerfile-ls explain` lists them all."),
    ],
)
def test_explain_of_an_unknown_rule_suggests_one(name: str, told: str) -> None:
    """Where one is near."""
    assert run("explain", name) == Outcome(2, "", [f"azureml-dockerfile-ls: {told}"])


# Options


def test_version_is_printed() -> None:
    """With the name of the program."""
    assert run("--version") == Outcome(0, f"azureml-dockerfile-ls {__version__}\n", [])


def test_help_names_the_commands_and_the_exit_status() -> None:
    """For those who do not read manuals."""
    assert "check Dockerfiles" in run("--help").output
    for command in ("check", "images"):
        assert "Exit status: 0" in run(command, "--help").output


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--format", "xml", "x"],
        ["check", "--fail-on", "fatal", "x"],
        ["check", "--context", "nowhere", "x"],
        ["check", "--context", "/dev/null", "x"],
        ["check", "--unknown", "x"],
        ["build"],
        ["--stdio", "--tcp", "0"],
        ["explain", "a", "b"],
        ["images", "a", "b"],
        ["images", "--registry", "mirror"],
        ["--tcp"],
        ["--tcp", "65536"],
        ["--tcp", "port"],
        ["--tcp", "localhost:"],
        ["--tcp", "localhost:-1"],
    ],
    ids=" ".join,
)
def test_a_bad_option_ends_with_2(arguments: list[str]) -> None:
    """After a line that says what is wrong."""
    outcome = run(*arguments)
    assert outcome.status == 2
    assert outcome.output == ""
    assert outcome.errors[0].startswith("usage: azureml-dockerfile-ls")
    assert re.match("azureml-dockerfile-ls( check| explain| images)?: error: ", outcome.errors[-1])


# Serving


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_that_is_taken_is_told(taken_port: int) -> None:
    """One line, exit status 2."""
    outcome = run("--tcp", f"127.0.0.1:{taken_port}")
    assert outcome.status == 2
    (line,) = outcome.errors
    assert line.startswith(f"azureml-dockerfile-ls: cannot listen on 127.0.0.1:{taken_port}: Address already in use")


@pytest.mark.parametrize("address", ["0", "127.0.0.1:0", "localhost:0"])
def test_an_editor_can_be_served_over_tcp(address: str) -> None:
    """Port 0 takes a free one and announces it; after shutdown and exit the server ends with 0."""
    with subprocess.Popen([*COMMAND, "--tcp", address], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        announced = re.fullmatch(r"listening on (\S+):(\d+)\n", process.stderr.readline())
        assert announced
        with socket.create_connection((announced[1], int(announced[2])), timeout=PATIENCE) as editor:
            messages: list[dict[str, Any]] = [
                {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
                {"method": "initialized", "params": {}},
                {"id": 2, "method": "shutdown"},
                {"method": "exit"},
            ]
            for message in messages:
                editor.sendall(frame({"jsonrpc": "2.0", **message}))
            received = b""
            while data := editor.recv(65536):
                received += data
        assert process.wait(20) == 0
        assert process.stderr.read() == ""
    answers = split(received)
    assert [answer["id"] for answer in answers] == [1, 2]
    assert "completionProvider" in answers[0]["result"]["capabilities"]
    assert answers[1]["result"] is None
