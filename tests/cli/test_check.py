"""The sub-command `check`: the text report, the exit status, and the files that a path names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

from tests.cli.command import (
    CLEAN,
    COMMAND,
    ERROR,
    HINT,
    IMAGE,
    INFORMATION,
    WARNING,
    Outcome,
    run,
    waiting_bytes,
)
from tests.waiting import PATIENCE, wait_until

# What is printed


def test_text_output_has_one_line_for_each_finding(folder: Path) -> None:
    """The line has path, line, column, severity, message and rule, as compilers print them; a count ends the report."""
    Path("Dockerfile").write_text(f"FROM {IMAGE}\nRUN apt-get update\n")
    untagged, no_root = (finding["message"] for finding in run("check", "--format", "json", "Dockerfile").findings)
    assert run("check", "Dockerfile") == Outcome(
        1,
        f"Dockerfile:1:6: information: {untagged} [UntaggedImage]\n"
        f"Dockerfile:2:5: error: {no_root} [PackageInstallWithoutRoot]\n"
        "can be repaired: 1 with --fix --unsafe-fixes, 1 more in an editor, which shows a choice\n"
        "1 error, 1 information in 1 file\n",
        [],
    )


def test_a_related_place_in_the_same_file_has_the_same_path(folder: Path) -> None:
    """The stage that inherits a user is a line below the finding, and a related location in SARIF."""
    Path("Dockerfile").write_text(f"FROM {IMAGE}:latest AS base\nUSER root\nFROM base\n")
    lines = run("check", ".").output.splitlines()
    assert lines[0].startswith("Dockerfile:2:6: warning: ")
    assert lines[1].startswith("  Dockerfile:3:6: ")
    (result,) = run("check", "--format", "sarif", ".").sarif_run["results"]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"] == {"uri": "Dockerfile", "uriBaseId": "%SRCROOT%"}
    assert related["physicalLocation"]["region"]["startLine"] == 3


def test_a_clean_file_is_reported_as_clean(folder: Path) -> None:
    """The report says that the file was checked."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "Dockerfile") == Outcome(0, "no findings in 1 file\n", [])


def test_json_output_is_a_list_of_findings(folder: Path) -> None:
    """Lines and columns start at 1; the end is the position of the next character."""
    Path("Dockerfile").write_text(ERROR)
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    url, message, fixes = (finding.pop(key) for key in ("url", "message", "fixes"))
    assert finding == {
        "path": "Dockerfile",
        "rule": "PackageInstallWithoutRoot",
        "severity": "error",
        "line": 2,
        "column": 5,
        "endLine": 2,
        "endColumn": 12,
    }
    assert "apt-get" in message
    assert [type(title) for title in fixes] == [str]
    page = Path(url2pathname(urlparse(url).path))
    assert page.read_text(encoding="utf-8").startswith("# PackageInstallWithoutRoot (error)")


