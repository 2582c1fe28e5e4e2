"""Files that `check` cannot read, or that are not text."""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import (
    CLEAN,
    COMMAND,
    ERROR,
    Outcome,
    run,
)
from tests.machine import require
from tests.waiting import PATIENCE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("FROM x\n".encode("utf-16"), "broken:1: UTF-16 text; save it as UTF-8"),
        (b"FROM x\n\nRUN \0\n", "broken:3: not a text file: it contains a NUL character"),
        (b"\x7fELF\x02\x01\x01\0\0", "broken:1: not a text file: it contains a NUL character"),
        (None, "broken: No such file or directory"),
    ],
    ids=["utf-16", "nul", "binary", "missing"],
)
def test_a_file_that_is_not_text_is_reported_and_the_others_are_checked(
    folder: Path, content: bytes | None, message: str
) -> None:
    """Standard error has one line, the exit status is 2, and the findings of the other files are printed."""
    Path("Dockerfile").write_text(ERROR)
    if content is not None:
        Path("broken").write_bytes(content)
    outcome = run("check", "--format", "json", "broken", "Dockerfile")
    assert outcome.status == 2
    assert outcome.errors == [f"azureml-dockerfile-ls: {message}"]
    (found, failure) = outcome.findings
    assert (found["path"], found["rule"]) == ("Dockerfile", "PackageInstallWithoutRoot")
    assert (failure["path"], failure["rule"], failure["severity"]) == ("broken", None, "error")
    assert message.endswith(f": {failure['message']}")


def test_a_huge_file_is_reported_and_the_others_are_checked(folder: Path) -> None:
    """It is not read to its end: of 3 GiB, the program takes far less memory."""
    Path("Dockerfile").write_text(ERROR)
    with open("Dockerfile.big", "wb") as file:
        file.truncate(3 << 30)
    limit = 1 << 30
    outcome = run("check", ".", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    assert outcome.status == 2
    assert outcome.errors == ["azureml-dockerfile-ls: Dockerfile.big: larger than 16 MiB"]
    assert "[PackageInstallWithoutRoot]" in outcome.output


def test_a_byte_that_is_not_utf8_is_a_finding(folder: Path) -> None:
    """The rest of the file is checked, and the findings give the exit status."""
    Path("Dockerfile").write_bytes(f"{CLEAN}LABEL größe=1\nRUN apt-get update\n".encode("latin-1"))
    outcome = run("check", "--format", "json", "Dockerfile")
    assert (outcome.status, outcome.errors) == (1, [])
    rules = {finding["rule"]: (finding["line"], finding["column"]) for finding in outcome.findings}
    assert rules["PackageInstallWithoutRoot"] == (3, 5)
    assert rules["InvalidEncoding"] == (2, 9)


def test_a_byte_in_a_comment_is_information(folder: Path) -> None:
    """The image is built all the same, so the exit status is 0."""
    Path("Dockerfile").write_bytes(f"# café, crème\n{CLEAN}".encode("latin-1"))
    outcome = run("check", "--format", "json", "Dockerfile")
    (finding,) = outcome.findings
    assert (outcome.status, finding["rule"], finding["severity"]) == (0, "InvalidEncoding", "information")
    assert (finding["line"], finding["column"]) == (1, 6)


def test_a_broken_link_is_reported(folder: Path) -> None:
    """A folder lists the file, but it cannot be opened."""
    Path("Dockerfile").write_text(CLEAN)
    Path("gone.dockerfile").symlink_to("nowhere")
    assert run("check", ".") == Outcome(
        2,
        "no findings in 1 file, 1 could not be checked\n",
        ["azureml-dockerfile-ls: gone.dockerfile: No such file or directory"],
    )


def test_a_pipe_without_a_writer_does_not_block(folder: Path) -> None:
    """A path that names the pipe gives an empty file; the search of a folder skips it."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo("Dockerfile")
    assert run("check", "Dockerfile").output.startswith("Dockerfile:1:1: error: ")
    assert run("check", ".").errors == ["azureml-dockerfile-ls: .: nothing to check in this folder"]


def test_missing_permissions_are_reported(folder: Path) -> None:
    """A folder or a file that cannot be read does not stop the check of the others."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        # Root can read everything, unless it drops that capability.
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
        "no findings in 1 file, 2 could not be checked\n",
        [
            "azureml-dockerfile-ls: secret: Permission denied",
            "azureml-dockerfile-ls: closed.dockerfile: Permission denied",
        ],
    )


def test_a_closed_standard_input_is_reported(folder: Path) -> None:
    """`check - <&-` prints one line and ends with status 2."""
    process = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *COMMAND, "check", "-"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert process.returncode == 2
    assert process.stderr == "azureml-dockerfile-ls: -: Bad file descriptor\n"


def test_a_file_name_need_not_be_utf8(folder: Path) -> None:
    """On Linux a file name is any bytes; the report escapes them."""
    name = b"\xff.dockerfile"
    try:
        Path(os.fsdecode(name)).write_text(ERROR)
    except (OSError, UnicodeError):
        pytest.skip("this file system refuses names that are not UTF-8")
    outcome = run("check", name)
    assert outcome.status == 1
    assert outcome.output.startswith("\\udcff.dockerfile:2:5: error: ")
