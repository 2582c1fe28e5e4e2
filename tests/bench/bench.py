"""How fast the server is, beside another Dockerfile server when there is one, and how its cost grows.

    python tests/bench/bench.py                              this server, and docker-langserver if it is on the PATH
    python tests/bench/bench.py --peer "COMMAND ARGUMENT…"   this server, and that one
    python tests/bench/bench.py --growth                     only what grows with the edits and the length of a file
    python tests/bench/bench.py --profile-parses             how many instructions one edit makes the server parse

Both servers are real processes, spoken to over stdio. They take turns, measurement by measurement, so that a busy
machine is unfair to neither. The documents are made here: stages of 16 lines, of which no two are the same. An edit
changes one word of the line in the middle, and is done when the diagnostics name the new word. A request after an edit
is sent at once with it.
What grows has limits: where one is exceeded the exit status is 1. Memory and processor's time are those of Linux.
Needs nothing but Python and the installed server. docker-langserver is npm's dockerfile-language-server-nodejs.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import growth
from tests.bench.driver import Server
from tests.surroundings import cut_off


class Sample(NamedTuple):
    """What one measurement gave: seconds, or MiB of memory; and the processor's time in milliseconds, if it counts."""

    value: float
    cpu: float | None


Samples = dict[tuple[str, str], list[Sample]]

AFTER_EDIT: dict[str, Callable[[Server, int], float]] = {
    "edit to diagnostics": Server.edit,
    "edit to hover": Server.hover,
    "edit to definition": Server.define,
    "edit to completion": Server.complete,
    "edit to symbols": Server.symbols,
    "edit to folds": Server.folds,
    "edit to semantic tokens": Server.tokens,
}
"""What is measured at each size, with how a server is asked."""

_EDITS = 1000
_BURST = 200
_BURST_LINES = 480
_TOO_LONG = 5.0
"""Seconds; what takes longer is measured once."""


def measure(servers: dict[str, list[str]], sizes: list[int], rounds: int, folder: Path) -> Samples:
    """The samples by (measure, server), `rounds` of each; a round before them warms up and does not count."""
    samples: Samples = {}
    for number in range(rounds + 1):
        for name, command in servers.items():
            server = Server(command, folder)
            at_start = Sample(server.start_seconds, server.cpu_milliseconds())
            opened = time.perf_counter()
            server.open(48)
            at_diagnostics = Sample(server.start_seconds + time.perf_counter() - opened, server.cpu_milliseconds())
            server.close()
            if number:
                samples.setdefault(("start to the answer to initialize", name), []).append(at_start)
                samples.setdefault(("start to the first diagnostics", name), []).append(at_diagnostics)
    running = {name: Server(command, folder) for name, command in servers.items()}
    for lines in sizes:
        for server in running.values():
            server.open(lines)
        for number in range(rounds + 1):
            for title, ask in AFTER_EDIT.items():
                for name, server in running.items():
                    _note(samples, f"{lines} lines: {title}", name, server, partial(ask, server, lines), number > 0)
    for server in running.values():
        server.close()
    return samples