def test_json_of_a_clean_file_is_an_empty_list(folder: Path) -> None:
    """Nothing else is printed, so a program can always parse the output."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "--format", "json", "Dockerfile") == Outcome(0, "[]\n", [])


def test_a_build_error_links_to_the_dockerfile_reference(folder: Path) -> None:
    """A ParseError has no page of its own."""
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
def test_columns_are_code_points(folder: Path, content: str, place: tuple[int, ...]) -> None:
    """An emoji is one column, a byte order mark none; only line feeds and carriage returns end a line."""
    Path("Dockerfile").write_bytes(content.encode())
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    assert (finding["line"], finding["column"], finding["endLine"], finding["endColumn"]) == place


def test_a_byte_order_mark_does_not_shift_the_first_line(folder: Path) -> None:
    """Its first character is in column 1, as in an editor."""
    Path("Dockerfile").write_bytes(f"\ufeff{INFORMATION}".encode())
    (finding,) = run("check", "--format", "json", "Dockerfile").findings
    assert (finding["line"], finding["column"]) == (1, 6)


def test_text_from_a_file_cannot_act_on_the_terminal(folder: Path) -> None:
    """Control characters in a message are escaped, so it stays on one line; JSON has its own escapes."""
    Path("Dockerfile").write_text(f"{CLEAN}STOPSIGNAL a\rDockerfile:1:1: error: forged\x1b[2J\n", newline="")
    outcome = run("check", "Dockerfile")
    assert len(outcome.output.splitlines()) == 2
    assert "\\rDockerfile:1:1: error: forged\\x1b[2J" in outcome.output
    assert "\r" in run("check", "--format", "json", "Dockerfile").findings[0]["message"]


def test_the_example_in_the_readme_has_one_finding(folder: Path) -> None:
    """The README says that its base image has no tag."""
    outcome = run("check", Path(__file__).parents[1] / "example" / "Dockerfile")
    assert outcome.status == 0
    assert outcome.output.endswith("1 information in 1 file\n")
    assert "[UntaggedImage]" in outcome.output


def test_the_installed_command_is_the_same(folder: Path) -> None:
    """The script that `pip install` puts beside Python gives the same report."""
    script = shutil.which("azureml-dockerfile-ls", path=str(Path(sys.executable).parent))
    if script is None:
        pytest.skip("azureml-dockerfile-ls is not installed beside this Python")
    Path("Dockerfile").write_text(ERROR)
    process = subprocess.run([script, "check", "Dockerfile"], capture_output=True, text=True, timeout=PATIENCE)
    assert process.returncode == 1
    assert process.stdout == run("check", "Dockerfile").output


@pytest.mark.slow
def test_a_terminal_with_few_characters_shows_the_report(folder: Path) -> None:
    """In the C locale, characters that it does not have are escaped."""
    Path("Dockerfile").write_text(f"{CLEAN}RUN pip install –r requirements.txt\n", encoding="utf-8")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    outcome = run("check", "Dockerfile", env=environment)
    assert outcome.status == 1
    assert "[TypographicCharacter]" in outcome.output
    assert outcome.output.isascii()
    explained = run("explain", "TypographicCharacter", env=environment)
    assert explained.status == 0
    assert "\\u2013r" in explained.output


@pytest.mark.slow
@pytest.mark.parametrize("output", ["text", "json"])
def test_a_reader_that_closes_the_pipe_causes_no_error(folder: Path, output: str) -> None:
    """`… | head -1` ends quietly, with the exit status of the findings."""
    Path("Dockerfile").write_text(CLEAN + "RUN apt-get update\n" * 20_000)
    with subprocess.Popen(
        [*COMMAND, "check", "--format", output, "Dockerfile"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 1


def test_a_full_disk_is_reported(folder: Path) -> None:
    """The exit status is 2 if the report cannot be written."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    Path("Dockerfile").write_text(CLEAN)
    with open("/dev/full", "wb") as full:
        process = subprocess.run(
            [*COMMAND, "check", "Dockerfile"], stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE
        )
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
    """It is 1 if a finding is at least as severe as `--fail-on`, else 0."""
    Path("Dockerfile").write_text(content)
    assert run("check", "Dockerfile", "--fail-on", severity).status == 1
    assert run("check", "Dockerfile", "--fail-on", "hint").status == 1
    if above:
        assert run("check", "Dockerfile", "--fail-on", above).status == 0


def test_a_clean_file_never_fails(folder: Path) -> None:
    """The exit status is 0 even with the lowest threshold."""
    Path("Dockerfile").write_text(CLEAN)
    assert run("check", "Dockerfile", "--fail-on", "hint").status == 0


def test_by_default_warnings_fail_and_information_does_not(folder: Path) -> None:
    """The default of `--fail-on` is `warning`."""
    Path("a.dockerfile").write_text(WARNING)
    Path("b.dockerfile").write_text(INFORMATION)
    assert run("check", "a.dockerfile").status == 1
    assert run("check", "b.dockerfile").status == 0


# Which files


def test_a_folder_names_all_dockerfiles_below_it(folder: Path) -> None:
    """Names match in any letter case, subfolders are searched, and the order is stable."""
    dockerfiles = [
        "Dockerfile",
        "Dockerfile.gpu",
        "Dockerfile.gpu.prod",
        "gpu.Dockerfile",
        "gpu.containerfile",
        "lower/dockerfile",
        "lower/CONTAINERFILE",
        "lower/CPU.DOCKERFILE",
        "lower/down/ContainerFile.cpu",
        "Dockerfile-alpine",
        "Dockerfile_gpu",
        "gpu-Dockerfile",
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
        "dockerfile.go",
        "Dockerfile.j2",
        "Dockerfile.orig",
        "Dockerfile.bak",
        "Dockerfile~",
        ".Dockerfile.swp",
        "dockerfile.txt",
        "make-dockerfile",
    ]
    for name in dockerfiles + others:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(INFORMATION)
    findings = run("check", "--format", "json", ".").findings
    assert sorted(finding["path"] for finding in findings) == sorted(dockerfiles)
    assert [finding["path"] for finding in findings] == [
        finding["path"] for finding in run("check", "--format", "json", ".").findings
    ]


def test_a_file_can_have_any_name(folder: Path) -> None:
    """Only the search of a folder depends on names."""
    Path("recipe.txt").write_text(ERROR)
    assert run("check", "recipe.txt").status == 1


