"""The bench runs, and what it says of parsing and of growth holds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench.py"


def run_bench(*arguments: str) -> str:
    """What the bench prints."""
    return subprocess.run([sys.executable, BENCH, *arguments], stdout=subprocess.PIPE, text=True).stdout


def test_an_edit_in_a_long_document_parses_one_instruction() -> None:
    """Of 4,800 lines only the instruction that was edited is parsed again."""
    said = run_bench("--profile-parses", "--lines", "4800")
    opened, edited = re.search(r"(\d+) instructions parsed to open it, (\d+) for one edit", said).groups()
    assert int(opened) > 3000
    assert edited == "1"


@pytest.mark.skipif(sys.platform != "linux", reason="memory and processor's time of the server are read as on Linux")
def test_the_bench_measures_speed_and_growth_and_nothing_grows_too_much() -> None:
    """Memory stays the same over thousands of edits, and an edit costs what it changes."""
    speed, growth = run_bench("--rounds", "1", "--lines", "48").split("\n\n")
    assert [re.split(r" {2,}\d", row)[0] for row in speed.splitlines()[3:]] == [
        "start to the answer to initialize",
        "start to the first diagnostics",
        "48 lines: edit to diagnostics",
        "48 lines: edit to hover",
        "48 lines: edit to definition",
        "48 lines: edit to completion",
        "48 lines: edit to symbols",
        "48 lines: edit to folds",
        "48 lines: edit to semantic tokens",
        "480 lines: a burst of 200 edits to the last diagnostics",
        "48 lines: MiB after 1,000 edits",
        "4800 lines: MiB after 1,000 edits",
    ]
    assert growth.count(" beside ") == 13
    assert "EXCEEDED" not in growth
