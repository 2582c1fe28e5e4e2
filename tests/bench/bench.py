"""How fast the server is, beside another Dockerfile server when there is one, and how its cost grows.

    python tests/bench/bench.py                              this server, and docker-langserver if it is on the PATH
    python tests/bench/bench.py --peer "COMMAND ARGUMENT…"   this server, and that one
    python tests/bench/bench.py --growth                     only what grows with the edits and the length of a file
    python tests/bench/bench.py --profile-parses             how many instructions one edit makes the server parse

Both servers are real processes, spoken to over stdio. They take turns, measurement by measurement, so that a busy
machine is unfair to neither. The documents are made here: stages of 16 lines, of which no two are the same. An edit
changes one word of the line in the middle, and is done when the diagnostics name the new word.
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import growth
from tests.bench.driver import Server

Samples = dict[tuple[str, str], list[float]]


def measure(servers: dict[str, list[str]], sizes: list[int], rounds: int, folder: Path) -> Samples:
    """Seconds by (measure, server), `rounds` of each; a round before them warms up and does not count."""
    samples: Samples = {}

    def note(measure: str, server: str, seconds: float, number: int) -> None:
        if number:
            samples.setdefault((measure, server), []).append(seconds)

    for number in range(rounds + 1):
        for name, command in servers.items():
            server = Server(command, folder)
            note("start to the answer to initialize", name, server.start_seconds, number)
            server.close()
    running = {name: Server(command, folder) for name, command in servers.items()}
    for lines in sizes:
        for server in running.values():
            server.open(lines)
        for number in range(rounds + 1):
            for name, server in running.items():
                note(f"{lines} lines: edit to diagnostics", name, server.edit(lines), number)
                note(f"{lines} lines: hover", name, server.hover(lines), number)
                note(f"{lines} lines: completion", name, server.complete(lines), number)
                note(f"{lines} lines: edit to definition", name, server.define(lines), number)
                note(f"{lines} lines: edit to symbols", name, server.symbols(lines), number)
                note(f"{lines} lines: edit to folds", name, server.folds(lines), number)
                note(f"{lines} lines: edit to semantic tokens", name, server.tokens(lines), number)
    for server in running.values():
        server.close()
    return samples


def table(samples: Samples, servers: list[str]) -> str:
    """Median and minimum in milliseconds, a line for each measure; with two servers the ratio of their medians too."""
    rows = [["median (min) in ms", *servers, *(["ratio"] if len(servers) == 2 else [])]]
    for measure in dict.fromkeys(measure for measure, _ in samples):
        times = [[1000 * seconds for seconds in samples[measure, server]] for server in servers]
        row = [measure, *(f"{statistics.median(of):.1f} ({min(of):.1f})" for of in times)]
        if len(servers) == 2:
            row.append(f"{statistics.median(times[0]) / statistics.median(times[1]):.2f}")
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
            print(f"{options.rounds} rounds")
            print(table(samples, list(servers)), end="\n\n")
        rows = growth.measure([own, "--stdio"], folder)
    print(growth.table(rows))
    return int(any(row.is_exceeded for row in rows))


if __name__ == "__main__":
    sys.exit(main())