def test_a_folder_called_dockerfile_is_a_folder(folder: Path) -> None:
    """It is searched like any other folder."""
    (folder / "Dockerfile").mkdir()
    (folder / "Dockerfile" / "Dockerfile").write_text(ERROR)
    assert [finding["path"] for finding in run("check", "--format", "json", ".").findings] == ["Dockerfile/Dockerfile"]


def test_a_folder_without_dockerfiles_is_reported(folder: Path) -> None:
    """The exit status stays 0, but the path may be a mistake."""
    (folder / "empty").mkdir()
    assert run("check", "empty") == Outcome(
        0, "nothing was checked\n", ["azureml-dockerfile-ls: empty: nothing to check in this folder"]
    )


def test_each_file_is_checked_once(folder: Path) -> None:
    """Two paths, its folder and a symbolic link can name the same file."""
    Path("Dockerfile").write_text(ERROR)
    Path("link.dockerfile").symlink_to("Dockerfile")
    outcome = run("check", "Dockerfile", "Dockerfile", folder / "Dockerfile", ".", "link.dockerfile")
    assert outcome.output.endswith("1 error in 1 file\n")


def test_standard_input_is_checked_as_a_file(folder: Path) -> None:
    """Its name is `-`, and it is checked once."""
    outcome = run("check", "-", "-", stdin=ERROR)
    assert outcome.status == 1
    assert outcome.output.startswith("-:2:5: error: ")
    assert outcome.output.endswith("1 error in 1 file\n")


def test_a_pipe_can_be_named(folder: Path) -> None:
    """A shell does so for `check <(make-dockerfile)`; the text may arrive slowly."""
    if sys.platform != "linux":
        pytest.skip("only Linux reports how much of a pipe was read")
    reader, writer = os.pipe()
    with subprocess.Popen(
        [*COMMAND, "check", f"/dev/fd/{reader}"], stdout=subprocess.PIPE, pass_fds=(reader,), text=True
    ) as process:
        os.close(reader)
        for line in ERROR.splitlines(keepends=True):
            os.write(writer, line.encode())
            wait_until(lambda: waiting_bytes(writer) == 0)
        os.close(writer)
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "PackageInstallWithoutRoot" in output


# What BuildKit reports too


def test_only_buildkit_prints_what_docker_build_check_would(folder: Path) -> None:
    """The checks and errors of BuildKit are left, all at once; an error of another rule does not hide one of them."""
    Path("Dockerfile").write_text(
        f"FROM {IMAGE} as tools\nRUN apt-get update\n# check=skip=NoSuchCheck\nWORKDIR app\nCOPY --form=base a b\n"
        "HEALTHCHECK --interval=30 CMD true\n"
    )
    outcome = run("check", "--only-buildkit", "Dockerfile")
    assert outcome.status == 1
    assert outcome.output.splitlines() == [
        f"Dockerfile:1:{len(IMAGE) + 7}: warning: 'as' and 'FROM' keywords' casing do not match [FromAsCasing]",
        'Dockerfile:4:9: warning: Relative workdir "app" can have unexpected results if the base image changes '
        "[WorkdirRelativePath]",
        "Dockerfile:5:8: error: unknown flag: --form (did you mean from?) [ParseError]",
        'Dockerfile:6:24: error: time: missing unit in duration "30" [ParseError]',
        "can be repaired: 1 with --fix, 1 more with --fix --unsafe-fixes",
        "2 errors, 2 warnings in 1 file",
    ]


def test_only_buildkit_does_as_docker_whatever_the_settings(folder: Path) -> None:
    """BuildKit does not read the settings of the rules, nor does it repair what it does not report."""
    Path(".azureml-dockerfile.toml").write_text('rules.FromAsCasing = "off"\nrules.UntaggedImage = "error"\n')
    Path("Dockerfile").write_text(f"FROM {IMAGE} as a\nUSER root\n")
    assert [finding["rule"] for finding in run("check", "--only-buildkit", "--format", "json", ".").findings] == [
        "FromAsCasing"
    ]


def test_the_readme_shows_both_side_by_side(folder: Path) -> None:
    """What the README says that this command prints is what it prints."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = readme.split("### Beside `docker build --check`")[1].split("\n## ")[0]
    text = section.split("```dockerfile\n")[1].split("```")[0]
    shown = section.split("--only-buildkit Dockerfile\n")[1].split("```")[0]
    Path("Dockerfile").write_text(text)
    assert run("check", "--only-buildkit", "Dockerfile").output == shown
