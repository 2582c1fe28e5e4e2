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
import time
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
    """The outcome of the command. It never shows a traceback, and never takes long."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    process = subprocess.run([*prefix, *COMMAND, *arguments], input=data, capture_output=True, timeout=30, **options)
    errors = process.stderr.decode(errors="replace").splitlines()
    assert not any("Traceback" in line or "Exception" in line for line in errors), errors
    return Outcome(process.returncode, process.stdout.decode(errors="replace"), errors)


def waiting_bytes(pipe: int) -> int:
    """How much was written into a pipe and not read yet."""
    answer = fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4)
    return int.from_bytes(answer, sys.byteorder)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return as soon as something is so; fail when it takes too long."""
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


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
        (b"FROM x\nRUN \xff\n", "broken:2: not UTF-8 text (byte 12 of the file); save it as UTF-8"),
        ("FROM x\n".encode("utf-16"), "broken:1: not UTF-8 text (byte 1 of the file); save it as UTF-8"),
        (b"FROM x\n\nRUN \0\n", "broken:3: not text, since it holds a NUL character"),
        (b"\x7fELF\x02\x01\x01\0\0", "broken:1: not text, since it holds a NUL character"),
        (None, "broken: No such file or directory"),
    ],
    ids=["latin-1", "utf-16", "nul", "binary", "missing"],
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
        if shutil.which("setpriv") is None:
            pytest.skip("root reads every file here: setpriv is not installed")
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
    assert "Exit status: 0" in run("check", "--help").output


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--format", "xml", "x"],
        ["check", "--fail-on", "fatal", "x"],
        ["check", "--unknown", "x"],
        ["build"],
        ["--stdio", "--tcp", "0"],
        ["explain", "a", "b"],
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
    assert re.match("azureml-dockerfile-ls( check| explain)?: error: ", outcome.errors[-1])


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
        with socket.create_connection((announced[1], int(announced[2])), timeout=20) as editor:
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
