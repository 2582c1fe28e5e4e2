"""Some minutes of typing: what the server takes stays the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.soak.soak import soak

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="memory and files of the server are read as on Linux"),
]


def test_typing_takes_no_more_and_more(tmp_path: Path) -> None:
    """Memory grows little, and the files and threads are as many in the last quarter as in the second.

    In the second quarter of so short a run, the server still imports what it needs first; the long run allows 5 %.
    """
    report = soak(tmp_path, 1_400)
    assert report.growth <= 1.15, report
    assert report.most(4) <= report.most(2), report
    assert report.registry_requests > 5