def measure_many_edits(servers: dict[str, list[str]], rounds: int, folder: Path) -> Samples:
    """The samples of what many edits cost: a burst, beside one edit, and memory after a thousand."""
    samples: Samples = {}
    running = {name: Server(command, folder) for name, command in servers.items()}
    for server in running.values():
        server.open(_BURST_LINES)
    title = f"{_BURST_LINES} lines: a burst of {_BURST} edits to the last diagnostics"
    for number in range(min(rounds, 5) + 1):
        for name, server in running.items():
            _note(samples, title, name, server, partial(server.burst, _BURST_LINES, _BURST), number > 0)
    for server in running.values():
        server.close()
    for lines in (48, 4800):
        for name, command in servers.items():
            server = Server(command, folder)
            server.open(lines)
            for _ in range(_EDITS // 10):
                server.burst(lines, 10)
            samples[f"{lines} lines: MiB after {_EDITS:,} edits", name] = [Sample(server.resident_mib() / 1000, None)]
            server.close()
    return samples


def _note(samples: Samples, title: str, name: str, server: Server, ask: Callable[[], float], is_counted: bool) -> None:
    known = samples.setdefault((title, name), [])
    if known and known[0].value > _TOO_LONG:
        return
    before = server.cpu_milliseconds()
    seconds = ask()
    sample = Sample(seconds, server.cpu_milliseconds() - before)
    if is_counted or seconds > _TOO_LONG:
        known.append(sample)


def table(samples: Samples, servers: list[str]) -> str:
    """Median and minimum in milliseconds, a line for each measure.

    With two servers also the ratios of the medians, of time and of the processor's time until all diagnostics are out.
    """
    rows = [["median (min) in ms", *servers, *(["ratio", "of CPU"] if len(servers) == 2 else [])]]
    for title in dict.fromkeys(title for title, _ in samples):
        of = [samples[title, server] for server in servers]
        times = [[1000 * sample.value for sample in each] for each in of]
        row = [title, *(f"{statistics.median(each):.1f} ({min(each):.1f})" for each in times)]
        if len(servers) == 2:
            row.append(f"{statistics.median(times[0]) / statistics.median(times[1]):.2f}")
            used = [[sample.cpu for sample in each if sample.cpu is not None] for each in of]
            row.append(f"{statistics.median(used[0]) / statistics.median(used[1]):.2f}" if all(used) else "")
        rows.append(row)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows)


COUNTING_SERVER = """
import os, sys
from azureml_dockerfile_ls.syntax import tree

parse_instruction = tree.parse_instruction
counter = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)

def counted(text, escape):
    os.write(counter, b".")
    return parse_instruction(text, escape)

tree.parse_instruction = counted
sys.argv[1:] = ["--stdio"]
from azureml_dockerfile_ls.__main__ import main
sys.exit(main())
"""
"""The real server, which also writes one byte into a file for each instruction that it parses."""


def count_parses(lines: int, folder: Path) -> tuple[int, int]:
    """How many instructions the server parses to open `document(lines)`, and then for one edit in its middle."""
    counter = folder / "parses"
    server = Server([sys.executable, "-c", COUNTING_SERVER, str(counter)], folder)
    server.open(lines)
    opened = counter.stat().st_size
    server.edit(lines)
    edited = counter.stat().st_size - opened
    server.close()
    return opened, edited


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", metavar="COMMAND", help="another server to measure in the same run")
    parser.add_argument("--rounds", type=int, default=20, help="how often each thing is measured (default: 20)")
    parser.add_argument("--lines", type=int, nargs="+", default=[48, 480, 4800], help="the sizes of the documents")
    parser.add_argument("--growth", action="store_true", help="measure only how memory and cost grow")
    parser.add_argument("--profile-parses", action="store_true", help="count the instructions that an edit parses")
    options = parser.parse_args()
    cut_off()

    # The command beside this Python, or else the one on the PATH.
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    own = shutil.which("azureml-dockerfile-ls", path=places)
    if own is None:
        parser.error("azureml-dockerfile-ls is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        if options.profile_parses:
            for lines in options.lines:
                opened, edited = count_parses(lines, folder)
                print(f"{lines} lines: {opened} instructions parsed to open it, {edited} for one edit in the middle")
            return 0
        servers = {"azureml-dockerfile-ls": [own, "--stdio"]}
        if options.peer:
            peer = shlex.split(options.peer)
            servers[Path(peer[0]).name] = peer
        elif found := shutil.which("docker-langserver"):
            servers["docker-langserver"] = [found, "--stdio"]
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
        if not options.growth:
            samples = measure(servers, options.lines, options.rounds, folder)
            samples |= measure_many_edits(servers, options.rounds, folder)
            print(f"{options.rounds} rounds, load {os.getloadavg()[0]:.1f}")
            print(table(samples, list(servers)), end="\n\n")
        rows = growth.measure([own, "--stdio"], folder)
    print(growth.table(rows))
    return int(any(row.is_exceeded for row in rows))


if __name__ == "__main__":
    sys.exit(main())
