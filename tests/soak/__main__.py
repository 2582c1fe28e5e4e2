"""Two hours of typing at three keys a second, as fast as the server answers: `python -m tests.soak`.

It prints the memory, the open files and the threads of the server, and fails where they grow.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.soak.soak import soak
from tests.surroundings import cut_off

TWO_HOURS = 21_600


def main() -> int:
    """Run, print the report, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--edits", type=int, default=TWO_HOURS)
    options = parser.parse_args()
    cut_off()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = soak(Path(folder).resolve(), options.edits)
    print(report)
    print(f"{(time.monotonic() - started) / 60:.1f} minutes")
    return 0 if report.growth <= 1.05 and report.most(4) <= report.most(2) else 1


if __name__ == "__main__":
    raise SystemExit(main())
