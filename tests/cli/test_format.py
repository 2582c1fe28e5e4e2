"""The sub-command `format`."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cli.command import Outcome, run
from tests.machine import require

BEFORE = b"\xef\xbb\xbfFROM a \r\nRUN b && \\\r\nc"
AFTER = b"\xef\xbb\xbfFROM a\r\nRUN b && \\\r\n    c\r\n"
CLEAN = b"FROM a\n"


def test_files_are_formatted(folder: Path) -> None:
    """Those that a folder holds too; byte order mark, line ends and mode stay."""
    Path("Dockerfile").write_bytes(BEFORE)
    Path("Dockerfile").chmod(0o640)
    Path("other").mkdir()
    Path("other/x.dockerfile").write_bytes(CLEAN)
    expected = Outcome(0, "Dockerfile: formatted\n", ["1 file formatted, 1 file formatted already"])
    assert run("format") == expected
    assert Path("Dockerfile").read_bytes() == AFTER
    assert Path("Dockerfile").stat().st_mode & 0o777 == 0o640
    assert run("format", "Dockerfile", "other") == Outcome(0, "", ["2 files formatted already"])


def test_a_formatted_file_is_not_written(folder: Path) -> None:
    """It stays the same file."""
    Path("Dockerfile").write_bytes(CLEAN)
    before = os.stat("Dockerfile")
    run("format", "Dockerfile")
    after = os.stat("Dockerfile")
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_check_names_the_files_and_writes_nothing(folder: Path) -> None:
    """The exit status is 1 if there is one."""
    Path("Dockerfile").write_bytes(BEFORE)
    assert run("format", "--check", "Dockerfile") == Outcome(
        1, "Dockerfile: would be formatted\n", ["1 file would be formatted"]
    )
    assert Path("Dockerfile").read_bytes() == BEFORE
    Path("Dockerfile").write_bytes(CLEAN)
    assert run("format", "--check", "Dockerfile").status == 0


def test_diff_prints_the_changes_and_writes_nothing(folder: Path) -> None:
    """A last line without newline is marked as git does; the status says that something would change."""
    Path("Dockerfile").write_bytes(b"FROM a\nRUN b")
    outcome = run("format", "--diff", "Dockerfile")
    assert outcome.status == 1
    assert outcome.output == (
        "--- Dockerfile\n+++ Dockerfile\n@@ -1,2 +1,2 @@\n FROM a\n-RUN b\n\\ No newline at end of file\n+RUN b\n"
    )
    assert Path("Dockerfile").read_bytes() == b"FROM a\nRUN b"
    assert run("format", "--diff", "--check", "Dockerfile") == outcome
    Path("Dockerfile").write_bytes(CLEAN)
    assert run("format", "--diff", "Dockerfile").status == 0


def test_standard_input_is_formatted_to_standard_output(folder: Path) -> None:
    """Only the text is there, so that an editor can take it as it is."""
    outcome = run("format", "-", stdin="FROM a \nRUN b")
    assert (outcome.status, outcome.output) == (0, "FROM a\nRUN b\n")
    assert run("format", "--check", "-", stdin="FROM a ").status == 1


def test_bytes_that_are_not_utf8_stay(folder: Path) -> None:
    """The text around them is formatted."""
    Path("Dockerfile").write_bytes(b"FROM a \n# \xff\n")
    assert run("format", "Dockerfile").status == 0
    assert Path("Dockerfile").read_bytes() == b"FROM a\n# \xff\n"


def test_a_file_that_is_not_text_is_left_alone(folder: Path) -> None:
    """It is reported, and the others are formatted."""
    data = b"FROM a \n\0"
    Path("Dockerfile").write_bytes(data)
    Path("b.dockerfile").write_bytes(b"FROM a ")
    outcome = run("format", "Dockerfile", "b.dockerfile", "missing")
    assert outcome.status == 2
    assert [line.split(": ")[1].split(":")[0] for line in outcome.errors[:2]] == ["Dockerfile", "missing"]
    assert Path("Dockerfile").read_bytes() == data
    assert Path("b.dockerfile").read_bytes() == b"FROM a\n"


def test_a_file_that_cannot_be_written_is_reported(folder: Path) -> None:
    """It stays unchanged."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        # Root can write everything, unless it drops that capability.
        require("setpriv")
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    Path("Dockerfile").write_bytes(BEFORE)
    Path("Dockerfile").chmod(0o444)
    outcome = run("format", "Dockerfile", prefix=prefix)
    assert outcome.status == 2
    assert outcome.errors[0] == ("azureml-dockerfile-ls: Dockerfile: Permission denied; nothing was formatted in it")
    assert Path("Dockerfile").read_bytes() == BEFORE


def test_yaml_is_not_formatted(folder: Path) -> None:
    """The language of the formatter is that of Dockerfiles: a folder names no YAML, and a YAML is refused."""
    text = b"$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname:  a\nimage: b \n"
    Path("env.yml").write_bytes(text)
    Path("Dockerfile").write_bytes(CLEAN)
    assert run("format") == Outcome(0, "", ["1 file formatted already"])
    refused = Outcome(2, "", ["azureml-dockerfile-ls: env.yml: only Dockerfiles are formatted"])
    assert run("format", "env.yml") == refused
    assert Path("env.yml").read_bytes() == text
