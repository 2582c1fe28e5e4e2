"""Repairs by `check --fix`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from azureml_dockerfile_ls.cli.sources import Source, read, write
from tests.cli.command import (
    CLEAN,
    COMMAND,
    Outcome,
    run,
)
from tests.machine import require
from tests.waiting import PATIENCE

BROKEN = f"# keep\n{CLEAN}RUN pip install –r requirements.txt\nRUN pip install 'a' b>=2  # both\n"
REPAIRED = f"# keep\n{CLEAN}RUN pip install -r requirements.txt\nRUN pip install 'a' 'b>=2'  # both\n"
"""`BROKEN` after the safe repairs."""


def test_fix_makes_the_safe_repairs_and_reports_each(folder: Path) -> None:
    """A repair has a line of its own; no finding is left."""
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
    """The file is not written again."""
    Path("Dockerfile").write_text(BROKEN, encoding="utf-8")
    run("check", "--fix", "Dockerfile")
    before = os.stat("Dockerfile")
    assert run("check", "--fix", "Dockerfile") == Outcome(0, "no findings in 1 file\n", [])
    assert (os.stat("Dockerfile").st_mtime_ns, os.stat("Dockerfile").st_ino) == (before.st_mtime_ns, before.st_ino)


def test_findings_without_a_safe_repair_are_reported(folder: Path) -> None:
    """They determine the exit status; lines and columns are those of the repaired file."""
    Path("Dockerfile").write_text(f"{BROKEN}RUN apt-get update\n", encoding="utf-8")
    outcome = run("check", "--fix", "Dockerfile")
    assert outcome.status == 1
    assert "Dockerfile:5:5: error: " in outcome.output
    assert outcome.output.endswith("1 error in 1 file, 2 fixed\n")
    assert Path("Dockerfile").read_text(encoding="utf-8") == f"{REPAIRED}RUN apt-get update\n"


def test_without_fix_no_file_changes(folder: Path) -> None:
    """A check only reads."""
    Path("Dockerfile").write_text(BROKEN, encoding="utf-8")
    assert run("check", "Dockerfile").status == 1
    assert Path("Dockerfile").read_text(encoding="utf-8") == BROKEN


def test_a_rule_that_is_off_repairs_nothing(folder: Path) -> None:
    """The same holds for a finding that a comment in the file suppresses."""
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
def test_fix_keeps_the_format_of_a_file(folder: Path, change: Callable[[str], str]) -> None:
    """Line ends, byte order mark, other characters and the end of the file stay."""
    path = Path("Dockerfile")
    path.write_bytes(change(BROKEN).encode())
    assert run("check", "--fix", path).status == 0
    assert path.read_bytes() == change(REPAIRED).encode()


def test_fix_keeps_the_mode_of_a_file_and_a_link_to_it(folder: Path) -> None:
    """No temporary file is left in its folder."""
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
def test_a_file_that_cannot_be_written_is_reported(folder: Path, protected: str) -> None:
    """It stays unchanged, and its findings are printed."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        # Root can write everything, unless it drops that capability.
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


def test_bytes_that_are_not_utf8_stay(folder: Path) -> None:
    """A repair beside them changes only its own text."""
    latin = BROKEN.replace("# keep", "# schön").replace("–", "-").encode("latin-1")
    Path("Dockerfile").write_bytes(latin)
    outcome = run("check", "--fix", "Dockerfile")
    assert outcome.status == 0
    assert "[InvalidEncoding]" in outcome.output
    assert Path("Dockerfile").read_bytes() == latin.replace(b"b>=2", b"'b>=2'")


def test_only_a_regular_file_is_written(folder: Path) -> None:
    """A pipe cannot be replaced."""
    outcome = run("check", "--fix", "/dev/stdin", stdin=BROKEN)
    assert outcome.status == 2
    assert outcome.errors == ["azureml-dockerfile-ls: /dev/stdin: not a regular file; nothing was fixed in it"]


def test_what_another_program_saves_meanwhile_is_kept(folder: Path) -> None:
    """A repair of an older text is given up."""
    Path("Dockerfile").write_text(BROKEN, encoding="utf-8")
    source = read("Dockerfile")
    assert isinstance(source, Source)
    saved = f"{BROKEN}RUN more\n"
    Path("Dockerfile").write_text(saved, encoding="utf-8")
    with pytest.raises(OSError, match="changed meanwhile"):
        write(source, REPAIRED.encode())
    assert Path("Dockerfile").read_text(encoding="utf-8") == saved
    assert os.listdir() == ["Dockerfile"]


def test_a_file_with_several_hard_links_is_not_written(folder: Path) -> None:
    """Only one of its names would lead to the new content."""
    Path("Dockerfile").write_text(BROKEN, encoding="utf-8")
    os.link("Dockerfile", "other")
    outcome = run("check", "--fix", "Dockerfile")
    assert outcome.status == 2
    assert outcome.errors == [
        "azureml-dockerfile-ls: Dockerfile: a file with several hard links; nothing was fixed in it"
    ]
    assert Path("other").read_text(encoding="utf-8") == BROKEN


@pytest.mark.parametrize("data", [BROKEN.encode(), f"\ufeff{BROKEN}".replace("\n", "\r\n").encode()])
def test_the_repaired_text_of_standard_input_goes_to_standard_output(folder: Path, data: bytes) -> None:
    """Nothing else is printed there, so an editor can use it as the new text; the report goes to standard error."""
    outcome = run("check", "--fix", "-", stdin=data + b"RUN apt-get update\n")
    assert outcome.status == 1
    repaired = data.decode().replace("–", "-").replace("b>=2", "'b>=2'")
    assert outcome.output == f"{repaired}RUN apt-get update\n"
    assert len([line for line in outcome.errors if line.startswith("-:") and ": fixed: " in line]) == 2
    assert outcome.errors[-1] == "1 error in 1 file, 2 fixed"


@pytest.mark.parametrize("data", [b"", CLEAN.encode(), b"FROM x\nRUN \xff b>=2\n", b"FROM x\0\n"])
def test_standard_input_without_repairs_is_printed_unchanged(folder: Path, data: bytes) -> None:
    """Even input that is not text goes through."""
    process = subprocess.run([*COMMAND, "check", "--fix", "-"], input=data, capture_output=True, timeout=PATIENCE)
    assert process.stdout == data


@pytest.mark.parametrize("output", ["json", "sarif", "github"])
def test_reports_for_programs_have_only_the_findings_that_are_left(folder: Path, output: str) -> None:
    """The lines about repairs go to standard error."""
    Path("Dockerfile").write_text(f"{BROKEN}RUN apt-get update\n", encoding="utf-8")
    outcome = run("check", "--fix", "--format", output, "Dockerfile")
    assert "PackageInstallWithoutRoot" in outcome.output
    assert "UnquotedRequirement" not in outcome.output
    assert [line.rpartition(" ")[2] for line in outcome.errors] == ["[TypographicCharacter]", "[UnquotedRequirement]"]


def test_fix_reports_a_full_disk_behind_standard_output(folder: Path) -> None:
    """The exit status is 2, as for a report that cannot be written."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "wb") as full:
        process = subprocess.run(
            [*COMMAND, "check", "--fix", "-"],
            input=BROKEN.encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
        )
    assert process.returncode == 2
    assert process.stderr.decode().splitlines() == ["azureml-dockerfile-ls: standard output: No space left on device"]
